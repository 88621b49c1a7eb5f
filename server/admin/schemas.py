"""The bodies and queries of /api/admin."""

from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from server.accounts.emails import email_field
from server.accounts.registration import MODES
from server.core.limits import EMAIL_MAX, INVITE_USES_MAX, NAME_MAX, NUMBER_MAX
from server.web.schemas import Name, StrictSchema


def _limit() -> fields.Integer:
    return fields.Integer(strict=True, allow_none=True, validate=validate.Range(0, NUMBER_MAX))


class StrictBoolean(fields.Boolean):
    """Only true or false, no values that are converted to them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class AccountCreateSchema(StrictSchema):
    email = email_field(required=True)
    name = Name(NAME_MAX, load_default="")


class AccountPatchSchema(StrictSchema):
    is_disabled = StrictBoolean()
    is_admin = StrictBoolean()
    records_max = _limit()
    bytes_max = _limit()


class RegistrationSchema(StrictSchema):
    mode = fields.String(required=True, validate=validate.OneOf(MODES))


class AccountInviteSchema(StrictSchema):
    email = email_field(load_default=None, allow_none=True)
    uses_max = fields.Integer(
        load_default=1, strict=True, validate=validate.Range(1, INVITE_USES_MAX)
    )


class AccountsQuerySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    q = fields.String(
        load_default="", validate=[validate.Length(max=EMAIL_MAX), validate.ContainsNoneOf("\0")]
    )
    cursor = fields.String(load_default=None, validate=validate.Length(max=500))


class AuditQuerySchema(Schema):
    class Meta:
        unknown = EXCLUDE

    cursor = fields.Integer(load_default=None, validate=validate.Range(1, NUMBER_MAX))
    act = fields.String(load_default=None, validate=validate.Length(max=60))
    account = fields.String(
        load_default=None, validate=[validate.Length(max=EMAIL_MAX), validate.ContainsNoneOf("\0")]
    )
