"""/api/v1/tasks/…/comments and /api/v1/comments."""

from flask import g
from flask.typing import ResponseReturnValue
from flask.views import MethodView

from server.database import reading
from server.journal.schemas import PageQuerySchema
from server.tasks import queries, records, schemas, service
from server.tasks.routes import (
    ETAG,
    LOCATION,
    change_record,
    create_record,
    remove_record,
    show_record,
)
from server.web.policy import policy
from server.web.rest import PREFIX, RestBlueprint
from server.web.schemas import Body

comments = RestBlueprint("comments", __name__, url_prefix=PREFIX, description="Comments on tasks")


@comments.route("/tasks/<task_id>/comments")
class TaskComments(MethodView):
    @comments.arguments(PageQuerySchema, location="query")
    @comments.response(200, schemas.CommentPageSchema)
    @policy("tasks:read", checked_in_service="viewer")
    def get(self, query: Body, task_id: str) -> ResponseReturnValue:
        """A task's comments, oldest first"""
        with reading() as connection:
            page, more = queries.list_comments(
                connection, records.get(connection, g.caller, "task", task_id), query
            )
            page = records.name_for(connection, g.caller.user_id, page)
        return {"comments": page, "next_cursor": more}

    @comments.arguments(schemas.CommentCreateSchema)
    @comments.response(201, schemas.CommentSchema, headers=LOCATION)
    @comments.refusals(409)
    @policy("tasks:write", checked_in_service="editor")
    def post(self, given: Body, task_id: str) -> ResponseReturnValue:
        """Comment on a task"""
        return create_record(lambda work: service.comment(work, task_id, given), "comments")


@comments.route("/comments/<comment_id>")
class Comment(MethodView):
    @comments.response(200, schemas.CommentSchema, headers=ETAG)
    @policy("tasks:read", checked_in_service="viewer")
    def get(self, comment_id: str) -> ResponseReturnValue:
        """A comment; its ETag is its version"""
        return show_record("comment", comment_id)

    @comments.arguments(schemas.CommentPatchSchema)
    @comments.response(200, schemas.CommentSchema, headers=ETAG)
    @comments.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def patch(self, given: Body, comment_id: str) -> ResponseReturnValue:
        """Change the text of your own comment"""
        return change_record("comment", comment_id, given)

    @comments.response(204)
    @comments.refusals(409, 412)
    @policy("tasks:write", checked_in_service="editor")
    def delete(self, comment_id: str) -> None:
        """Delete your own comment or, as an owner of the space, any comment"""
        remove_record("comment", comment_id)
