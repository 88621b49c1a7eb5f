"""REST schemas of tasks, lists and comments. The journal checks the values again, because it knows
every kind's fields.
"""

from marshmallow import Schema, fields, validate

from server.core.limits import (
    COMMENT_MAX,
    DESCRIPTION_MAX,
    LABEL_MAX,
    NAME_MAX,
    NUMBER_MAX,
    TITLE_MAX,
)
from server.journal import kinds
from server.journal.schemas import PageQuerySchema, an_id, checked, moment, new_id, text
from server.web.rest import UUID_PATTERN, Whole
from server.web.schemas import StrictSchema

BULK_MAX = 200
LABELS_MAX = 50
QUERY_MAX = 200
STATUSES = ("pending", "in_progress", "completed")
SORTS = ("due", "-due", "order", "created", "-created", "priority")
INBOX, ME, NONE = "inbox", "me", "none"

DAY = kinds.matching(
    lambda value: len(value) == 10 and kinds.is_due(value), "a day such as 2026-11-30"
)


def _restore() -> fields.Raw:
    return fields.Raw(
        allow_none=True,
        validate=checked(lambda value: None if value is None else "must be null"),
        metadata={"enum": [None], "description": "null restores from the trash"},
    )


def _order() -> fields.String:
    return fields.String(
        validate=checked(kinds.order),
        metadata={
            "pattern": "^[0-9A-Za-z]{1,64}$",
            "description": "The manual position: text that sorts byte by byte",
        },
    )


class TaskFields(StrictSchema):
    title = text(TITLE_MAX, 1)
    description = text(DESCRIPTION_MAX)
    due = fields.String(
        allow_none=True,
        validate=checked(kinds.due),
        metadata={
            "format": "due",
            "description": "A day 2026-11-30, a wall time 2026-11-30T17:00, "
            "or a zoned time 2026-11-30T17:00+01:00[Europe/Paris]",
        },
    )
    repeat = fields.String(
        allow_none=True,
        validate=checked(kinds.repeat),
        metadata={
            "format": "repeat",
            "description": "A rule of an RFC 5545 RRULE subset, such as FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH; "
            "null does not repeat",
        },
    )
    status = fields.String(validate=validate.OneOf(STATUSES))
    priority = Whole(
        validate=[checked(kinds.one_of(0, 1, 2, 3)), validate.OneOf((0, 1, 2, 3))],
        metadata={"description": "0 none … 3 high"},
    )
    labels = fields.List(text(LABEL_MAX, 1), validate=validate.Length(max=LABELS_MAX))
    list = an_id("A list of the same space; null for the Inbox", allow_none=True)
    parent = an_id("A task of the same space", allow_none=True)
    assignee = an_id("The account of a member of the space", allow_none=True)
    order = _order()


class TaskCreateSchema(TaskFields):
    id = new_id("Default: created by the server")
    space = an_id("Default: the space of the list or the parent, else the personal space")
    title = text(TITLE_MAX, 1, required=True)


class TaskPatchSchema(TaskFields):
    deleted = _restore()


class TaskMoveSchema(StrictSchema):
    space = an_id("The space to move to", required=True)
    list = an_id("A list in that space; null or absent for the Inbox", allow_none=True)


class BulkFields(TaskFields):
    space = an_id("Only for create")
    deleted = _restore()


class OperationSchema(StrictSchema):
    op = fields.String(required=True, validate=validate.OneOf(("create", "update", "delete")))
    id = new_id("The task; optional for create")
    version = Whole(
        validate=validate.Range(0, NUMBER_MAX),
        metadata={"description": "The version that the task must have"},
    )
    fields = fields.Nested(
        BulkFields, metadata={"description": "As for POST (create) and PATCH (update)"}
    )  # type: ignore[assignment]


class BulkSchema(StrictSchema):
    operations = fields.List(
        fields.Nested(OperationSchema), required=True, validate=validate.Length(1, BULK_MAX)
    )


