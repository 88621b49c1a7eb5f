"""Every route declares its callers. A route without a policy prevents the app from starting.

`public` – anyone. `account` – a signed-in account, by the session cookie or the same session as a
bearer token; never a personal access token. `admin` – the same, and an administrator. A scope
(`tasks:read`, …) – a signed-in account, or a token with that scope. `space` is the lowest role in
the space of the route's `space_id`: accounts that are not members get 404, lower roles 403.

The guard checks all of that. It does not check `checked_in_service`, the lowest role in the space
of the record that a route is for: that space is known only after the record was read.
`tasks.records` finds records only in the caller's spaces, and `journal.apply` checks the role again
when it writes. The member documents this, and `tests/access/test_matrix.py` asserts it for every
route.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask

from server.core.roles import ROLES

SCOPES = ("tasks:read", "tasks:write", "spaces:manage", "account:read")
AUDIENCES = ("public", "account", "admin", *SCOPES)
F = TypeVar("F", bound=Callable[..., object])


@dataclass(frozen=True)
class Policy:
    """`audience` is one of AUDIENCES; `space` and `checked_in_service` are one of ROLES, or None."""

    audience: str
    space: str | None = None
    checked_in_service: str | None = None

    def __post_init__(self) -> None:
        if self.audience not in AUDIENCES or not {self.space, self.checked_in_service} <= {
            None,
            *ROLES,
        }:
            raise ValueError(f"no such policy: {self}")


def policy(
    audience: str, *, space: str | None = None, checked_in_service: str | None = None
) -> Callable[[F], F]:
    """Declares the policy of a view function, or of one method of a view class."""
    declared = Policy(audience, space, checked_in_service)

    def declare(view: F) -> F:
        view.policy = declared  # type: ignore[attr-defined]
        return view

    return declare


def policies_of(app: Flask, given: dict[str, str]) -> dict[tuple[str, str], Policy]:
    """{(endpoint, method): policy} of every route; `given` has the audiences of libraries' routes.
    RuntimeError if one has no policy.
    """
    found: dict[tuple[str, str], Policy] = {}
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            of_method = getattr(getattr(view, "view_class", None), method.lower(), None)
            declared = getattr(of_method, "policy", None) or getattr(view, "policy", None)
            if declared is None and rule.endpoint in given:
                declared = Policy(given[rule.endpoint])
            if declared is None:
                raise RuntimeError(f"{method} {rule.rule} ({rule.endpoint}) declares no policy")
            found[rule.endpoint, method] = declared
    return found
