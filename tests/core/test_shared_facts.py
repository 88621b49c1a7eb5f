"""Facts that both sides share are read from the same files by both: limits and roles."""

import json
from pathlib import Path

import pytest

from server.core import limits, roles

SHARED = Path(__file__).parents[1] / "shared"
LIMITS = json.loads((SHARED / "limits.json").read_text())
ROLES = json.loads((SHARED / "roles.json").read_text())


def test_every_limit_is_in_the_shared_file():
    own = {name.lower(): held for name, held in vars(limits).items() if name.isupper()}
    assert own == LIMITS


@pytest.mark.parametrize("vector", [pytest.param(each, id=each["name"]) for each in ROLES])
def test_role_vector(vector):
    assert vector["call"] == "at_least"
    assert roles.at_least(**vector["given"]) is vector["result"]


def test_only_the_known_roles_are_roles():
    with pytest.raises(ValueError):
        roles.at_least("admin", "viewer")
