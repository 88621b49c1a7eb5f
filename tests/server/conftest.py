import shutil
import time

import pytest

from bench.server import Server
from server import clock, create_app
from server.config import Config
from server.database import db
from server.ops.schema import migrate
from tests.server.events import Guest, close_all
from tests.server.people import Person

KEY = "a key for tests only, 0123456789 abcdefgh"


def config(folder, **settings):
    return Config(
        **{
            "secret_key": KEY,
            "data_dir": folder,
            "password_memory_kib": 64,
            "sign_ups_per_hour": 100_000,
            "requests_per_minute": 1_000_000,
            "public_requests_per_minute": 1_000_000,
        }
        | settings
    )


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """A folder with an empty database at the newest migration."""
    folder = tmp_path_factory.mktemp("migrated")
    migrate(config(folder))
    return folder


@pytest.fixture
def app(migrated, tmp_path):
    """The server with its own real SQLite file."""
    shutil.copytree(migrated, tmp_path / "data")
    made = create_app(config(tmp_path / "data"))
    yield made
    clock.travel(0)
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def ana(app):
    return Person(app, "ana@example.org", "Ana")


@pytest.fixture
def ben(app):
    return Person(app, "ben@example.org", "Ben")


@pytest.fixture(scope="module")
def real_server():
    """A server like `make run`, with real sockets."""
    with Server() as made:
        yield made


@pytest.fixture
def people(real_server):
    """Makes accounts of the real server: `people("ana")`. Tests share the server, not accounts."""
    number = time.time_ns()
    yield lambda name: Guest(real_server, f"{name}{number}")
    close_all()
