"""A restore beside a real server, and kill -9 of a restore at every step and at random moments."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from bench.server import ROOT, Server
from tests import figure, report
from tests.server.backed_up import LIVE, content_of, epoch, place, query, running, titles
from tests.server.conftest import migrated  # noqa: F401 – a fixture

KILLS = int(os.environ.get("RESTORE_KILLS", "30"))
SEED = int(os.environ.get("SEED", "1"))
STEPS = ("fsync", "replace", "unlink", "mkdir")  # what a restore asks of the system, in os
KILLED_AT = """
import os, signal, sys
from server.cli import main
left = int(sys.argv[1])
def counted(call):
    def count(*given, **named):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)
    return count
for name in {steps}:
    setattr(os, name, counted(getattr(os, name)))
main(["restore", sys.argv[2]])
"""


def environment(data):
    return dict(os.environ) | {
        "DATA_DIR": str(data),
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": "a key for nobody but benches and tests 0123456789",
    }


def command(data, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "server", *map(str, arguments)],
        env=environment(data),
        cwd=ROOT,
        capture_output=True,
        text=True,
    )


@pytest.fixture
def at(migrated, tmp_path):  # noqa: F811
    return place(migrated, tmp_path)


def test_a_restore_is_refused_while_the_server_runs(at):
    with Server(at.data) as server:
        before = content_of(at.data)
        done = command(at.data, "restore", at.backup)
        assert done.returncode == 1 and "The server or another command is using" in done.stderr
        assert len(done.stderr.splitlines()) == 1 and content_of(at.data) == before
        assert command(at.data, "backup").returncode == 0
        server.kill()
        assert command(at.data, "restore", at.backup).returncode == 0, "a lock outlived its server"
        server.start()
    assert titles(at.data / LIVE) == ["Before"]


def test_the_worker_alone_still_holds_the_locks(at):
    with Server(at.data) as server:
        tasks = f"/proc/{server.process.pid}/task/{server.process.pid}/children"
        with open(tasks) as children:
            worker = int(children.read().split()[0])
        os.kill(worker, signal.SIGSTOP)
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait()
        done = command(at.data, "restore", at.backup)
        os.kill(worker, signal.SIGKILL)
    assert done.returncode == 1 and "Stop it first" in done.stderr


def test_a_new_worker_and_a_reload_keep_the_locks(at):
    with Server(at.data) as server:
        server.process.send_signal(signal.SIGHUP)
        time.sleep(2)
        assert command(at.data, "restore", at.backup).returncode == 1
        server._wait_until_alive()


def test_a_second_server_on_the_same_data_is_refused(at):
    with Server(at.data):
        second = Server(at.data)
        done = subprocess.run(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.py", "wsgi:app"],
            env=second.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1 and done.stderr.startswith("Another server already runs on")
    assert len(done.stderr.splitlines()) == 1


def test_a_restore_killed_at_any_step_leaves_a_whole_state(at, tmp_path):
    states, step = set(), 0
    while True:
        data = copy_of(at, tmp_path / f"step{step}")
        done = subprocess.run(
            [sys.executable, "-c", KILLED_AT.format(steps=STEPS), str(step), str(at.backup)],
            env=environment(data),
            cwd=ROOT,
            capture_output=True,
        )
        states.add(state_of(at, data))
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        if step % 4 == 0:
            assert command(data, "restore", at.backup).returncode == 0
            assert state_of(at, data) == "new", "the next restore completes it"
            assert not list(data.rglob("*.part*"))
        step += 1
    report("restore_steps", step, 0)
    assert step > 8 and states == {"old", "new"}


def test_a_restore_killed_at_random_leaves_a_whole_state(at, tmp_path):
    rng, midway = random.Random(SEED), 0
    begun = time.monotonic()
    assert command(copy_of(at, tmp_path / "whole"), "restore", at.backup).returncode == 0
    whole_s = time.monotonic() - begun
    for number in range(KILLS):
        data = copy_of(at, tmp_path / f"kill{number}")
        process = subprocess.Popen(
            [sys.executable, "-m", "server", "restore", str(at.backup)],
            env=environment(data),
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        time.sleep(whole_s * rng.uniform(0.5, 1.0))
        process.kill()
        process.wait()
        midway += (data / f"{LIVE}.part").exists() or (data / "replaced").exists()
        state_of(at, data)
    report("restore_kills", KILLS, 0)
    figure("restore_kills_midway", midway)


def copy_of(at, folder):
    return shutil.copytree(at.data, folder)


def state_of(at, data):
    """`old` or `new`; the server starts on it, and both databases can be found."""
    assert titles(at.backup) == ["Before"]
    state = "old" if "After" in titles(data / LIVE) else "new"
    if state == "new":
        kept = [titles(folder / LIVE) for folder in (data / "replaced").iterdir()]
        assert ["After", "Before"] in kept
        assert epoch(data / LIVE) != epoch(at.backup)
        assert query(data / LIVE, "SELECT count(*) FROM user_session") == [(0,)]
    else:
        assert epoch(data / LIVE) == epoch(at.backup)
    with running(data) as app:
        assert app.test_client().get("/healthz").status_code == 200
    assert query(data / LIVE, "PRAGMA integrity_check") == [("ok",)]
    return state
