"""The example client, written from sync_protocol.md alone, against a real server that is stopped
and restarted.
"""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bench.server import Server
from tests.stack.test_app_offers import back_up, restore

CLIENT = Path(__file__).parents[2] / "examples/driftless_cli.py"


class Home:
    """One installation: a folder and its command line."""

    def __init__(self, folder, server):
        self.folder, self.server = folder, server

    def __call__(self, *words, fails=False):
        env = dict(os.environ) | {"DRIFTLESS_PASSWORD": "four quiet words here"}
        run = subprocess.run(
            [sys.executable, str(CLIENT), "--home", str(self.folder), *words],
            env=env,
            capture_output=True,
            text=True,
        )
        assert (run.returncode != 0) == fails and "Traceback" not in run.stderr, (
            run.stdout + run.stderr
        )
        return run.stdout + run.stderr

    def sync(self):
        return self("sync", "--tries", "1")

    def id_of(self, title):
        return re.search(rf"^(\w{{8}})\b.*{re.escape(title)}", self("list", "--all"), re.MULTILINE)[
            1
        ]


@pytest.fixture
def server():
    with Server() as started:
        yield started


@pytest.fixture
def homes(server, tmp_path):
    first, second = Home(tmp_path / "first", server), Home(tmp_path / "second", server)
    first("add", "Made before there was an account")
    first("sign-up", server.url, "ana@example.org")
    first.sync()
    second("sign-in", server.url, "ana@example.org")
    second.sync()
    return first, second


def test_everything_works_without_a_server_and_comes_to_the_other(homes, server):
    first, second = homes
    server.stop()
    first("add", "Milk", "--due", "2026-11-30", "--label", "shop")
    first("done", first.id_of("Made before"))
    first("add", "Old")
    first("delete", first.id_of("Old"))
    assert "cannot be reached" in first("sync", "--tries", "1", fails=True) and "unsent" in first(
        "list"
    )
    server.start()
    first.sync()
    second.sync()
    assert (
        "Milk" in second("list")
        and "#shop" in second("list")
        and "Made before" not in second("list")
        and "Old" not in second("list")
    )
    assert second("list", "--all") == first("list", "--all")


def test_a_conflict_is_shown_on_both_and_settled_for_both(homes):
    first, second = homes
    task_id = first.id_of("Made before")
    first("edit", task_id, "--title", "Oat milk")
    second("edit", task_id, "--title", "Soy milk")
    for home in (first, second, first):
        home.sync()
    assert (
        first("conflicts") == second("conflicts")
        and "Oat milk" in first("conflicts")
        and "Soy milk" in first("conflicts")
    )
    number = re.search(r'(\d) "Oat milk"', second("conflicts"))[1]
    second("choose", task_id, "title", number)
    second.sync()
    first.sync()
    assert "No conflicts" in first("conflicts") and "Oat milk" in first("list")


def test_a_copied_profile_takes_a_new_id_and_nothing_is_lost(homes):
    first, _ = homes
    copy = Home(first.folder.with_name("copy"), first.server)
    shutil.copytree(first.folder, copy.folder)
    first("add", "By the first")
    copy("add", "By the copy")
    for home in (first, copy, first):
        home.sync()
    assert (
        first("list") == copy("list")
        and "By the first" in first("list")
        and "By the copy" in first("list")
    )


def test_an_answer_lost_doubles_nothing(homes):
    first, second = homes
    first("add", "Milk")
    before = first.folder.with_name("before")
    shutil.copytree(first.folder, before)
    first.sync()
    shutil.rmtree(first.folder)
    shutil.move(before, first.folder)  # as if the reply had never arrived
    first.sync()
    second.sync()
    assert second("list").count("Milk") == 1 and first("list") == second("list")


def test_rejected_changes_are_kept_until_dropped(homes):
    first, _ = homes
    first("add", "x" * 501)
    first.sync()
    assert "bad_value" in first("rejected") and "at most 500" in first("rejected")
    first("rejected", "--drop", "1")
    assert "empty" in first("rejected")


def test_a_database_of_before_offers_brings_back_what_a_backup_lacks(homes, server):
    first, _ = homes
    backup = back_up(server)
    first("add", "After the backup")
    first.sync()
    restore(server, backup)
    forget_offers(first.folder)
    for folder in (first.folder, first.folder.with_name("fresh")):
        home = Home(folder, server)
        home("sign-in", server.url, "ana@example.org")
        assert "0 rejected" in home.sync()
        assert "After the backup" in home("list")


def forget_offers(folder):
    """As an earlier version of the client had the database."""
    with sqlite3.connect(folder / "driftless.db") as db:
        state = json.loads(db.execute("SELECT body FROM state").fetchone()[0])
        state.pop("offers", None)
        db.execute("UPDATE state SET body = ?", [json.dumps(state)])
