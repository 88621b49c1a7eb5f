"""The schema of the database: its migrations, and whether a database has it."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from server.accounts import models as accounts_models  # noqa: F401 – registers its tables
from server.config import Config
from server.database import Base
from server.journal import models as journal_models  # noqa: F401
from server.spaces import models as spaces_models  # noqa: F401

MIGRATIONS = Path(__file__).parents[1] / "migrations"
TRIGGERS = {"audit_no_update", "audit_no_delete"}  # on SQLite


def migrate(config: Config, revision: str = "head") -> None:
    """Upgrades the database to a revision, by default the newest."""
    config.data_dir.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(config), revision)


def alembic_config(config: Config) -> AlembicConfig:
    """The migrations, for the database of `config`."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["url"] = config.url
    return settings


def known_revisions() -> list[str]:
    """The revisions that this server can upgrade from, newest first."""
    return [each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def is_current(connection: Connection) -> bool:
    """Whether an SQLite database has exactly the tables, columns, indexes and triggers of this
    server.
    """
    triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    return set(triggers.scalars()) == TRIGGERS and not compare_metadata(
        MigrationContext.configure(connection), Base.metadata
    )
