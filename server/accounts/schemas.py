"""The bodies of /auth."""
from marshmallow import fields, validate

from server.accounts import passwords
from server.web.schemas import StrictSchema

EMAIL_MAX = 254
NAME_MAX = 100


class CredentialsSchema(StrictSchema):
    email = fields.Email(required=True, validate=validate.Length(max=EMAIL_MAX))
    password = fields.String(required=True, validate=validate.Length(1, passwords.LENGTH_MAX))
    session = fields.String(load_default="cookie", validate=validate.OneOf(["cookie", "bearer"]))


class SignUpSchema(CredentialsSchema):
    name = fields.String(load_default="", validate=[validate.Length(max=NAME_MAX), validate.ContainsNoneOf("\0")])


class ResetSchema(StrictSchema):
    token = fields.String(required=True, validate=validate.Length(1, 100))
    password = fields.String(required=True, validate=validate.Length(1, passwords.LENGTH_MAX))
