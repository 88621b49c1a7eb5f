"""Passkeys, verified by the real library: sign-in, second factor, and refusals."""

import copy
from pathlib import Path

import pytest

from server import cli, clock
from server.accounts import passkeys
from server.accounts.challenges import CHALLENGE_LIFE_MS
from tests.server.authenticator import Authenticator, to_bytes, to_text
from tests.server.conftest import config
from tests.server.people import PASSWORD

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def post(person, path, body=None, status=200):
    answer = person.http.post(path, json=body or {}, headers=person.headers)
    assert answer.status_code == status, answer.text
    return answer.json


def begin(person, status=200, password=PASSWORD):
    return post(person, "/auth/passkeys/options", {"password": password}, status)


def add(person, authenticator=None, name="Laptop"):
    authenticator = authenticator or Authenticator()
    asked = begin(person)
    made = post(
        person,
        "/auth/passkeys",
        {
            "challenge": asked["challenge"],
            "credential": authenticator.create(asked["options"]),
            "name": name,
        },
        201,
    )
    authenticator.passkey_id = made["id"]
    return authenticator


def switch(person, on, password=PASSWORD):
    return person.http.put(
        "/auth/second-factor", json={"on": on, "password": password}, headers=person.headers
    )


def remove(person, passkey_id, password=PASSWORD):
    return person.http.delete(
        f"/auth/passkeys/{passkey_id}", json={"password": password}, headers=person.headers
    )


def ask(person):
    answer = person.http.post("/auth/sign-in/passkey/options", json={})
    assert answer.status_code == 200
    return answer.json


def answer_with(person, asked, credential, **others):
    return person.http.post(
        "/auth/sign-in/passkey",
        json={"challenge": asked["challenge"], "credential": credential, "session": "bearer"}
        | others,
    )


def sign_in(person, password=PASSWORD):
    return person.http.post(
        "/auth/sign-in", json={"email": person.email, "password": password, "session": "bearer"}
    )


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    monkeypatch.setattr("server.accounts.login_throttle.time.sleep", lambda seconds: None)


def test_the_options_are_what_browsers_parse(ana):
    first = add(ana)
    options = begin(ana)["options"]
    assert (
        options["rp"] == {"name": "Driftless", "id": "localhost"}
        and options["user"]["name"] == ana.email
    )
    assert options["attestation"] == "none" and {
        each["alg"] for each in options["pubKeyCredParams"]
    } >= {-7, -257}
    assert (
        options["authenticatorSelection"]["userVerification"]
        == options["authenticatorSelection"]["residentKey"]
        == "preferred"
    )
    assert [
        (each["id"], each["type"], each["transports"]) for each in options["excludeCredentials"]
    ] == [(to_text(first.id), "public-key", ["hybrid", "internal"])]
    asked = ask(ana)["options"]
    assert (
        asked["rpId"] == "localhost"
        and asked["userVerification"] == "required"
        and not asked["allowCredentials"]
    )
    assert len(to_bytes(asked["challenge"])) == 32


def test_a_passkey_signs_in_by_itself_as_bearer_and_as_cookie(app, ana):
    authenticator, asked = add(ana), ask(ana)
    answer = answer_with(ana, asked, authenticator.get(asked["options"]))
    assert answer.status_code == 200 and (answer.json["id"], answer.json["email"]) == (
        ana.id,
        ana.email,
    )
    assert (
        ana.http.get("/auth/me", headers={"Authorization": f"Bearer {answer.json['token']}"}).json[
            "id"
        ]
        == ana.id
    )
    browser, asked = app.test_client(), ask(ana)
    body = {
        "challenge": asked["challenge"],
        "credential": authenticator.get(asked["options"]),
        "session": "cookie",
    }
    assert browser.post("/auth/sign-in/passkey", json=body).json["code"] == "cross_site"
    answer = browser.post("/auth/sign-in/passkey", json=body, headers=SAME_SITE)
    assert (
        answer.status_code == 200
        and "token" not in answer.json
        and browser.get("/auth/me").json["id"] == ana.id
    )


