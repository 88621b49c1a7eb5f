"""Roles in a space, and their one order."""

VIEWER, EDITOR, OWNER = ROLES = ("viewer", "editor", "owner")  # the lowest first
HIGHEST_FIRST = ROLES[::-1]


def at_least(role: str | None, needed: str) -> bool:
    """Whether a role (None for a stranger's) is `needed` or a higher one."""
    return role is not None and rank(role) >= rank(needed)


def rank(role: str) -> int:
    """0 for the lowest role. ValueError for what is no role."""
    return ROLES.index(role)
