"""Email addresses: validated by marshmallow, with at most EMAIL_MAX characters."""

import unicodedata
from typing import Any

from marshmallow import fields, validate

from server.core.limits import EMAIL_MAX


def email_field(**options: Any) -> fields.Email:
    return fields.Email(validate=validate.Length(max=EMAIL_MAX), **options)


def normalize_email(email: str) -> str:
    """The form in which addresses are stored and compared."""
    return unicodedata.normalize("NFC", email.strip()).casefold()
