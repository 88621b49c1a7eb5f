"""The audit log: who did what to whom. Append-only; each entry has a hash over itself and the
previous hash. Never content.

`act` is one of ACTS; `subject` an account's id, an address or the name of a setting; `detail` small
JSON without secrets.
"""

import hashlib
import json
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from server.accounts.models import AuditEntry

FIRST_HASH = bytes(32)
AT_THE_MACHINE = "command line"  # the address in entries of an operator's commands
ACTS = frozenset(
    {
        "sign_up",
        "sign_in",
        "sign_in_failed",
        "sign_out",
        "sign_out_everywhere",
        "session_ended",
        "password_changed",
        "password_reset",
        "reset_link_made",
        "account_renamed",
        "account_deleted",
        "account_created",
        "account_disabled",
        "account_enabled",
        "admin_granted",
        "admin_revoked",
        "quota_changed",
        "registration_changed",
        "account_invited",
        "account_invite_ended",
        "token_made",
        "token_ended",
        "passkey_added",
        "passkey_removed",
        "second_factor_on",
        "second_factor_off",
        "space_made",
        "space_deleted",
        "space_restored",
        "space_purged",
        "member_joined",
        "member_removed",
        "member_left",
        "role_changed",
        "invite_made",
        "invite_ended",
        "account_exported",
        "restored",
    }
)


def append(
    connection: Connection,
    act: str,
    actor_id: str | None,
    subject: str,
    address: str,
    now_ms: int,
    **detail: object,
) -> None:
    """Adds an entry, in the writing transaction of the action itself."""
    if act not in ACTS:
        raise ValueError(f"no such act: {act}")
    last = connection.execute(
        select(AuditEntry.n, AuditEntry.hash).order_by(AuditEntry.n.desc()).limit(1)
    ).first()
    entry: dict[str, object] = {
        "n": last.n + 1 if last else 1,
        "at": now_ms,
        "actor_id": actor_id,
        "act": act,
        "subject": subject[:254],
        "address": address[:64],
        "detail": json.dumps(detail, sort_keys=True, separators=(",", ":")),
    }
    connection.execute(
        insert(AuditEntry), entry | {"hash": hash_of(entry, last.hash if last else FIRST_HASH)}
    )


def hash_of(entry: Mapping[str, object], before: bytes) -> bytes:
    """SHA-256 over the previous hash and the entry's members as canonical JSON."""
    members = [
        entry[name] for name in ("n", "at", "actor_id", "act", "subject", "address", "detail")
    ]
    return hashlib.sha256(
        before + json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()
    ).digest()


def verify(connection: Connection) -> tuple[int, int | None]:
    """(number of valid entries, number of the first invalid one or None)."""
    before, count = FIRST_HASH, 0
    for row in connection.execute(select(AuditEntry).order_by(AuditEntry.n)):
        entry = dict(row._mapping)
        if entry["n"] != count + 1 or hash_of(entry, before) != entry["hash"]:
            return count, count + 1
        before, count = entry["hash"], count + 1
    return count, None
