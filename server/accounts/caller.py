"""The caller of a request."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The account of the caller, with its session or personal access token, address and time.

    `scopes` is None for a session, which has every scope; `spaces` is None if the token (or
    session) can access every space of the account.
    """

    user_id: str
    session_id: str | None
    is_admin: bool
    is_cookie: bool
    scopes: frozenset[str] | None = None
    spaces: frozenset[str] | None = None
    token_id: str | None = None
    device_id: str | None = None
    address: str = ""
    now_ms: int = 0

    def reaches(self, space_id: str) -> bool:
        return self.spaces is None or space_id in self.spaces

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes
