"""Mail by SMTP, in a separate thread: a response never waits for it and never reveals whether a
mail was sent.
"""

import logging
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import unquote, urlsplit

from flask import Flask, current_app

from server.config import BadConfig, Config

TIMEOUT_S = 30
PAUSES_S = (0.0, 5.0, 60.0)
PORTS = {"smtp": 25, "smtps": 465}
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Mailer:
    """A mail server and the sender of mails."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    sender: str

    def send(self, to: str, subject: str, text: str) -> None:
        """Sends one message. Raises the errors of `smtplib`."""
        with self._connect() as server:
            if self.user:
                server.login(self.user, self.password)
            server.send_message(_message(self.sender, to, subject, text))

    def send_soon(self, to: str, subject: str, text: str) -> None:
        """Sends the message in a separate thread, with up to two retries; a failure is logged
        without the text.
        """
        threading.Thread(
            target=self._try, args=(to, subject, text), daemon=True, name="mail"
        ).start()

    def _connect(self) -> smtplib.SMTP:
        if self.scheme == "smtps":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_S, context=ssl.create_default_context()
            )
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        if self.host not in LOCAL_HOSTS:
            self._encrypt(server)
        return server

    def _encrypt(self, server: smtplib.SMTP) -> None:
        """Uses STARTTLS if offered. A password is sent to another machine only over an encrypted
        connection.
        """
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
        elif self.user:
            server.close()
            raise smtplib.SMTPNotSupportedError(
                "the mail server offers no STARTTLS, so the password was not sent"
            )

    def _try(self, to: str, subject: str, text: str) -> None:
        for pause_s in PAUSES_S:
            time.sleep(pause_s)
            try:
                self.send(to, subject, text)
                return
            except (OSError, smtplib.SMTPException, UnicodeError) as error:
                log.warning("mail to %s was not accepted: %s", to, error)
        log.error("mail to %s could not be delivered; giving up", to)


def init_app(app: Flask, config: Config) -> None:
    """Reads SMTP_URL, MAIL_FROM and PUBLIC_URL; BadConfig if mail would have no sender or no valid
    links.
    """
    app.extensions["mailer"] = _mailer(config) if config.smtp_url else None


def mailer() -> Mailer | None:
    """None if this server sends no mail."""
    found: Mailer | None = current_app.extensions["mailer"]
    return found


def link(place: str, token: str) -> str:
    """A URL of the app. The token is in the fragment, which neither servers nor their logs see."""
    return f"{current_app.config['PUBLIC_URL']}/{place}#{token}"


def _mailer(config: Config) -> Mailer:
    if not config.mail_from or not config.public_url:
        raise BadConfig("SMTP_URL needs MAIL_FROM and PUBLIC_URL too")
    try:
        url = urlsplit(config.smtp_url)
        host, port = url.hostname or "", url.port or PORTS[url.scheme]
    except (ValueError, KeyError):
        host, port = "", 0
    if not host:
        raise BadConfig("SMTP_URL must look like smtp://user:password@host:port or smtps://…")
    return Mailer(
        url.scheme,
        host,
        port,
        unquote(url.username or ""),
        unquote(url.password or ""),
        config.mail_from,
    )


def _message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Date"], message["Message-ID"] = (
        formatdate(),
        make_msgid(domain=sender.rpartition("@")[2].strip("> ") or None),
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message