def test_passkeys_are_listed_and_removed_by_their_account_only(ana, ben):
    authenticator = add(ana, name="  Key on the ring ")
    listed = ana.http.get("/auth/passkeys", headers=ana.headers).json["passkeys"]
    assert [(each["id"], each["name"], each["seen_at"]) for each in listed] == [
        (authenticator.passkey_id, "Key on the ring", None)
    ]
    assert ben.http.get("/auth/passkeys", headers=ben.headers).json == {"passkeys": []}
    assert remove(ben, authenticator.passkey_id).json["code"] == "not_found"
    assert remove(ana, authenticator.passkey_id).status_code == 200
    asked = ask(ana)
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )


def test_a_challenge_is_good_once_even_if_its_answer_was_wrong(ana):
    authenticator, asked = add(ana), ask(ana)
    credential = authenticator.get(asked["options"])
    assert answer_with(ana, asked, credential).status_code == 200
    again = answer_with(ana, asked, credential)
    assert (again.status_code, again.json["code"]) == (400, "challenge_expired")
    asked = ask(ana)
    assert (
        answer_with(
            ana, asked, authenticator.get(asked["options"], origin="https://evil.example")
        ).status_code
        == 401
    )
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "challenge_expired"
    )


def test_a_challenge_is_good_for_five_minutes(ana):
    authenticator, asked, late = add(ana), ask(ana), begin(ana)
    clock.travel(CHALLENGE_LIFE_MS + 1_000)
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "challenge_expired"
    )
    body = {
        "challenge": late["challenge"],
        "credential": Authenticator().create(late["options"]),
        "name": "x",
    }
    assert post(ana, "/auth/passkeys", body, 400)["code"] == "challenge_expired"


def test_a_challenge_is_for_its_purpose_and_its_account(ana, ben):
    authenticator, asked = add(ana), begin(ana)
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"] | {"rpId": "localhost"})).json[
            "code"
        ]
        == "challenge_expired"
    )
    asked = begin(ana)
    body = {
        "challenge": asked["challenge"],
        "credential": Authenticator().create(asked["options"]),
        "name": "x",
    }
    assert post(ben, "/auth/passkeys", body, 400)["code"] == "challenge_expired"
    signing_in = ask(ana)
    body = {
        "challenge": signing_in["challenge"],
        "credential": Authenticator().create(asked["options"] | signing_in["options"]),
        "name": "x",
    }
    assert post(ana, "/auth/passkeys", body, 400)["code"] == "challenge_expired"


@pytest.mark.parametrize(
    "turned",
    [
        {"origin": "http://localhost:1"},
        {"origin": "https://localhost"},
        {"challenge": to_text(bytes(32))},
        {"type": "webauthn.get"},
    ],
)
def test_a_passkey_made_for_another_place_is_not_taken(ana, turned):
    asked = begin(ana)
    body = {
        "challenge": asked["challenge"],
        "credential": Authenticator().create(asked["options"], **turned),
        "name": "x",
    }
    assert post(ana, "/auth/passkeys", body, 422)["code"] == "passkey_refused"
    assert ana.http.get("/auth/passkeys", headers=ana.headers).json == {"passkeys": []}


@pytest.mark.parametrize(
    "turned",
    [
        {"origin": "http://localhost:1"},
        {"challenge": to_text(bytes(32))},
        {"type": "webauthn.create"},
    ],
)
def test_an_answer_for_another_place_signs_nobody_in(ana, turned):
    authenticator, asked = add(ana), ask(ana)
    answer = answer_with(ana, asked, authenticator.get(asked["options"], **turned))
    assert (answer.status_code, answer.json["code"]) == (401, "passkey_refused")


def test_another_host_is_another_party(ana):
    authenticator, asked = add(ana), ask(ana)
    authenticator.rp_id = "evil.example"
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )


