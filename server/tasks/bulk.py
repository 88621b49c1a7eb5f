"""Many changes in one request and one transaction, each checked by itself: one that is refused does
not keep the others out.
"""

from typing import Any

from sqlalchemy import Connection

from server.tasks import service
from server.tasks.service import Caller
from server.web.errors import ApiError


def run(
    connection: Connection, caller: Caller, operations: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """A result for each operation, in order: {status, task} or {status, code, message}."""
    return [_result(connection, caller, operation) for operation in operations]


def _result(connection: Connection, caller: Caller, operation: dict[str, Any]) -> dict[str, Any]:
    connection.exec_driver_sql("SAVEPOINT operation")
    try:
        _check(operation)
        result = _WAYS[operation["op"]](connection, caller, operation)
    except ApiError as refusal:
        connection.exec_driver_sql("ROLLBACK TO operation")
        result = {"status": refusal.status, "code": refusal.code, "message": refusal.message}
    connection.exec_driver_sql("RELEASE operation")
    return result


def _create(connection: Connection, caller: Caller, operation: dict[str, Any]) -> dict[str, Any]:
    given = operation.get("fields", {}) | ({"id": operation["id"]} if "id" in operation else {})
    return {
        "status": 201,
        "task": service.told(caller.principal, service.create(connection, caller, "task", given)),
    }


def _update(connection: Connection, caller: Caller, operation: dict[str, Any]) -> dict[str, Any]:
    changed = service.change(
        connection,
        caller,
        "task",
        operation["id"],
        operation.get("fields", {}),
        operation.get("version"),
    )
    return {"status": 200, "task": service.told(caller.principal, changed)}


def _delete(connection: Connection, caller: Caller, operation: dict[str, Any]) -> dict[str, Any]:
    service.remove(connection, caller, "task", operation["id"], operation.get("version"))
    return {"status": 204}


_WAYS = {"create": _create, "update": _update, "delete": _delete}
_NOT_FOR = {"create": {"deleted"}, "update": {"space"}, "delete": set()}


def _check(operation: dict[str, Any]) -> None:
    op, fields = operation["op"], operation.get("fields", {})
    if op == "create" and "title" not in fields:
        raise ApiError(422, "invalid", "A new task needs a title.")
    if op != "create" and "id" not in operation:
        raise ApiError(422, "invalid", "Say which task, by its id.")
    unwanted = sorted(_NOT_FOR[op] & fields.keys())
    if unwanted:
        raise ApiError(422, "invalid", f"{op.capitalize()} does not take {', '.join(unwanted)}.")
