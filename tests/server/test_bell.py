"""The bell: the writer tells what it committed, and nothing else."""

import threading

import pytest

from server.bell import Touched
from server.database import Writer, db
from server.journal import rows


@pytest.fixture
def rung(app, ana):
    """A writer on Ana's database, and what it rang."""
    heard = []
    with app.app_context():
        yield Writer(db.engine, heard.append), heard


def raise_counter(space, fails=False):
    def work(connection):
        rows.advance_counter(connection, space, 1)
        if fails:
            raise ValueError("planted")

    return work


def test_a_commit_is_told_with_its_seq(rung, ana):
    writer, heard = rung
    writer.run(raise_counter(ana.space))
    assert [note.seq for note in heard[0].spaces.values()] == [3]
    assert [*heard[0].spaces] == [ana.space]


def test_a_job_that_fails_tells_nothing(rung, ana):
    writer, heard = rung
    with pytest.raises(ValueError, match="planted"):
        writer.run(raise_counter(ana.space, fails=True))
    writer.run(lambda connection: None)
    assert heard == [Touched()]


def test_a_job_that_fails_in_a_group_tells_nothing(rung, ana, ben):
    writer, heard = rung
    failed = []

    def run(space, fails):
        try:
            writer.run(raise_counter(space, fails))
        except ValueError:
            failed.append(space)

    with writer._turn:  # both wait, so that one commit serves them
        threads = [
            threading.Thread(target=run, args=given)
            for given in ((ana.space, True), (ben.space, False))
        ]
        for thread in threads:
            thread.start()
        while len(writer._waiting) < 2:
            pass
    for thread in threads:
        thread.join()
    assert failed == [ana.space] and [[*each.spaces] for each in heard] == [[ben.space]]


def test_nothing_is_told_before_the_commit(rung, app, ana):
    _, heard = rung
    seen = []

    def listen(_touched):
        with db.engine.connect() as other:
            statement = "SELECT seq FROM space_counter WHERE space_id = ?"
            seen.append(other.exec_driver_sql(statement, (ana.space,)).scalar())

    Writer(db.engine, listen).run(raise_counter(ana.space))
    assert seen == [3] and heard == []
