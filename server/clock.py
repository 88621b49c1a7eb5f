"""The only access to the wall clock. Times are integers: Unix time in ms (UTC)."""

import time

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_shift_ms = 0


def now_ms() -> int:
    """Unix time in ms (UTC)."""
    return time.time_ns() // 1_000_000 + _shift_ms


def travel(by_ms: int) -> None:
    """For tests: shifts this process's clock by `by_ms`."""
    global _shift_ms  # noqa: PLW0603 – the one piece of state that a test may turn
    _shift_ms = by_ms
