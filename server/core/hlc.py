"""Hybrid logical clock readings as fixed-width text that sorts as time.

`2026-11-23T18:20:32.123Z-0003`: UTC milliseconds, then a counter of four hex digits for readings
within one millisecond. After Kulkarni et al., "Logical Physical Clocks" (2014), without its receive
rule: here causality is carried by vector clocks, so time only has to order what was concurrent.
"""

import re
from datetime import UTC, datetime, timedelta

COUNTER_MAX = 0xFFFF
MS_MAX = 253402300799999  # 9999-12-31T23:59:59.999Z
PATTERN = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z-[0-9a-f]{4}", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


def format_reading(ms: int, counter: int = 0) -> str:
    """The text of a reading: `ms` is a Unix time (0…MS_MAX), `counter` 0…COUNTER_MAX."""
    moment = (_EPOCH + ms * _MS).replace(tzinfo=None)
    return f"{moment.isoformat(timespec='milliseconds')}Z-{counter:04x}"


def parse_reading(text: str) -> tuple[int, int]:
    """(ms, counter) of a reading; ValueError if `text` is not a reading, or not in the years
    1970–9999.
    """
    if not PATTERN.fullmatch(text):
        raise ValueError("not a clock reading")
    ms = (datetime.fromisoformat(text[:24]) - _EPOCH) // _MS
    if ms < 0:
        raise ValueError("before 1970")
    return ms, int(text[25:], 16)


def tick(last: str | None, now_ms: int) -> str:
    """The next reading: later than `last`, and not before `now_ms`. A full counter takes the next
    millisecond.
    """
    if last is None:
        return format_reading(now_ms)
    last_ms, counter = parse_reading(last)
    if now_ms > last_ms:
        return format_reading(now_ms)
    if counter < COUNTER_MAX:
        return format_reading(last_ms, counter + 1)
    return format_reading(last_ms + 1)


def shift(reading: str, by_ms: int) -> str:
    """The same reading, `by_ms` later (or earlier if negative)."""
    ms, counter = parse_reading(reading)
    return format_reading(max(0, ms + by_ms), counter)
