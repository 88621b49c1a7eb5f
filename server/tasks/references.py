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


def check_references(work: Work, space_id: str, record_id: str, given: Body) -> None:
    """422 if a given list, parent or assignee is not a live one of the same space."""
    for name, kind in (("list", "list"), ("parent", "task")):
        if given.get(name) and not _is_usable(work, space_id, record_id, kind, given[name]):
            raise _unknown(name)
    assignee = given.get("assignee")
    if assignee and work.rules.role(work.connection, assignee, space_id) is None:
        raise ApiError(
            422,
            "not_a_member",
            "The assignee is not a member of the space.",
            {"assignee": ["The assignee is not a member of the space."]},
        )


def _is_usable(work: Work, space_id: str, record_id: str, kind: str, named: str) -> bool:
    above = work.find(kind, named)
    return (
        above is not None
        and above["space"] == space_id
        and named != record_id
        and not _is_in_trash(work, above)
    )


def _is_in_trash(work: Work, record: Shown) -> bool:
    """Whether the record or its list was deleted."""
    above = work.find("list", record["list"]) if record.get("list") else None
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
