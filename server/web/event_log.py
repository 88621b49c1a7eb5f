"""One structured line for each push, pull and refusal: ids and counts, never content. The package
`ops` formats the lines.
"""

import logging

from server.core.ids import is_record_id

NAME = "driftless.events"
_log = logging.getLogger(NAME)


def log_event(event: str, **facts: str | int) -> None:
    _log.info(event, extra={"facts": facts})


def log_refusal(
    account: str, device: str, space: str, record: str, code: str, n: int | None = None
) -> None:
    """Logs a change that was not applied, with the reason. An invalid record id from a client is
    left out.
    """
    facts: dict[str, str | int] = {"account": account, "device": device}
    facts |= {"space": _id(space), "record": _id(record), "code": code}
    log_event("refusal", **facts, **({} if n is None else {"n": n}))


def _id(text: str) -> str:
    return text if is_record_id(text) else ""
