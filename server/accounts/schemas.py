"""The bodies of /auth."""

from marshmallow import Schema, ValidationError, fields, validate

from server.accounts.emails import email_field
from server.core.limits import NAME_MAX, NUMBER_MAX, PASSWORD_MAX
from server.web.policy import SCOPES
from server.web.schemas import Name, StrictSchema

TOKEN_MAX = 100
SPACES_MAX = 100


def _password() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, PASSWORD_MAX))


def _name() -> fields.String:
    return fields.String(required=True, validate=[validate.Length(1, NAME_MAX), _not_blank])


def _not_blank(value: str) -> None:
    if not value.strip():
        raise ValidationError("Must not be blank.")


def _token() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, TOKEN_MAX))


class SessionSchema(StrictSchema):
    session = fields.String(load_default="cookie", validate=validate.OneOf(["cookie", "bearer"]))


class CredentialsSchema(SessionSchema):
    email = email_field(required=True)
    password = _password()


class SignUpSchema(CredentialsSchema):
    name = Name(NAME_MAX, load_default="")
    invite = fields.String(
        load_default=None, allow_none=True, validate=validate.Length(1, TOKEN_MAX)
    )


class NameSchema(StrictSchema):
    name = Name(NAME_MAX, required=True)


class PasswordSchema(StrictSchema):
    current = _password()
    password = _password()


class ForgotSchema(StrictSchema):
    email = email_field(required=True)


class ResetSchema(StrictSchema):
    token = _token()
    password = _password()


class ConfirmSchema(StrictSchema):
    password = _password()


class TokenSchema(ConfirmSchema):
    name = _name()
    scopes = fields.List(
        fields.String(validate=validate.OneOf(SCOPES)),
        required=True,
        validate=validate.Length(1, len(SCOPES)),
    )
    expires_at = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(0, NUMBER_MAX)
    )
    spaces = fields.List(
        fields.UUID(), load_default=None, allow_none=True, validate=validate.Length(1, SPACES_MAX)
    )


class NewPasskeySchema(StrictSchema):
    challenge = _token()
    credential = fields.Dict(keys=fields.String(), required=True)
    name = _name()


class PasskeySignInSchema(SessionSchema):
    challenge = _token()
    credential = fields.Dict(keys=fields.String(), required=True)


class SwitchSchema(ConfirmSchema):
    on = fields.Boolean(required=True, truthy={True}, falsy={False})


class MeSchema(Schema):
    id = fields.String(required=True)
    email = fields.String(required=True)
    name = fields.String(required=True)
    is_admin = fields.Boolean(required=True)