class TaskSchema(Schema):
    id = fields.String(required=True)
    space = fields.String(required=True)
    title = fields.String(allow_none=True)
    description = fields.String()
    due = fields.String(allow_none=True)
    repeat = fields.String(allow_none=True)
    status = fields.String()
    completed_at = fields.String(allow_none=True)
    priority = fields.Integer()
    labels = fields.List(fields.String())
    list = fields.String(allow_none=True)
    parent = fields.String(allow_none=True)
    assignee = fields.String(allow_none=True)
    order = fields.String(allow_none=True)
    deleted = fields.String(allow_none=True)
    conflicts = fields.List(
        fields.String(),
        metadata={"description": "Fields with conflicting values from concurrent changes"},
    )
    created_at = moment("When the server first received it")
    changed_at = moment("When the server last received a change")
    version = fields.Integer(required=True)


class ResultSchema(Schema):
    status = fields.Integer(
        required=True, metadata={"description": "The HTTP status of the operation on its own"}
    )
    code = fields.String()
    message = fields.String()
    task = fields.Nested(TaskSchema)


class ResultsSchema(Schema):
    results = fields.List(fields.Nested(ResultSchema), required=True)


class ListFields(StrictSchema):
    name = text(NAME_MAX, 1)
    order = _order()


class ListCreateSchema(ListFields):
    id = new_id("Default: created by the server")
    space = an_id("Default: the personal space")
    name = text(NAME_MAX, 1, required=True)


class ListPatchSchema(ListFields):
    deleted = _restore()


class ListMoveSchema(StrictSchema):
    space = an_id("The space to move to", required=True)


class ListSchema(Schema):
    id = fields.String(required=True)
    space = fields.String(required=True)
    name = fields.String()
    order = fields.String(allow_none=True)
    deleted = fields.String(allow_none=True)
    conflicts = fields.List(fields.String())
    created_at = moment("When the server first received it")
    changed_at = moment("When the server last received a change")
    version = fields.Integer(required=True)


class CommentCreateSchema(StrictSchema):
    id = new_id("Default: created by the server")
    text = text(COMMENT_MAX, 1, required=True)


class CommentPatchSchema(StrictSchema):
    text = text(COMMENT_MAX, 1)
    deleted = _restore()


class CommentSchema(Schema):
    id = fields.String(required=True)
    space = fields.String(required=True)
    task = fields.String()
    text = fields.String()
    author = fields.String(metadata={"description": "An account's id"})
    created = fields.String()
    deleted = fields.String(allow_none=True)
    conflicts = fields.List(fields.String())
    created_at = moment("When the server first received it")
    changed_at = moment("When the server last received a change")
    version = fields.Integer(required=True)


class TaskQuerySchema(PageQuerySchema):
    status = fields.String(validate=validate.OneOf(STATUSES))
    list = fields.String(
        validate=checked(lambda value: None if value == INBOX else kinds.record_id(value)),
        metadata={"pattern": f"{UUID_PATTERN}|^{INBOX}$", "description": "A list's id, or inbox"},
    )
    space = an_id()
    label = text(LABEL_MAX, 1)
    assignee = fields.String(
        validate=checked(lambda value: None if value in (ME, NONE) else kinds.record_id(value)),
        metadata={
            "pattern": f"{UUID_PATTERN}|^({ME}|{NONE})$",
            "description": "An account's id, me, or none",
        },
    )
    due_from = fields.String(
        validate=checked(DAY),
        metadata={"format": "date", "description": "Due on this day or later"},
    )
    due_to = fields.String(
        validate=checked(DAY),
        metadata={"format": "date", "description": "Due on this day or earlier"},
    )
    q = text(QUERY_MAX, 1)
    sort = fields.String(
        load_default="due",
        validate=validate.OneOf(SORTS),
        metadata={"description": "Tasks without a due date come last; priority is highest first"},
    )


class TaskPageSchema(Schema):
    tasks = fields.List(fields.Nested(TaskSchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)


class ListQuerySchema(StrictSchema):
    space = an_id()


class ListsSchema(Schema):
    lists = fields.List(fields.Nested(ListSchema), required=True)


class CommentPageSchema(Schema):
    comments = fields.List(fields.Nested(CommentSchema), required=True)
    next_cursor = fields.String(allow_none=True, required=True)