def test_a_signature_by_another_key_is_refused(ana):
    authenticator, other, asked = add(ana), Authenticator(), ask(ana)
    authenticator.key = other.key
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )


def test_a_passkey_that_names_another_account_is_refused(ana, ben):
    authenticator, asked = add(ana), ask(ana)
    authenticator.user_handle = to_bytes(begin(ben)["options"]["user"]["id"])
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )


def test_the_only_factor_must_verify_its_user_a_second_one_need_not(ana):
    authenticator, asked = add(ana, Authenticator(verifies=False)), ask(ana)
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )
    assert switch(ana, True).status_code == 200
    asked = sign_in(ana).json["fields"]
    assert answer_with(ana, asked, authenticator.get(asked["options"])).status_code == 200


def test_a_count_that_does_not_rise_is_a_copy(ana):
    authenticator = add(ana)
    authenticator.count = 6
    asked = ask(ana)
    assert answer_with(ana, asked, authenticator.get(asked["options"])).status_code == 200
    for count in (6, 3):
        authenticator.count, asked = count, ask(ana)
        assert (
            answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
            == "passkey_refused"
        ), count
    authenticator.count, asked = 7, ask(ana)
    assert answer_with(ana, asked, authenticator.get(asked["options"])).status_code == 200


def test_of_two_answers_at_once_with_one_count_one_wins(app, ana):
    authenticator = add(ana)
    with app.app_context():
        row = type("Row", (), {"id": authenticator.passkey_id})
        use = lambda connection: passkeys.count_use(connection, row, 5, 1)  # noqa: E731
        app.extensions["writer"].run(use)
        with pytest.raises(passkeys.Refused):
            app.extensions["writer"].run(use)


def test_keys_that_do_not_count_go_on_with_nought(ana):
    authenticator = add(ana)
    for _ in range(2):
        authenticator.count, asked = -1, ask(ana)
        assert answer_with(ana, asked, authenticator.get(asked["options"])).status_code == 200


def test_a_second_factor_needs_a_passkey_and_goes_with_the_last(ana):
    assert switch(ana, True).json["code"] == "passkey_needed"
    first, second = add(ana), add(ana)
    assert switch(ana, True).status_code == 200
    assert ana.http.get("/auth/me", headers=ana.headers).json["has_second_factor"] is True
    remove(ana, first.passkey_id)
    assert sign_in(ana).json["code"] == "second_factor_needed"
    remove(ana, second.passkey_id)
    assert sign_in(ana).status_code == 200
    assert ana.http.get("/auth/me", headers=ana.headers).json["has_second_factor"] is False


def test_who_lost_every_passkey_gets_in_by_the_operators_command(app, ana):
    add(ana)
    switch(ana, True)
    folder = Path(app.config["SQLALCHEMY_DATABASE_URI"].removeprefix("sqlite:///")).parent
    assert "password alone" in cli.second_factor_off(config(folder), " ANA@example.org ")
    assert sign_in(ana).status_code == 200
    assert "password alone" in cli.second_factor_off(config(folder), ana.email), (
        "a second time changes nothing"
    )
    with pytest.raises(SystemExit):
        cli.second_factor_off(config(folder), "nobody@example.org")


def test_with_a_second_factor_the_password_alone_opens_nothing(ana, ben):
    authenticator, bens = add(ana), add(ben)
    switch(ana, True)
    assert sign_in(ana, "wrong wrong wrong").json["code"] == "wrong_credentials"
    answer = sign_in(ana)
    assert (
        (answer.status_code, answer.json["code"]) == (401, "second_factor_needed")
        and "token" not in answer.json
        and "Set-Cookie" not in answer.headers
    )
    asked = answer.json["fields"]
    assert [each["id"] for each in asked["options"]["allowCredentials"]] == [
        to_text(authenticator.id)
    ] and asked["options"]["userVerification"] == "preferred"
    assert answer_with(ana, asked, bens.get(asked["options"])).json["code"] == "passkey_refused"
    asked = sign_in(ana).json["fields"]
    answer = answer_with(ana, asked, authenticator.get(asked["options"]))
    assert answer.status_code == 200 and answer.json["id"] == ana.id
    switch(ana, False)
    assert sign_in(ana).status_code == 200


