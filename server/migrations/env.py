"""Alembic, called with the engine's URL by server.ops.schema. SQLite migrates with foreign keys
off, and checks them after.
"""

from alembic import context
from sqlalchemy import NullPool, create_engine, text

from server.accounts import models as accounts_models  # noqa: F401 – registers its tables
from server.database import Base, db
from server.journal import models as journal_models  # noqa: F401
from server.spaces import models as spaces_models  # noqa: F401

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)

with engine.connect() as connection:
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=db.metadata or Base.metadata,
        render_as_batch=is_sqlite,
    )
    with context.begin_transaction():
        context.run_migrations()
    if is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise RuntimeError("the migration broke foreign keys")
