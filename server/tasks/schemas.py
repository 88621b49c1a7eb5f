"""What REST says of tasks and lists. Values are checked again by the journal, which knows every kind's fields."""
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate

from server.journal import kinds
from server.web.schemas import StrictSchema

PAGE_MAX = 200
STATUSES = ("pending", "in_progress", "completed")
INBOX = "inbox"


def _checked(check: kinds.Check):
    def validator(value: Any) -> None:
        problem = check(value)
        if problem:
            raise validate.ValidationError(f"{problem[0].upper()}{problem[1:]}.")
    return validator


def _restore() -> fields.Field:
    return fields.Raw(allow_none=True, validate=_checked(kinds.one_of(None)),
                      metadata={"description": "null restores from the trash"})


class TaskFields(StrictSchema):
    title = fields.String(validate=_checked(kinds.text(kinds.TITLE_MAX, 1)))
    description = fields.String(validate=_checked(kinds.text(kinds.DESCRIPTION_MAX)))
    due = fields.String(allow_none=True, validate=_checked(kinds.due), metadata={
        "description": "A day 2026-11-30, a wall time 2026-11-30T17:00, or a zoned time 2026-11-30T17:00+01:00[Europe/Paris]"})
    status = fields.String(validate=validate.OneOf(STATUSES))
    priority = fields.Integer(strict=True, validate=validate.OneOf((0, 1, 2, 3)), metadata={"description": "0 none … 3 high"})
    labels = fields.List(fields.String(validate=_checked(kinds.text(kinds.LABEL_MAX, 1))), validate=validate.Length(max=50))
    list = fields.String(allow_none=True, validate=_checked(kinds.record_id), metadata={"description": "null is the Inbox"})
    parent = fields.String(allow_none=True, validate=_checked(kinds.record_id))
    order = fields.String(validate=_checked(kinds.order))


class TaskCreateSchema(TaskFields):
    id = fields.String(validate=_checked(kinds.record_id), metadata={"description": "Made by the server unless given"})
    title = fields.String(required=True, validate=_checked(kinds.text(kinds.TITLE_MAX, 1)))


class TaskPatchSchema(TaskFields):
    deleted = _restore()


class TaskSchema(Schema):
    id = fields.String()
    title = fields.String(allow_none=True)
    description = fields.String()
    due = fields.String(allow_none=True)
    status = fields.String()
    completed_at = fields.String(allow_none=True)
    priority = fields.Integer()
    labels = fields.List(fields.String())
    list = fields.String(allow_none=True)
    parent = fields.String(allow_none=True)
    order = fields.String(allow_none=True)
    deleted = fields.String(allow_none=True)
    conflicts = fields.List(fields.String(), metadata={"description": "Fields that concurrent changes hold with different values"})
    version = fields.Integer()


class ListFields(StrictSchema):
    name = fields.String(validate=_checked(kinds.text(kinds.NAME_MAX, 1)))
    order = fields.String(validate=_checked(kinds.order))


class ListCreateSchema(ListFields):
    id = fields.String(validate=_checked(kinds.record_id), metadata={"description": "Made by the server unless given"})
    name = fields.String(required=True, validate=_checked(kinds.text(kinds.NAME_MAX, 1)))


class ListPatchSchema(ListFields):
    deleted = _restore()


class ListSchema(Schema):
    id = fields.String()
    name = fields.String()
    order = fields.String(allow_none=True)
    deleted = fields.String(allow_none=True)
    conflicts = fields.List(fields.String())
    version = fields.Integer()


class TaskQuerySchema(Schema):
    class Meta:
        unknown = EXCLUDE
    status = fields.String(validate=validate.OneOf(STATUSES))
    list = fields.String(validate=_checked(lambda value: None if value == INBOX else kinds.record_id(value)),
                         metadata={"description": "A list's id, or inbox"})
    sort = fields.String(load_default="due", validate=validate.OneOf(["due", "-due"]), metadata={"description": "Tasks without a due date come last"})
    cursor = fields.String(validate=validate.Length(max=400), metadata={"description": "next_cursor of the page before"})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, PAGE_MAX))


class TaskPageSchema(Schema):
    tasks = fields.List(fields.Nested(TaskSchema))
    next_cursor = fields.String(allow_none=True)


class ListsSchema(Schema):
    lists = fields.List(fields.Nested(ListSchema))


class ErrorSchema(Schema):
    code = fields.String(required=True)
    message = fields.String(required=True)
    fields = fields.Raw()  # type: ignore[assignment]
