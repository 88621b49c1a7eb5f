"""REST schemas of spaces, members and invites."""

from marshmallow import Schema, fields, validate

from server.accounts.emails import email_field
from server.core.limits import INVITE_USES_MAX, NAME_MAX
from server.core.roles import HIGHEST_FIRST
from server.journal import kinds
from server.journal.schemas import ChangeSchema, an_id, checked, moment, text
from server.web.rest import Whole
from server.web.schemas import Name, StrictSchema

TOKEN_MAX = 100


def _role() -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(HIGHEST_FIRST))


class SpaceQuerySchema(StrictSchema):
    deleted = fields.String(
        load_default="false",
        validate=validate.OneOf(("true", "false")),
        metadata={
            "description": "true: those you deleted in the last 30 days, which can be restored"
        },
    )


class SpaceNameSchema(StrictSchema):
    name = Name(NAME_MAX, required=True, check=checked(kinds.text(NAME_MAX, 1)))


class SpaceSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    role = fields.String(
        required=True, metadata={"description": "Your role: owner, editor or viewer"}
    )
    is_personal = fields.Boolean(required=True)
    created_at = moment("When it was created")
    deleted_at = moment("When it was deleted", allow_none=True)


class SpacesSchema(Schema):
    spaces = fields.List(fields.Nested(SpaceSchema), required=True)


class RoleSchema(StrictSchema):
    role = _role()


class MemberSchema(Schema):
    id = fields.String(required=True, metadata={"description": "The account's id"})
    name = fields.String(required=True)
    role = fields.String(required=True)
    joined_at = moment("When the member joined")


class MembersSchema(Schema):
    members = fields.List(fields.Nested(MemberSchema), required=True)


class ActivitySchema(ChangeSchema):
    kind = fields.String(required=True, allow_none=True)
    record = fields.String(required=True)
    title = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "Its current title; null if it no longer exists"},
    )


class ActivityPageSchema(Schema):
    changes = fields.List(fields.Nested(ActivitySchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class InviteCreateSchema(StrictSchema):
    role = _role()
    email = email_field(
        allow_none=True,
        error_messages={"invalid": "Not an email address."},
        metadata={"description": "Only the account with this address can use it, once"},
    )
    uses_max = Whole(
        load_default=1,
        validate=validate.Range(1, INVITE_USES_MAX),
        metadata={"description": "How often the link can be used"},
    )


class InviteSchema(Schema):
    id = fields.String(required=True)
    role = fields.String(required=True)
    email = fields.String(allow_none=True)
    created_by = fields.String()
    created_at = moment("When it was created")
    expires_at = moment("When it expires")
    uses_max = fields.Integer()
    uses = fields.Integer()


class NewInviteSchema(InviteSchema):
    token = fields.String(required=True, metadata={"description": "Shown only once"})
    url = fields.String(required=True)


class InvitesSchema(Schema):
    invites = fields.List(fields.Nested(InviteSchema), required=True)


class AddressedInviteSchema(Schema):
    id = fields.String(required=True)
    space_id = fields.String(required=True)
    space_name = fields.String(required=True)
    role = fields.String(required=True)
    invited_by = fields.String(required=True)
    expires_at = moment("When it expires")


class AddressedInvitesSchema(Schema):
    invites = fields.List(fields.Nested(AddressedInviteSchema), required=True)


class InviteTokenSchema(StrictSchema):
    token = text(TOKEN_MAX, 1, required=True)


class AcceptSchema(StrictSchema):
    """Either a link's token, or the id of an invite to the caller's own address."""

    token = text(TOKEN_MAX, 1)
    id = an_id()


class InviteIdSchema(StrictSchema):
    id = an_id(required=True)


class PreviewSchema(Schema):
    space_name = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "null: an invite to create an account"},
    )
    role = fields.String(required=True, allow_none=True)
    invited_by = fields.String(required=True)


class JoinedSchema(Schema):
    space_id = fields.String(required=True)