def test_a_new_password_ends_a_sign_in_that_waits_for_its_passkey(ana):
    authenticator = add(ana)
    switch(ana, True)
    asked = sign_in(ana).json["fields"]
    post(ana, "/auth/password", {"current": PASSWORD, "password": "another four quiet words"})
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "challenge_expired"
    )


def test_one_credential_belongs_to_one_account_and_there_is_a_limit(ana, ben, monkeypatch):
    authenticator = add(ana)
    asked = begin(ben)
    body = {
        "challenge": asked["challenge"],
        "credential": authenticator.create(asked["options"]),
        "name": "x",
    }
    assert post(ben, "/auth/passkeys", body, 409)["code"] == "passkey_taken"
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 1)
    asked = begin(ana)
    body = {
        "challenge": asked["challenge"],
        "credential": Authenticator().create(asked["options"]),
        "name": "x",
    }
    assert post(ana, "/auth/passkeys", body, 409)["code"] == "too_many_passkeys"


def test_a_disabled_account_has_no_way_in_by_passkey(app, ana):
    from sqlalchemy import update

    from server.accounts.models import User

    authenticator = add(ana)
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(update(User).values(is_disabled=True))
        )
    asked = ask(ana)
    assert (
        answer_with(ana, asked, authenticator.get(asked["options"])).json["code"]
        == "passkey_refused"
    )


def test_failures_are_counted_by_address(ana):
    authenticator = add(ana)
    for _ in range(10):
        asked = ask(ana)
        assert (
            answer_with(ana, asked, authenticator.get(asked["options"], origin="x")).status_code
            == 401
        )
    asked = ask(ana)
    answer = answer_with(ana, asked, authenticator.get(asked["options"]))
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


BROKEN = [
    None,
    "",
    5,
    {},
    [],
    "not base64 !",
    "AAAA",
    "A" * 5_000,
    {"x": [1]},
    True,
    "\u00e9",
    "gA",
    "oWNmbXRkbm9uZQ",
]
PLACES = [
    ("id",),
    ("rawId",),
    ("type",),
    ("response",),
    ("authenticatorAttachment",),
    ("response", "clientDataJSON"),
    ("response", "attestationObject"),
    ("response", "authenticatorData"),
    ("response", "signature"),
    ("response", "userHandle"),
    ("response", "transports"),
]


@pytest.mark.parametrize("place", PLACES, ids=".".join)
def test_broken_credentials_are_refused_and_never_a_500(ana, place, monkeypatch):
    monkeypatch.setattr("server.accounts.login_throttle.begin_attempt", lambda *key: None)
    monkeypatch.setattr(
        "server.accounts.passkey_routes.attempts",
        lambda: type("None_", (), {"hit": staticmethod(lambda *key: None)}),
    )
    authenticator = add(ana)
    for broken in BROKEN:
        asked, new = ask(ana), begin(ana)
        answer = answer_with(ana, asked, _put(authenticator.get(asked["options"]), place, broken))
        assert answer.status_code in (200, 401, 422), (broken, answer.text)
        body = {
            "challenge": new["challenge"],
            "credential": _put(Authenticator().create(new["options"]), place, broken),
            "name": "x",
        }
        answer = ana.http.post("/auth/passkeys", json=body, headers=ana.headers)
        assert answer.status_code in (201, 422), (broken, answer.text)


def _put(credential, place, value):
    credential = copy.deepcopy(credential)
    (credential if len(place) == 1 else credential[place[0]])[place[-1]] = value
    return credential
