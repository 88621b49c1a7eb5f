"""people: shared spaces, invites, tokens, passkeys, audit, quotas"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

COMMENTS = sa.text("parent_id IS NOT NULL")


def upgrade() -> None:
    account_columns: tuple[sa.Column[object], ...] = (
        sa.Column("records_max", sa.BigInteger(), nullable=True),
        sa.Column("bytes_max", sa.BigInteger(), nullable=True),
        sa.Column("has_second_factor", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
    )
    for column in account_columns:
        op.add_column("user_account", column)
    op.add_column("user_session", sa.Column("device_id", sa.String(length=32), nullable=True))
    op.add_column(
        "user_session",
        sa.Column("address", sa.String(length=64), nullable=False, server_default=""),
    )
    with op.batch_alter_table("space") as space:
        space.add_column(sa.Column("payer_id", sa.String(length=36), nullable=True))
        space.add_column(sa.Column("deleted_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE space SET payer_id = personal_of")
    op.create_index("ix_space_payer_id", "space", ["payer_id"])
    op.create_index("ix_member_space_id", "member", ["space_id"])
    op.add_column(
        "member", sa.Column("joined_at", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "space_head", sa.Column("records", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "space_head", sa.Column("bytes", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.execute(
        "UPDATE space_head SET records = (SELECT count(*) FROM record WHERE record.space_id = space_head.space_id AND NOT is_grave), "
        "bytes = (SELECT coalesce(sum(length(body)), 0) FROM record WHERE record.space_id = space_head.space_id AND NOT is_grave)"
    )
    record_columns: tuple[sa.Column[object], ...] = (
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("priority", sa.Integer(), nullable=True),
        sa.Column("assignee", sa.String(length=36), nullable=True),
        sa.Column("order_key", sa.String(length=64), nullable=True),
        sa.Column("moved_to", sa.String(length=36), nullable=True),
        sa.Column("brought_by", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False, server_default="0"),
    )
    for column in record_columns:
        op.add_column("record", column)
    op.execute("UPDATE record SET created_at = changed_at")
    _fill_new_columns()
    op.create_index("ix_record_id", "record", ["id"])
    op.create_index(
        "ix_record_parent",
        "record",
        ["space_id", "parent_id"],
        sqlite_where=COMMENTS,
        postgresql_where=COMMENTS,
    )
    op.create_index(
        "ix_record_list",
        "record",
        ["space_id", "list_id"],
        sqlite_where=sa.text("list_id IS NOT NULL"),
        postgresql_where=sa.text("list_id IS NOT NULL"),
    )
    op.create_index("ix_record_created", "record", ["space_id", "created_at", "id"])
    op.create_index("ix_history_record", "history", ["space_id", "record_id", "seq"])
    op.create_index("ix_history_time", "history", ["space_id", "seq"])

    op.create_table(
        "access_token",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column(
            "user_id",
            sa.String(length=36),
            sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False, unique=True),
        sa.Column("hint", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("scopes", sa.String(length=200), nullable=False),
        sa.Column("spaces", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "invite",
        sa.Column("id", sa.String(length=36), primary_key=True),
        sa.Column(
            "space_id",
            sa.String(length=36),
            sa.ForeignKey("space.id", ondelete="CASCADE"),
            nullable=True,
            index=True,
        ),
        sa.Column("role", sa.String(length=8), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True, unique=True),
        sa.Column("email", sa.String(length=254), nullable=True, index=True),
        sa.Column(
            "created_by",
            sa.String(length=36),
            sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("uses_max", sa.BigInteger(), nullable=False),
        sa.Column("uses", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "passkey",
        sa.Column("credential_id", sa.LargeBinary(length=1023), primary_key=True),
        sa.Column("id", sa.String(length=36), nullable=False, unique=True),
        sa.Column(
            "user_id",
            sa.String(length=36),
            sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "challenge",
        sa.Column("token_hash", sa.LargeBinary(length=32), primary_key=True),
        sa.Column(
            "user_id",
            sa.String(length=36),
            sa.ForeignKey("user_account.id", ondelete="CASCADE"),
            nullable=True,
            index=True,
        ),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "audit_entry",
        sa.Column("n", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.String(length=36), nullable=True),
        sa.Column("act", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for act in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{act.lower()} BEFORE {act} ON audit_entry BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )


def _fill_new_columns() -> None:
    """Parents, priorities and orders of the tasks that are there, out of their records."""
    import json

    from server.core import merge

    connection = op.get_bind()
    tasks = connection.execute(
        sa.text("SELECT space_id, id, body FROM record WHERE kind = 'task' AND NOT is_grave")
    ).fetchall()
    for space_id, record_id, body in tasks:
        held = merge.values(json.loads(body))
        connection.execute(
            sa.text(
                "UPDATE record SET parent_id = :parent, priority = :priority, order_key = :order_key WHERE space_id = :space AND id = :id"
            ),
            {
                "parent": held.get("parent"),
                "priority": held.get("priority"),
                "order_key": held.get("order"),
                "space": space_id,
                "id": record_id,
            },
        )


def downgrade() -> None:
    for table in ("audit_entry", "challenge", "passkey", "invite", "access_token"):
        op.drop_table(table)
    for index, table in (
        ("ix_history_time", "history"),
        ("ix_history_record", "history"),
        ("ix_record_list", "record"),
        ("ix_record_id", "record"),
        ("ix_record_parent", "record"),
        ("ix_record_created", "record"),
        ("ix_member_space_id", "member"),
        ("ix_space_payer_id", "space"),
    ):
        op.drop_index(index, table)
    for table, columns in (
        (
            "record",
            (
                "parent_id",
                "priority",
                "assignee",
                "order_key",
                "moved_to",
                "brought_by",
                "created_at",
            ),
        ),
        ("space_head", ("records", "bytes")),
        ("member", ("joined_at",)),
        ("space", ("payer_id", "deleted_at")),
        ("user_session", ("device_id", "address")),
        ("user_account", ("records_max", "bytes_max", "has_second_factor", "seen_at")),
    ):
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column)
