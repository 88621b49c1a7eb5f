"""Security notices by mail, so that nobody changes an account's security unnoticed."""

from flask import current_app, request

from server.accounts import mail
from server.accounts.address import address_of

SUBJECT = "Your Driftless account: {what}"
WHAT = {
    "passkey_added": "a passkey was added",
    "second_factor_off": "signing in no longer asks for a passkey",
    "password_changed": "the password was changed",
}
TEXT = """Hello,

This is a security notice for your Driftless account {email}: {what}, from the address {address}.

If this was you, there is nothing to do. If not, set a new password right away: {link}
A new password ends every session and every access token. Then check the passkeys of your account.
"""


def tell(email: str, act: str) -> None:
    """Mails the account what was done, if this server sends mail. Call it after the commit."""
    mailer = mail.mailer()
    if mailer is not None:
        text = TEXT.format(
            email=email,
            what=WHAT[act],
            address=address_of(request),
            link=current_app.config["PUBLIC_URL"],
        )
        mailer.send_soon(email, SUBJECT.format(what=WHAT[act]), text)
