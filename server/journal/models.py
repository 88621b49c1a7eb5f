"""Replicated state. Every key begins with the space, so that the rows of a space are stored
together.
"""

from sqlalchemy import ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class Meta(Base):
    """Facts about this database; `epoch` identifies its history and is new after a restore, the time
    of which is `restored_at`.
    """

    __tablename__ = "meta"
    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str] = mapped_column(String(100))


class SpaceCounter(Base):
    """A space's counter row: the last `seq`, the highest `seq` of a purged tombstone, the number of
    records and their size.
    """

    __tablename__ = "space_counter"
    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    seq: Mapped[int]
    forgotten_seq: Mapped[int]
    records: Mapped[int] = mapped_column(default=0)
    bytes: Mapped[int] = mapped_column(default=0)


class Record(Base):
    """The current state of one record. `body` is its JSON, ready to send; the other columns repeat
    fields for queries.

    `parent_id` is a task's parent, or a comment's task. `moved_to` of a tombstone is the space that
    the record was moved to. `added_by` is the account that created it in this space or moved it
    here.
    """

    __tablename__ = "record"
    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    seq: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    is_tombstone: Mapped[bool]
    is_deleted: Mapped[bool]
    changed_at: Mapped[int]
    status: Mapped[str | None] = mapped_column(String(20))
    list_id: Mapped[str | None] = mapped_column(String(36))
    due: Mapped[str | None] = mapped_column(String(100))
    parent_id: Mapped[str | None] = mapped_column(String(36))
    priority: Mapped[int | None] = mapped_column(Integer)
    assignee: Mapped[str | None] = mapped_column(String(36))
    order_key: Mapped[str | None] = mapped_column(String(64))
    moved_to: Mapped[str | None] = mapped_column(String(36))
    added_by: Mapped[str | None] = mapped_column(String(36))
    created_at: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index(
            "ix_record_parent",
            "space_id",
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index("ix_record_id", "id"),
        Index(
            "ix_record_list",
            "space_id",
            "list_id",
            sqlite_where=text("list_id IS NOT NULL"),
            postgresql_where=text("list_id IS NOT NULL"),
        ),
        Index("ix_record_created", "space_id", "created_at", "id"),
        Index("ix_record_seq", "space_id", "seq", unique=True),
        Index(
            "ix_record_other_kinds",
            "space_id",
            "kind",
            sqlite_where=text("kind <> 'task'"),
            postgresql_where=text("kind <> 'task'"),
        ),
        Index(
            "ix_record_due",
            "space_id",
            "due",
            "id",
            sqlite_where=text("due IS NOT NULL"),
            postgresql_where=text("due IS NOT NULL"),
        ),
        Index(
            "ix_record_retire",
            "changed_at",
            sqlite_where=text("is_deleted OR is_tombstone"),
            postgresql_where=text("is_deleted OR is_tombstone"),
        ),
        {"sqlite_with_rowid": False},
    )


class History(Base):
    """One row per change: author, time, fields, digest, outcome. It identifies repeats and provides
    the history; it never decides a merge.
    """

    __tablename__ = "history"
    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    record_id: Mapped[str] = mapped_column(String(36))
    user_id: Mapped[str] = mapped_column(String(36))
    recorded_at: Mapped[int]
    digest: Mapped[bytes] = mapped_column(LargeBinary(16))
    what: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        Index("ix_history_record", "space_id", "record_id", "seq"),
        Index("ix_history_time", "space_id", "seq"),
        {"sqlite_with_rowid": False},
    )


class SpaceAuthor(Base):
    """The account for which a device has written in a space; null if there were several, so that it
    names nobody. Like the history, a row stays when its account is deleted.
    """

    __tablename__ = "space_author"
    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    device_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[str | None] = mapped_column(String(36))
    __table_args__ = ({"sqlite_with_rowid": False},)


class RecordAlias(Base):
    """The id under which an account sees a record of the space if it sees another record under the
    record's own id. A row stays when the record moves away.
    """

    __tablename__ = "record_alias"
    space_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    user_id: Mapped[str] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    record_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    alias: Mapped[str] = mapped_column(String(36))
    __table_args__ = (
        Index("ix_record_alias", "alias", "user_id"),
        {"sqlite_with_rowid": False},
    )
