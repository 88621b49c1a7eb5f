"""the account of each device that wrote in a space"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

# A device that wrote for several accounts (such as the server's own, which all accounts of a space
# shared before) names nobody. The grouping follows the history's key, so nothing is sorted.
FROM_HISTORY = """
INSERT INTO space_author (space_id, device_id, user_id)
SELECT space_id, device_id, CASE WHEN min(user_id) = max(user_id) THEN min(user_id) END
FROM history WHERE record_id <> '' GROUP BY space_id, device_id
"""
# What was moved was partly written in the spaces where it was before. A client's device belongs to
# one account. The server's own are left out: what they wrote is not all in these histories.
FROM_MOVES = """
WITH RECURSIVE path (record_id, source, target) AS (
  SELECT id, space_id, moved_to FROM record WHERE moved_to IS NOT NULL
  UNION
  SELECT path.record_id, path.source, record.moved_to FROM path
  JOIN record ON record.space_id = path.target AND record.id = path.record_id
  WHERE record.moved_to IS NOT NULL
)
INSERT INTO space_author (space_id, device_id, user_id)
SELECT path.target, history.device_id,
  CASE WHEN min(history.user_id) = max(history.user_id) THEN min(history.user_id) END
FROM path JOIN history ON history.space_id = path.source AND history.record_id = path.record_id
WHERE history.device_id NOT LIKE 'server-%'
GROUP BY path.target, history.device_id
ON CONFLICT (space_id, device_id) DO NOTHING
"""


def upgrade() -> None:
    op.create_table(
        "space_author",
        sa.Column("space_id", sa.String(length=36), nullable=False),
        sa.Column("device_id", sa.String(length=40), nullable=False),
        sa.Column("user_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("space_id", "device_id"),
        sqlite_with_rowid=False,
    )
    op.execute(FROM_HISTORY)
    op.execute(FROM_MOVES)


def downgrade() -> None:
    op.drop_table("space_author")
