"""The only reading of the wall clock. Times are integers: milliseconds since 1970 UTC."""

import time

SECOND_MS = 1000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS

_shift_ms = 0


def now_ms() -> int:
    """Milliseconds since 1970 UTC."""
    return time.time_ns() // 1_000_000 + _shift_ms


def travel(by_ms: int) -> None:
    """For tests: moves this process's clock by `by_ms` from the machine's."""
    global _shift_ms  # noqa: PLW0603 – the one piece of state that a test may turn
    _shift_ms = by_ms
