import pytest

from tests.access.world import World
from tests.server.conftest import app, migrated  # noqa: F401


@pytest.fixture
def world(app):  # noqa: F811
    """A shared space with a member of every role, and every other kind of caller."""
    return World(app)
