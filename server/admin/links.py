"""Links by which a person sets a password: mailed to the account where the server sends mail, else
given to who asked, to hand over.
"""

from typing import Any

from flask import current_app, request

from server.accounts import mail

SUBJECT = "Set your Driftless password"
TEXT = """Hello,

An administrator created a link to set the password of the Driftless account {email}.
It works once and expires in 30 minutes:

{link}

A new password ends every session and every access token of the account.
If the link has expired, ask for a new one with “Forgot the password?”.
"""


def hand_over(email: str, token: str, name: str) -> dict[str, Any]:
    """What is answered: `mailed`, where nobody but the account's person sees the link; without mail
    the link, under `name`.
    """
    mailer = mail.mailer()
    if mailer is None:
        return {name: link("reset", token)}
    mailer.send_soon(email, SUBJECT, TEXT.format(email=email, link=mail.link("reset", token)))
    return {"mailed": True}


def link(place: str, token: str) -> str:
    """An address in the app, under PUBLIC_URL or the address that the request came to."""
    return f"{current_app.config['PUBLIC_URL'] or request.host_url.rstrip('/')}/{place}#{token}"
