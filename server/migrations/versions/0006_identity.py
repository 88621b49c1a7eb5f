"""ids under which accounts see records; the session of a device"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "record_alias",
        sa.Column("space_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("record_id", sa.String(length=36), nullable=False),
        sa.Column("alias", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("space_id", "user_id", "record_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_record_alias", "record_alias", ["alias", "user_id"])
    op.add_column("device", sa.Column("session_id", sa.String(length=36)))


def downgrade() -> None:
    op.drop_column("device", "session_id")
    op.drop_table("record_alias")
