"""Limits of requests: the size of bodies, and attempts within a period (the `limits` library, in
this process).
"""

import json
import re
import threading
import time
import zlib

from flask import Request, current_app
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from server.core.limits import REQUEST_BYTES_MAX
from server.web.errors import ApiError

GZIP_RATIO_MAX = 100
DEPTH_MAX = 16
SWEEP_S = 10
FAILURES_PER_15_MINUTES = RateLimitItemPerMinute(10, 15)

_ESCAPED = re.compile(rb"\\.", re.DOTALL)
_STRING = re.compile(rb'"[^"]*"')
_NOT_STRUCTURE = bytes(set(range(256)) - set(b'"[]{}'))


class RarelySwept(MemoryStorage):
    """The library's storage looks at every key, 100 times a second while there are requests, for
    what has expired: 15 ms for 5,000 accounts. That only frees memory, so it can be rarer.
    """

    def _MemoryStorage__schedule_expiry(self) -> None:
        if not self.timer.is_alive():
            self.timer = threading.Timer(SWEEP_S, self._MemoryStorage__expire_events)  # type: ignore[attr-defined]
            self.timer.daemon = True
            self.timer.start()


class Attempts:
    """Counts attempts by key in this process; `hit` answers 429 above the limit."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(RarelySwept())

    def hit(self, item: RateLimitItemPerMinute, *key: str) -> None:
        if not self._limiter.hit(item, *key):
            raise self._too_many(item, key)

    def check(self, item: RateLimitItemPerMinute, *key: str) -> None:
        """429 if `key` has used up its attempts; does not count."""
        if not self._limiter.test(item, *key):
            raise self._too_many(item, key)

    def allows(self, item: RateLimitItemPerMinute | RateLimitItemPerHour, *key: str) -> bool:
        """Counts an attempt; whether it was within the limit."""
        return self._limiter.hit(item, *key)

    def clear(self, item: RateLimitItemPerMinute, *key: str) -> None:
        """Resets the attempts of `key`."""
        self._limiter.clear(item, *key)

    def used(self, item: RateLimitItemPerMinute, *key: str) -> int:
        return item.amount - self._limiter.get_window_stats(item, *key).remaining

    def _too_many(self, item: RateLimitItemPerMinute, key: tuple[str, ...]) -> ApiError:
        wait_s = max(1, round(self._limiter.get_window_stats(item, *key).reset_time - time.time()))
        return ApiError(
            429,
            "too_many_requests",
            f"Too many attempts. Try again in {wait_s} seconds.",
            retry_after_s=wait_s,
        )


def sign_ups_per_hour() -> RateLimitItemPerMinute:
    """The limit of new accounts per address and hour (the setting SIGN_UPS_PER_HOUR)."""
    return RateLimitItemPerMinute(current_app.config["SIGN_UPS_PER_HOUR"], 60)


def requests_per_minute() -> RateLimitItemPerMinute:
    """The limit of requests per account and minute (the setting REQUESTS_PER_MINUTE)."""
    return RateLimitItemPerMinute(current_app.config["REQUESTS_PER_MINUTE"], 1)


def public_requests_per_minute() -> RateLimitItemPerMinute:
    """The limit of requests without an account per address and minute (the setting
    PUBLIC_REQUESTS_PER_MINUTE).
    """
    return RateLimitItemPerMinute(current_app.config["PUBLIC_REQUESTS_PER_MINUTE"], 1)


def attempts() -> Attempts:
    found: Attempts = current_app.extensions["attempts"]
    return found


def read_body(request: Request) -> bytes:
    """The uncompressed body of a request, at most REQUEST_BYTES_MAX; gzip is decompressed in
    pieces, and only up to the limit.
    """
    encoding = request.headers.get("Content-Encoding", "identity").strip().lower()
    if request.mimetype != "application/json":
        raise ApiError(415, "unsupported_media_type", "Send JSON as application/json.")
    if encoding not in ("identity", "gzip"):
        raise ApiError(
            415,
            "unsupported_media_type",
            "Send the body uncompressed, or with Content-Encoding: gzip.",
        )
    body = request.get_data(cache=False)
    if encoding == "gzip":
        body = _gunzip(body)
    if len(body) > REQUEST_BYTES_MAX:
        raise _too_large()
    return body


def check_depth(body: bytes) -> None:
    """400 if JSON is nested deeper than DEPTH_MAX. Counts brackets outside strings, without
    parsing.
    """
    outside = _ESCAPED.sub(b"", body) if b"\\" in body else body
    structure = _STRING.sub(b"", outside.translate(None, _NOT_STRUCTURE))
    depth = 0
    for bracket in structure:
        if bracket in b"[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise ApiError(
                    400, "too_deep", f"JSON can be nested at most {DEPTH_MAX} levels deep."
                )
        else:
            depth -= 1


def parse_json(body: bytes) -> object:
    """The value of a JSON body, with the standard library; 400 if it is not valid JSON in UTF-8.
    Huge integers become text.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse, parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "malformed", "The body is not valid JSON in UTF-8.") from error


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= 20 else float("inf")


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _gunzip(body: bytes) -> bytes:
    opener = zlib.decompressobj(wbits=31)
    room = min(REQUEST_BYTES_MAX, max(1, len(body)) * GZIP_RATIO_MAX)
    try:
        plain = opener.decompress(body, room + 1)
    except zlib.error as error:
        raise ApiError(400, "malformed", "The body is not valid gzip.") from error
    if len(plain) > room:
        raise _too_large()
    if not opener.eof or opener.unused_data:
        raise ApiError(400, "malformed", "The gzip body is incomplete or has trailing data.")
    return plain


def _too_large() -> ApiError:
    return ApiError(
        413, "too_large", f"A request can have at most {REQUEST_BYTES_MAX} bytes, uncompressed."
    )
