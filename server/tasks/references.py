"""The references in a body: the space to write in, a list, a parent, an assignee."""

from server.core.roles import at_least
from server.journal.outcomes import READ_ONLY
from server.spaces import access
from server.tasks.records import Shown
from server.tasks.work import Work
from server.web.errors import NO_SUCH_SPACE, ApiError
from server.web.schemas import Body


def find_space_for(work: Work, given: Body) -> str:
    """The space of the given list or parent, else the personal one."""
    for name, kind in (("list", "list"), ("parent", "task")):
        if given.get(name):
            above = work.find(kind, given[name])
            if above is None:
                raise _unknown(name)
            return str(above["space"])
    personal = access.personal_space(work.connection, work.caller.user_id)
    if not work.caller.reaches(personal):
        raise ApiError(
            422, "space_needed", "This token has no access to the personal space. Name a space."
        )
    return personal


def check_writable(work: Work, space_id: str) -> None:
    """Early answer, before anything else is checked. The journal checks again when it applies the
    change.
    """
    role = work.role(space_id)
    if role is None:
        raise ApiError(404, "no_such_space", NO_SUCH_SPACE)
    if not at_least(role, "editor"):
        raise ApiError(403, "read_only", READ_ONLY["message"])


def check_references(work: Work, space_id: str, record_id: str, given: Body) -> Body:
    """The body with the stored ids of its list and parent. 422 if the list, the parent or the
    assignee is not a live one of the same space.
    """
    stored = {}
    for name, kind in (("list", "list"), ("parent", "task")):
        if given.get(name):
            above = work.find(kind, given[name])
            if above is None or not _is_usable(work, space_id, record_id, above):
                raise _unknown(name)
            stored[name] = above["id"]
    assignee = given.get("assignee")
    if assignee and work.rules.role(work.connection, assignee, space_id) is None:
        raise ApiError(
            422,
            "not_a_member",
            "The assignee is not a member of the space.",
            {"assignee": ["The assignee is not a member of the space."]},
        )
    return {**given, **stored}


def _is_usable(work: Work, space_id: str, record_id: str, above: Shown) -> bool:
    is_here = above["space"] == space_id and above["id"] != record_id
    return is_here and not _is_in_trash(work, above)


def _is_in_trash(work: Work, record: Shown) -> bool:
    """Whether the record or its list was deleted."""
    named = record.get("list")
    above = work.find_in(record["space"], "list", named) if named else None
    return record["deleted"] is not None or (above is not None and above["deleted"] is not None)


def _unknown(name: str) -> ApiError:
    if name == "list":
        return ApiError(
            422,
            "no_such_list",
            "There is no such list in this space.",
            {"list": ["There is no such list in this space."]},
        )
    return ApiError(
        422,
        "no_such_parent",
        "There is no such parent task in this space.",
        {"parent": ["There is no such parent task in this space."]},
    )
