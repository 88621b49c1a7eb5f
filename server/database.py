"""The database: Flask-SQLAlchemy for the models, Core connections for the work, and group commit
for writers.

SQLite runs with WAL and synchronous=FULL: an answered change is on disk. Writing transactions begin
IMMEDIATE (a deferred one that becomes a writer fails under load). Reading ones begin deferred, so
they never wait for writers.
"""

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ClauseElement,
    ColumnElement,
    Connection,
    Engine,
    event,
    func,
    select,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, registry
from sqlalchemy.sql.compiler import SQLCompiler

from server.bell import Ring, Touched, begin_notes, silent

BUSY_TIMEOUT_MS = 10_000
GROUP_JOBS_MAX = 64
CHECKPOINT_PAGES = 8_000  # 32 MB of WAL: fewer, larger checkpoints
T = TypeVar("T")
Row = tuple[Any, ...]  # a row of a prepared statement; its reader knows the columns


class Base(DeclarativeBase):
    """Base class of the models. Integers have 64 bits: they hold Unix times in ms and counters."""

    registry: ClassVar = registry(type_annotation_map={int: BigInteger})


db = SQLAlchemy(model_class=Base)


def prepare(engine: Engine) -> None:
    """Sets up an SQLite engine for durability and the transactions described above."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _on_connect(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "cache_size=-65536",
            f"wal_autocheckpoint={CHECKPOINT_PAGES}",
            "temp_store=MEMORY",
            "mmap_size=268435456",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(
            "BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN"
        )


@contextmanager
def reading() -> Iterator[Connection]:
    """A connection that sees one consistent state of the database."""
    with db.engine.connect() as connection, connection.begin():
        yield connection


def among(
    column: InstrumentedAttribute[str]
    | InstrumentedAttribute[str | None]
    | InstrumentedAttribute[int],
    parameter: BindParameter[str],
) -> ColumnElement[bool]:
    """Whether `column` is one of the values of a JSON array given as `parameter`: one statement
    text for any number of values.
    """
    values = select(func.json_each(parameter).table_valued("value").c.value)
    return column.in_(values)


class Prepared:
    """A Core statement that is compiled once and run on the driver's own cursor.

    For the statements of every sync: SQLAlchemy's execution costs 60–80 µs each, the driver's 5.
    Rows are plain tuples, with SQLite's 0 and 1 for booleans.
    """

    def __init__(self, statement: ClauseElement, **by_dialect: ClauseElement) -> None:
        self._statements = {"": statement} | by_dialect
        self._compiled: dict[str, tuple[str, tuple[str, ...], dict[str, object]]] = {}

    def rows(self, connection: Connection, **parameters: object) -> list[Row]:
        text, names, constants = self._text(connection)
        given = constants | parameters
        found: list[Row] = self._run(connection, text, [given[name] for name in names]).fetchall()
        return found

    def each(self, connection: Connection, **parameters: object) -> Iterator[Row]:
        """The rows one by one, read lazily."""
        text, names, constants = self._text(connection)
        given = constants | parameters
        yield from self._run(connection, text, [given[name] for name in names])

    def row(self, connection: Connection, **parameters: object) -> Row | None:
        found = self.rows(connection, **parameters)
        return found[0] if found else None

    def many(self, connection: Connection, rows: Sequence[Mapping[str, object]]) -> None:
        """Runs the statement once for each row."""
        text, names, _ = self._text(connection)
        self._driver(connection).executemany(text, [[row[name] for name in names] for row in rows])

    def _text(self, connection: Connection) -> tuple[str, tuple[str, ...], dict[str, object]]:
        """(SQL, the parameters' names in order, values that are part of the statement)."""
        dialect = connection.dialect
        if dialect.name not in self._compiled:
            statement = self._statements.get(dialect.name, self._statements[""])
            compiled = cast(SQLCompiler, statement.compile(dialect=dialect))
            self._compiled[dialect.name] = (
                str(compiled),
                tuple(compiled.positiontup or ()),
                dict(compiled.params),
            )
        return self._compiled[dialect.name]

    def _run(self, connection: Connection, text: str, values: list[object]) -> sqlite3.Cursor:
        cursor = cast(sqlite3.Cursor, self._driver(connection))
        cursor.execute(text, cast("list[Any]", values))
        return cursor

    @staticmethod
    def _driver(connection: Connection) -> DBAPICursor:
        return connection.connection.cursor()


@dataclass
class _Job(Generic[T]):
    work: Callable[[Connection], T]
    done: bool = False
    result: T | None = None
    error: BaseException | None = None


class Writer:
    """Runs writing jobs, each completely or not at all, and commits jobs that wait at the same time
    in one transaction (group commit).

    The first waiting thread leads: it runs every waiting job in one transaction, each in a
    savepoint, and commits once. `run` returns, or raises the job's error, only after the commit.
    `ring` is told after each commit what it touched.
    """

    def __init__(self, engine: Engine, ring: Ring = silent) -> None:
        self._engine, self._ring = engine, ring
        self._turn = threading.Lock()
        self._waiting: deque[_Job[Any]] = deque()

    def run(self, work: Callable[[Connection], T]) -> T:
        job = _Job(work)
        self._waiting.append(job)
        time.sleep(0)  # lets other requests queue their jobs, so that one commit serves them all
        with self._turn:
            while not job.done:  # if the group is full, the leader's own job may still be waiting
                self._lead()
        if job.error is not None:
            raise job.error
        return job.result  # type: ignore[return-value]

    def _lead(self) -> None:
        jobs = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_JOBS_MAX))]
        touched = Touched()
        try:
            with (
                self._engine.connect().execution_options(writing=True) as connection,
                connection.begin(),
            ):
                for job in jobs:
                    self._work(connection, job, touched, alone=len(jobs) == 1)
        except BaseException as error:  # nothing was committed: every job of the group failed
            for job in jobs:
                job.error = error
            if not isinstance(error, Exception):
                raise
        else:
            self._ring(touched)
        finally:
            for job in jobs:
                job.done = True

    @staticmethod
    def _work(connection: Connection, job: _Job[Any], touched: Touched, alone: bool) -> None:
        notes = begin_notes(connection)
        if alone:
            job.result = job.work(connection)
            touched.join(notes)
            return
        connection.exec_driver_sql("SAVEPOINT job")
        try:
            job.result = job.work(connection)
            touched.join(notes)
        except Exception as error:  # raised in the job's own thread
            job.error = error
            try:
                connection.exec_driver_sql("ROLLBACK TO job")
            # SQLite has rolled back the whole transaction itself, for example because the disk is full
            except Exception:
                raise error from None
        connection.exec_driver_sql("RELEASE job")
