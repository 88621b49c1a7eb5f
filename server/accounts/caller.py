"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """The account that asks, by which session or personal access token, from where and when.

    `scopes` is None for a session, which may do all; `spaces` is None if the token (or session)
    reaches every space of the account.
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
