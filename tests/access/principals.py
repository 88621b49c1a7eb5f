"""Every kind of caller and its permissions, stated independently of the server's guard."""

from dataclasses import dataclass, field

from server.web.policy import SCOPES

ROLE_OF = {"owner": "owner", "editor": "editor", "viewer": "viewer"}
SAME_SITE, CROSS_SITE = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}


@dataclass
class Caller:
    """`refused` is (status, code) of a credential that is never valid; `scopes` is None for a
    session; `role` is the role in the shared space.
    """

    name: str
    person: str = "owner"
    headers: dict = field(default_factory=dict)
    cookie: str | None = None
    refused: tuple | None = None
    scopes: frozenset | None = None
    role: str | None = None
    is_admin: bool = False
    is_cross_site: bool = False


def principals(world):
    """About twenty, each with its credential."""
    people = world.people

    def bearer(token):
        return {"Authorization": f"Bearer {token}"}

    sessions = [
        Caller(name, name, people[name].headers, role=ROLE_OF.get(name), is_admin=name == "admin")
        for name in ("stranger", "viewer", "editor", "owner", "admin")
    ]
    cookie = people["owner"].headers["Authorization"].split()[1]
    of_tokens = [
        Caller(
            f"token {scope}",
            "owner",
            bearer(world.tokens[scope]),
            scopes=frozenset({scope}),
            role="owner",
        )
        for scope in SCOPES
    ]
    return [
        Caller("anonymous", refused=(401, "sign_in_first")),
        *sessions,
        Caller("owner by cookie", "owner", SAME_SITE, cookie, role="owner"),
        Caller(
            "owner by cookie, from another site",
            "owner",
            CROSS_SITE,
            cookie,
            role="owner",
            is_cross_site=True,
        ),
        Caller(
            "owner with two credentials",
            "owner",
            SAME_SITE | people["owner"].headers,
            cookie,
            refused=(400, "two_credentials"),
        ),
        Caller(
            "disabled account",
            "disabled",
            people["disabled"].headers,
            refused=(401, "session_ended"),
        ),
        Caller(
            "ended session",
            "owner",
            bearer(world.sessions["ended"]),
            refused=(401, "session_ended"),
        ),
        Caller(
            "old session",
            "owner",
            bearer(world.sessions["expired"]),
            refused=(401, "session_ended"),
        ),
        Caller(
            "idle session", "owner", bearer(world.sessions["idle"]), refused=(401, "session_ended")
        ),
        *of_tokens,
        Caller(
            "token for another space",
            "owner",
            bearer(world.tokens["elsewhere"]),
            scopes=frozenset(SCOPES),
            role=None,
        ),
        Caller(
            "expired token", "owner", bearer(world.tokens["expired"]), refused=(401, "token_ended")
        ),
        Caller(
            "token of a disabled account",
            "disabled",
            bearer(world.disabled_token[1]),
            refused=(401, "token_ended"),
        ),
        Caller(
            "made-up token",
            "owner",
            bearer("dft_" + "x" * 43 + "00000000"),
            refused=(401, "token_ended"),
        ),
    ]
