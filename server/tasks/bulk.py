"""Many changes in one request and one transaction. Each is checked separately, and a refused one
does not affect the others.
"""

from server.tasks import service
from server.tasks.records import redact
from server.tasks.work import Work
from server.web.errors import ApiError
from server.web.schemas import Body


def run(work: Work, operations: list[Body]) -> list[Body]:
    """A result for each operation, in order: {status, task} or {status, code, message}."""
    return [_result(work, operation) for operation in operations]


def _result(work: Work, operation: Body) -> Body:
    work.connection.exec_driver_sql("SAVEPOINT operation")
    try:
        _check(operation)
        result = _OPERATIONS[operation["op"]](work, operation)
    except ApiError as refusal:
        work.connection.exec_driver_sql("ROLLBACK TO operation")
        result = {"status": refusal.status, "code": refusal.code, "message": refusal.message}
    work.connection.exec_driver_sql("RELEASE operation")
    return result


def _create(work: Work, operation: Body) -> Body:
    given = operation.get("fields", {}) | ({"id": operation["id"]} if "id" in operation else {})
    return {"status": 201, "task": redact(work.caller, service.create(work, "task", given))}


def _update(work: Work, operation: Body) -> Body:
    fields, version = operation.get("fields", {}), operation.get("version")
    changed = service.change(work, "task", operation["id"], fields, version)
    return {"status": 200, "task": redact(work.caller, changed)}


def _delete(work: Work, operation: Body) -> Body:
    service.remove(work, "task", operation["id"], operation.get("version"))
    return {"status": 204}


_OPERATIONS = {"create": _create, "update": _update, "delete": _delete}
_NOT_FOR: dict[str, set[str]] = {"create": {"deleted"}, "update": {"space"}, "delete": set()}


def _check(operation: Body) -> None:
    op, fields = operation["op"], operation.get("fields", {})
    if op == "create" and "title" not in fields:
        raise ApiError(422, "invalid", "A new task needs a title.")
    if op != "create" and "id" not in operation:
        raise ApiError(422, "invalid", "The operation needs the task's id.")
    unwanted = sorted(_NOT_FOR[op] & fields.keys())
    if unwanted:
        raise ApiError(422, "invalid", f"{op.capitalize()} does not accept {', '.join(unwanted)}.")
