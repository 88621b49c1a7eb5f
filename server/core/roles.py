"""The roles in a space and their order."""

VIEWER, EDITOR, OWNER = ROLES = ("viewer", "editor", "owner")  # lowest first
HIGHEST_FIRST = ROLES[::-1]


def at_least(role: str | None, needed: str) -> bool:
    """Whether a role (None if not a member) is `needed` or a higher one."""
    return role is not None and rank(role) >= rank(needed)


def rank(role: str) -> int:
    """0 for the lowest role. ValueError if it is not a role."""
    return ROLES.index(role)
