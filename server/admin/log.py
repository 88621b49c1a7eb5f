"""The audit log for administrators, newest first."""

import json
from typing import Any

from sqlalchemy import Connection, or_, select

from server.accounts.models import AuditEntry

PAGE = 100
_SHOWN = select(
    AuditEntry.n,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.act,
    AuditEntry.subject,
    AuditEntry.address,
    AuditEntry.detail,
)


def list_entries(
    connection: Connection, cursor: int | None, act: str | None, account: str | None
) -> tuple[list[dict[str, Any]], int | None]:
    """(a page of entries before the number `cursor`, the next page's cursor or None); `account`
    matches the actor or the subject.
    """
    statement = _SHOWN.order_by(AuditEntry.n.desc()).limit(PAGE + 1)
    if cursor is not None:
        statement = statement.where(AuditEntry.n < cursor)
    if act is not None:
        statement = statement.where(AuditEntry.act == act)
    if account is not None:
        statement = statement.where(
            or_(AuditEntry.actor_id == account, AuditEntry.subject == account)
        )
    found = [_shown(row) for row in connection.execute(statement)]
    return found[:PAGE], found[PAGE - 1]["n"] if len(found) > PAGE else None


def _shown(row: Any) -> dict[str, Any]:
    return {
        "n": row.n,
        "at": row.at,
        "actor": row.actor_id,
        "act": row.act,
        "subject": row.subject,
        "address": row.address,
        "detail": json.loads(row.detail),
    }
