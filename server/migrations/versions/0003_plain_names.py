"""plain names: tombstones, who added a record, a space's counter"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

RENAMED = (("is_grave", "is_tombstone"), ("brought_by", "added_by"))


def upgrade() -> None:
    op.drop_index("ix_record_retire", "record")
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE record RENAME COLUMN {old} TO {new}")
    _index_what_retires("is_tombstone")
    op.rename_table("space_head", "space_counter")


def downgrade() -> None:
    op.rename_table("space_counter", "space_head")
    op.drop_index("ix_record_retire", "record")
    for old, new in RENAMED:
        op.execute(f"ALTER TABLE record RENAME COLUMN {new} TO {old}")
    _index_what_retires("is_grave")


def _index_what_retires(flag: str) -> None:
    where = sa.text(f"is_deleted OR {flag}")
    op.create_index(
        "ix_record_retire", "record", ["changed_at"], sqlite_where=where, postgresql_where=where
    )
