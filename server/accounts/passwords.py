"""Passwords: one policy for all paths, argon2id, and at most one hash at a time per processor."""

import os
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import Flask, current_app

from server.core.limits import PASSWORD_MAX, PASSWORD_MIN

TIME_COST = 2
P = ParamSpec("P")
T = TypeVar("T")
COMMON = frozenset(
    """
123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 111111111111
000000000000 123123123123 121212121212 password1234 password12345 password123456 passwordpassword
password2024 password2025 password2026 mypassword123 p@ssw0rd1234 p@ssword1234 passw0rd1234
qwertyuiop12 qwertyuiop123 qwertyuiopas qwertyuiop[] qwerty123456 qwerty1234567 qwertyqwerty
1q2w3e4r5t6y 1qaz2wsx3edc qazwsxedcrfv zaq12wsxcde3 abcdefghijkl abcdefghijklm abc123abc123
abcd12345678 iloveyou1234 iloveyouforever letmein12345 welcome12345 welcome123456 administrator
admin1234567 admin12345678 changeme1234 changemenow12 trustno1trustno1 football1234 baseball1234
superman1234 sunshine1234 princess1234 dragon123456 monkey123456 master123456 shadow123456
correcthorsebatterystaple driftless123 driftlessdriftless
""".split()  # noqa: SIM905
)


class Passwords:
    """Hashes and verifies passwords. `memory_kib` is argon2id's memory; the rest is fixed: t=2,
    p=1.
    """

    def __init__(self, memory_kib: int) -> None:
        self._hasher = PasswordHasher(time_cost=TIME_COST, memory_cost=memory_kib, parallelism=1)
        self._turns = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._dummy = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        with self._turns:
            return _beside_the_loop(self._hasher.hash, password)

    def verify(self, stored: str | None, password: str) -> bool:
        """Whether the password matches. Takes the same time for an unknown account (`stored` None)."""
        with self._turns:
            return (
                _beside_the_loop(self._fits, stored or self._dummy, password) and stored is not None
            )

    def _fits(self, stored: str, password: str) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _beside_the_loop(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Runs `work` in a real thread if this process serves all requests in one (gevent): hashing
    takes long, but releases the interpreter lock.
    """
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("threading"):
        return work(*given, **named)
    import gevent

    result: T = gevent.get_hub().threadpool.apply(work, given, named)
    return result


def problem(password: str, email: str) -> str | None:
    """The reason why a new password is not acceptable, as a sentence; None if it is."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        return f"A password must have {PASSWORD_MIN} to {PASSWORD_MAX} characters."
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < 4 or plain in (email, email.split("@", maxsplit=1)[0]):
        return "This password is too common. Try several words."
    return None


def passwords() -> Passwords:
    found: Passwords = current_app.extensions["passwords"]
    return found


def init_app(app: Flask, memory_kib: int) -> None:
    app.extensions["passwords"] = Passwords(memory_kib)
