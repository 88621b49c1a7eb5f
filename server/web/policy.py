"""Every route declares who may call it. A route without a policy stops the app from starting.

`public` – anyone. `account` – a signed-in account, by the session cookie or the same session as a bearer.
"""
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

POLICIES = ("public", "account")
F = TypeVar("F", bound=Callable[..., Any])


def policy(name: str) -> Callable[[F], F]:
    """Declares the policy of a view function or of every method of a view class."""
    if name not in POLICIES:
        raise ValueError(f"no such policy: {name}")

    def declare(view: F) -> F:
        view.policy = name  # type: ignore[attr-defined]
        return view
    return declare


def policies_of(app: Flask, given: dict[str, str]) -> dict[str, str]:
    """{endpoint: policy} of every route; `given` names those of libraries. RuntimeError where one has none."""
    found: dict[str, str] = {}
    for endpoint, view in app.view_functions.items():
        declared = getattr(view, "policy", None) or getattr(getattr(view, "view_class", None), "policy", None) or given.get(endpoint)
        if declared is None:
            raise RuntimeError(f"the route {endpoint} declares no policy")
        found[endpoint] = declared
    return found
