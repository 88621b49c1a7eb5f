"""Mail through a real SMTP server: the link for a new password, and no way to find out whether an
account exists.
"""

import email
import json
import queue
import re
import shutil
import smtplib
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from sqlalchemy import event, update

from server import clock, create_app
from server.accounts.mail import Mailer
from server.accounts.models import User
from server.config import BadConfig
from server.database import db
from tests.server.conftest import config
from tests.server.people import PASSWORD, Person
from tests.server.test_passkeys import add as add_passkey
from tests.server.test_passkeys import remove, switch

NEW = "another four quiet words"


class Postbox:
    """Stores its messages; `failures` is the number of messages that it refuses first."""

    def __init__(self):
        self.messages, self.logins, self.failures = queue.Queue(), [], 0

    async def handle_DATA(self, server, session, envelope):
        if self.failures:
            self.failures -= 1
            return "451 try again later"
        self.messages.put(
            (
                envelope.mail_from,
                envelope.rcpt_tos,
                email.message_from_bytes(envelope.content, policy=policy.default),
            )
        )
        return "250 OK"

    def login(self, server, session, envelope, mechanism, data):
        self.logins.append((data.login.decode(), data.password.decode()))
        return AuthResult(success=self.logins[-1] == ("me@host", "pass:word"))


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


@pytest.fixture
def postbox():
    box = Postbox()
    box.port = free_port()
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, authenticator=box.login, auth_require_tls=False
    )
    controller.start()
    box.url = f"smtp://me%40host:pass%3Aword@127.0.0.1:{box.port}"
    yield box
    controller.stop()


@pytest.fixture
def app(migrated, tmp_path, postbox):
    shutil.copytree(migrated, tmp_path / "data")
    made = create_app(
        config(
            tmp_path / "data",
            smtp_url=postbox.url,
            mail_from="Driftless <tasks@example.org>",
            public_url="https://tasks.example.org",
        )
    )
    yield made
    for thread in threading.enumerate():
        if thread.name in ("mail", "forgot"):
            thread.join(10)
    clock.travel(0)
    with made.app_context():
        db.engine.dispose()


def forgot(person, address, **others):
    return person.http.post("/auth/forgot", json={"email": address}, **others)


def mails(postbox, count):
    """[(recipient, subject, text)] of as many messages as expected; there must be no others."""
    got = [postbox.messages.get(timeout=10) for _ in range(count)]
    with pytest.raises(queue.Empty):
        postbox.messages.get(timeout=0.3)
    return sorted((to[0], message["Subject"], message.get_content()) for _, to, message in got)


def link_in(message):
    return re.search(r"https://tasks\.example\.org/reset#(\S+)", message.get_content())[1]


