"""Links to set a password: mailed to the account if the server sends mail, otherwise returned to
the administrator to pass on.
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
    """The members of the response: `mailed`, and only the account's owner sees the link; without
    mail the link, under `name`.
    """
    mailer = mail.mailer()
    if mailer is None:
        return {name: link("reset", token)}
    mailer.send_soon(email, SUBJECT, TEXT.format(email=email, link=mail.link("reset", token)))
    return {"mailed": True}


def link(place: str, token: str) -> str:
    """A URL of the app, under PUBLIC_URL or the address of the request."""
    return f"{current_app.config['PUBLIC_URL'] or request.host_url.rstrip('/')}/{place}#{token}"
