"""Failed attempts: counted by what is tried and from where, answered more and more slowly, and past
the limit not at all for a while.

An attempt counts before it is checked, so that many at once are no way around the limit, and is
forgiven when it succeeds. There is no lock-out: another address, or a quarter of an hour, is
enough.
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
    """Counts an attempt of this address on `subject`; 429 past the limit, with nothing tried."""
    attempts().check(FAILURES_PER_ADDRESS, "failures", address_of(request))
    attempts().hit(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))


def fail_attempt(kind: str, subject: str = "") -> None:
    """Waits the longer, the more attempts failed before."""
    used = attempts().used(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))
    attempts().hit(FAILURES_PER_ADDRESS, "failures", address_of(request))
    time.sleep(DELAY_STEP_S * max(0, used - FREE_FAILURES))


def clear_attempts(kind: str, subject: str = "") -> None:
    """The attempt was a good one: those before it no longer count."""
    attempts().clear(FAILURES_PER_15_MINUTES, kind, subject, address_of(request))
