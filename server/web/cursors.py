"""Opaque page cursors: each contains the last row of the page and identifies the list that it
belongs to.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence

from server.core.limits import NUMBER_MAX
from server.web.errors import ApiError

BAD_CURSOR = "This cursor is not valid for this list."

Value = str | int
Position = tuple[Value, str]  # a row's sort value and its id


def make_cursor(made_for: str, stage: int, value: Value, record_id: str) -> str:
    """The cursor of a row in the list that `made_for` describes; `stage` is the part of the list,
    counted from 0.
    """
    text = json.dumps([_digest(made_for), stage, value, record_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def parse_cursor(
    text: str | None, made_for: str, kinds: Sequence[type[Value]]
) -> tuple[int, Position | None]:
    """(stage, the row to continue after). `kinds` is the type of the sort value in each stage. 422
    if this server did not create the cursor, or created it for another list.
    """
    if text is None:
        return 0, None
    try:
        digest, stage, value, record_id = json.loads(
            base64.b64decode(text + "=" * (-len(text) % 4), "-_", True)
        )
        is_ours = (
            digest == _digest(made_for)
            and type(stage) is int
            and 0 <= stage < len(kinds)
            and _is_value(value, kinds[stage])
            and _is_value(record_id, str)
        )
    except (ValueError, TypeError, binascii.Error, RecursionError):
        is_ours = False
    if not is_ours:
        raise ApiError(
            422,
            "bad_cursor",
            BAD_CURSOR,
        )
    return stage, (value, record_id)


def _is_value(value: object, kind: type[Value]) -> bool:
    if type(value) is not kind:
        return False
    return 0 <= value <= NUMBER_MAX if isinstance(value, int) else str(value).isascii()


def _digest(made_for: str) -> str:
    return hashlib.blake2b(made_for.encode(errors="surrogatepass"), digest_size=6).hexdigest()
