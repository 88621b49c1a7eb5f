"""Throttling of failed attempts: counted by subject and address, answered more and more slowly, and
refused above the limit for a while.

An attempt counts before it is checked, so that parallel attempts cannot bypass the limit. Success
resets the count. There is no lock-out: it is enough to use another address or wait for a quarter of
an hour.
"""

import time

from flask import request
from limits import RateLimitItemPerMinute

from server.accounts.address import address_of
from server.web.limits import FAILURES_PER_15_MINUTES, attempts

FAILURES_PER_ADDRESS = RateLimitItemPerMinute(200, 15)
FREE_FAILURES = 3
DELAY_STEP_S = 0.25


def begin_attempt(kind: str, subject: str = "") -> None:
    """Counts an attempt from this address on `subject`; 429 above the limit, before anything is
    checked.
    """
    attempts().check(FAILURES_PER_ADDRESS, "failures", address_of(request))
    attempts().hit(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))


def fail_attempt(kind: str, subject: str = "") -> None:
    """Waits, longer with each failed attempt."""
    used = attempts().used(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))
    attempts().hit(FAILURES_PER_ADDRESS, "failures", address_of(request))
    time.sleep(DELAY_STEP_S * max(0, used - FREE_FAILURES))


def clear_attempts(kind: str, subject: str = "") -> None:
    """Resets the count after a successful attempt."""
    attempts().clear(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))