def test_a_mailed_link_sets_a_new_password_and_ends_sessions_and_tokens(app, ana, postbox):
    token = ana.http.post(
        "/auth/tokens",
        json={"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]},
        headers=ana.headers,
    ).json["token"]
    assert ana.http.get("/auth/options").json["has_mail"] is True
    assert (forgot(ana, "ANA@example.org").status_code, forgot(ana, ana.email).json) == (202, {})
    sender, to, message = postbox.messages.get(timeout=10)
    assert (sender, to, message["To"], message["From"]) == (
        "tasks@example.org",
        [ana.email],
        ana.email,
        "Driftless <tasks@example.org>",
    )
    assert (
        message["Date"]
        and message["Message-ID"].endswith("@example.org>")
        and postbox.logins[0] == ("me@host", "pass:word")
    )
    second = link_in(postbox.messages.get(timeout=10)[2])
    assert (
        ana.http.post("/auth/reset", json={"token": link_in(message), "password": NEW}).status_code
        == 200
    )
    assert ana.sync().json["code"] == "session_ended"
    assert (
        ana.http.get("/api/v1/tasks", headers={"Authorization": f"Bearer {token}"}).json["code"]
        == "token_ended"
    )
    [(to, subject, _)] = mails(postbox, 1)
    assert (to, subject) == (ana.email, "Your Driftless account: the password was changed")
    assert (
        ana.http.post("/auth/reset", json={"token": second, "password": NEW}).json["code"]
        == "link_expired"
    ), "one new password ends all links"
    assert (
        ana.http.post(
            "/auth/sign-in", json={"email": ana.email, "password": NEW, "session": "bearer"}
        ).status_code
        == 200
    )


def test_the_answer_tells_nothing_by_word_or_time(app, ana, postbox):
    asked_here, times = [], {ana.email: [], "nobody@example.org": []}

    def note(*_):
        if threading.current_thread() is threading.main_thread():
            asked_here.append(1)

    with app.app_context():
        event.listen(db.engine, "checkout", note)
    ana.http.get("/auth/options")
    assert asked_here == [1], "the counting works"
    for n in range(20):
        for address, taken in times.items():
            started = time.perf_counter()
            answer = forgot(ana, address, environ_base={"REMOTE_ADDR": f"10.0.{n}.1"})
            taken.append(time.perf_counter() - started)
            assert (answer.status_code, answer.json) == (202, {})
    assert asked_here == [1], "the request itself never asks the database"
    medians = [sorted(taken)[len(taken) // 2] for taken in times.values()]
    assert abs(medians[0] - medians[1]) < 0.02, medians
    postbox.messages.get(timeout=10)


def test_no_mail_goes_to_strangers_and_not_many_to_one_account(app, ana, postbox):
    for n in range(8):
        forgot(ana, "nobody@example.org", environ_base={"REMOTE_ADDR": f"10.1.{n}.1"})
        forgot(ana, ana.email, environ_base={"REMOTE_ADDR": f"10.1.{n}.1"})
    got = [postbox.messages.get(timeout=10) for _ in range(5)]
    assert {to[0] for _, to, _ in got} == {ana.email}
    with pytest.raises(queue.Empty):
        postbox.messages.get(timeout=0.5)


def test_the_account_is_told_of_what_guards_it_and_of_nothing_else(app, ana, postbox):
    first, second = add_passkey(ana), add_passkey(ana, name="Second")
    added = mails(postbox, 2)
    assert {mail[:2] for mail in added} == {
        (ana.email, "Your Driftless account: a passkey was added")
    }
    assert (
        ana.email in added[0][2]
        and "https://tasks.example.org" in added[0][2]
        and "127.0.0.1" in added[0][2]
    )
    off = (ana.email, "Your Driftless account: signing in no longer asks for a passkey")
    assert [switch(ana, on).status_code for on in (True, False, False, True)] == [200] * 4
    assert [mail[:2] for mail in mails(postbox, 1)] == [off]
    assert [remove(ana, each.passkey_id).status_code for each in (first, second)] == [200, 200]
    assert [mail[:2] for mail in mails(postbox, 1)] == [off], (
        "the last passkey takes the second factor with it"
    )
    wrong = ana.http.post(
        "/auth/password", json={"current": NEW, "password": NEW}, headers=ana.headers
    )
    assert wrong.status_code == 403 and switch(ana, False, NEW).status_code == 403
    assert (
        ana.http.post(
            "/auth/password", json={"current": PASSWORD, "password": NEW}, headers=ana.headers
        ).status_code
        == 200
    )
    assert [mail[:2] for mail in mails(postbox, 1)] == [
        (ana.email, "Your Driftless account: the password was changed")
    ]


def test_an_administrators_link_is_mailed_and_shown_to_nobody(app, ana, postbox):
    root = Person(app, "root@example.org", "Root")
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(
                update(User).where(User.id == root.id).values(is_admin=True)
            )
        )
    answer = root.http.post(f"/api/admin/accounts/{ana.id}/reset-link", headers=root.headers)
    assert (answer.status_code, answer.json) == (200, {"mailed": True})
    [(to, _, text)] = mails(postbox, 1)
    token = re.search(r"https://tasks\.example\.org/reset#(\S+)", text)[1]
    assert (
        to == ana.email
        and ana.http.post("/auth/reset", json={"token": token, "password": NEW}).status_code == 200
    )
    assert mails(postbox, 1)[0][0] == ana.email
    made = root.http.post(
        "/api/admin/accounts",
        json={"email": "new@example.org", "name": "New"},
        headers=root.headers,
    )
    assert made.status_code == 201 and made.json["mailed"] is True and "reset" not in made.text
    [(to, _, text)] = mails(postbox, 1)
    token = re.search(r"https://tasks\.example\.org/reset#(\S+)", text)[1]
    assert (
        to == "new@example.org"
        and ana.http.post("/auth/reset", json={"token": token, "password": NEW}).status_code == 200
    )
    headers = {
        "Authorization": "Bearer "
        + ana.http.post(
            "/auth/sign-in", json={"email": ana.email, "password": NEW, "session": "bearer"}
        ).json["token"]
    }
    told = json.loads(ana.http.get("/auth/export", headers=headers).text)["audit"]
    assert [
        (each["by_me"], each["address"]) for each in told if each["act"] == "reset_link_made"
    ] == [(False, None)]


def test_one_address_asks_ten_times_at_most(app, ana):
    answers = [forgot(ana, f"x{n}@example.org") for n in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429] and int(
        answers[-1].headers["Retry-After"]
    ) > 0


def test_a_message_that_is_refused_is_tried_again(app, ana, postbox, monkeypatch):
    monkeypatch.setattr("server.accounts.mail.PAUSES_S", (0, 0.05, 0.05))
    postbox.failures = 2
    forgot(ana, ana.email)
    assert postbox.messages.get(timeout=10)[1] == [ana.email]


def test_a_dead_server_costs_the_request_nothing_and_no_link_is_logged(
    migrated, tmp_path, monkeypatch, caplog
):
    monkeypatch.setattr("server.accounts.mail.PAUSES_S", (0, 0.01))
    shutil.copytree(migrated, tmp_path / "data")
    app = create_app(
        config(
            tmp_path / "data",
            smtp_url="smtp://127.0.0.1:1",
            mail_from="a@example.org",
            public_url="https://tasks.example.org",
        )
    )
    ana = Person(app, "ana@example.org", "Ana")
    assert forgot(ana, ana.email).status_code == 202
    until = time.monotonic() + 10
    while "giving up" not in caplog.text and time.monotonic() < until:
        time.sleep(0.01)
    assert "giving up" in caplog.text and "reset#" not in caplog.text
    assert ana.sync().status_code == 200
    with app.app_context():
        db.engine.dispose()


def test_without_smtp_the_answer_is_the_same_and_options_say_so(migrated, tmp_path):
    shutil.copytree(migrated, tmp_path / "data")
    app = create_app(config(tmp_path / "data"))
    http = app.test_client()
    assert http.get("/auth/options").json["has_mail"] is False
    answer = http.post("/auth/forgot", json={"email": "ana@example.org"})
    assert (answer.status_code, answer.json) == (202, {})
    assert http.post("/auth/forgot", json={"email": "no address"}).status_code == 422
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize(
    "settings",
    [
        {"mail_from": ""},
        {"public_url": ""},
        {"smtp_url": "http://host"},
        {"smtp_url": "smtp://"},
        {"smtp_url": "smtp://host:port"},
        {"smtp_url": "host:25"},
    ],
)
def test_start_up_refuses_mail_that_would_lead_nowhere(migrated, settings):
    given = {
        "smtp_url": "smtp://localhost",
        "mail_from": "a@example.org",
        "public_url": "https://tasks.example.org",
    } | settings
    with pytest.raises(BadConfig):
        create_app(config(migrated, **given))


def test_a_password_goes_to_another_machine_encrypted_or_not_at_all(postbox, monkeypatch):
    monkeypatch.setattr("server.accounts.mail.LOCAL_HOSTS", frozenset())
    with pytest.raises(smtplib.SMTPNotSupportedError):
        Mailer("smtp", "127.0.0.1", postbox.port, "me@host", "pass:word", "a@example.org").send(
            "b@example.org", "x", "y"
        )
    assert postbox.logins == []


def test_wrong_credentials_for_a_reset_are_told_to_nobody_else(app, ana, monkeypatch):
    monkeypatch.setattr("server.accounts.login_throttle.time.sleep", lambda seconds: None)
    codes = [
        ana.http.post("/auth/reset", json={"token": "x" * 43, "password": PASSWORD}).status_code
        for _ in range(11)
    ]
    assert codes == [400] * 10 + [429]


@pytest.fixture
def certificate(tmp_path, monkeypatch):
    """A server's TLS context for localhost, which this process trusts."""
    key, name = (
        ec.generate_private_key(ec.SECP256R1()),
        x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]),
    )
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    folder = tmp_path / "tls"
    folder.mkdir()
    (folder / "cert.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "cert.pem"))
    monkeypatch.setattr("server.accounts.mail.LOCAL_HOSTS", frozenset())
    return context


@contextmanager
def serving(box, **settings):
    controller = Controller(
        box, hostname="localhost", port=free_port(), authenticator=box.login, **settings
    )
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def test_smtps_and_starttls_carry_the_password(certificate, monkeypatch):
    box = Postbox()
    with serving(box, tls_context=certificate, require_starttls=True) as port:
        Mailer("smtp", "localhost", port, "me@host", "pass:word", "a@example.org").send(
            "b@example.org", "One", "Text – with a dash"
        )
    assert box.messages.get(timeout=10)[
        2
    ].get_content().strip() == "Text – with a dash" and box.logins == [("me@host", "pass:word")]
    with serving(box, ssl_context=certificate, auth_require_tls=False) as port:
        Mailer("smtps", "localhost", port, "me@host", "pass:word", "a@example.org").send(
            "b@example.org", "Two", "x"
        )
    assert box.messages.get(timeout=10)[2]["Subject"] == "Two" and len(box.logins) == 2


def test_a_server_that_cannot_prove_its_name_gets_no_password(certificate, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    box = Postbox()
    with (
        serving(box, tls_context=certificate, require_starttls=True) as port,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        Mailer("smtp", "localhost", port, "me@host", "pass:word", "a@example.org").send(
            "b@example.org", "One", "x"
        )
    assert box.logins == []
