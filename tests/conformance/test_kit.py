"""The conformance kit passes the server, the app's client and the command-line client, and it
notices those that are broken.
"""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.server import Server
from conformance import rules as _rules  # noqa: F401
from conformance.checking import RULES, squeezed
from conformance.serving.judge import DUTIES
from conformance.serving.play import playing_with
from conformance.serving.scenarios import SCENARIOS
from tests import figure
from tests.conformance.broken_cli import BROKEN
from tests.planted_app import sources

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "sync_protocol.md").read_text()
CLI = [sys.executable, "-m", "examples.driven_cli"]
APP = ["node", str(sources() / "test/driven.mjs")]
# A planted bug of the server, and the group of rules that notices it. `make soak` tries all.
PLANTED = {
    "merge_replaces_nothing": "merge",
    "clones_are_not_noticed": "outcomes",
    "conflicts_are_not_shown": "outcomes",
    "rights_are_not_asked": "refusals",
    "a_page_says_it_is_the_last": "news",
}
MORE_PLANTED = {
    "merge_takes_the_last_to_arrive": "merge",
    "merge_stores_what_others_are_said_to_have_written": "merge",
    "order_conflicts": "merge",
    "writes_are_not_bounded": "merge",
    "stamps_are_not_capped": "merge",
    "stamps_ahead_are_refused": "merge",
    "history_is_not_asked_for_repeats": "outcomes",
    "a_batch_goes_on_after_a_clone": "outcomes",
    "a_new_record_may_lack_fields": "outcomes",
    "edits_in_the_trash_are_not_told": "outcomes",
    "a_foreign_device_is_taken": "outcomes",
}
if os.environ.get("ALL_PLANTED"):
    PLANTED |= MORE_PLANTED

# A duty that the command-line client leaves out, and a scenario in which that is seen.
SEEN_IN = {
    "the_edit_base_is_taken_when_it_saves": "two_editors_of_one_task",
    "the_device_keeps_its_id": "the_profile_was_copied",
    "refused_changes_are_thrown_away": "a_change_is_refused",
    "what_was_sent_is_forgotten": "an_answer_is_lost",
    "a_sent_change_is_stamped_again": "an_answer_is_lost",
    "a_reset_keeps_the_cursor": "the_cursor_is_too_old",
    "the_first_page_of_a_rebuild_replaces_all": "a_rebuild_of_many_pages_is_cut",
    "nothing_raises_the_alarm": "a_copy_has_used_the_next_number",
    "a_revoked_space_keeps_its_records": "a_space_is_revoked",
    "the_servers_clock_is_not_learnt": "the_clock_is_hours_behind",
    "numbers_start_again": "without_any_fault",
    "every_value_on_the_server_is_seen": "an_editor_stays_open_while_another_device_writes",
    "answers_with_unknown_members_are_refused": "answers_have_unknown_members",
    "an_outcome_is_the_end_of_an_entry": "a_change_is_refused",
    "nothing_is_offered": "the_server_was_restored",
    "changes_do_not_wait_for_offers": "the_server_was_restored",
    "all_records_are_offered": "the_server_was_restored",
    "offers_have_a_clock_of_this_device_alone": "the_server_was_restored",
    "refused_offers_are_thrown_away": "an_offer_is_refused",
}

# Codes that a stranger cannot bring about, or only by what would disturb others.
NOT_MADE = {
    "quota_full",
    "server_stops",
    "session_only",
    "storage_full",
    "too_late",
    "too_many_requests",
    "too_old",
}


class PlantedServer(Server):
    """The server with one planted bug."""

    app = "tests.conformance.planted_wsgi:app"


def kit(url, *names):
    run = subprocess.run(
        [sys.executable, "-m", "conformance", url, *names],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=500,
    )
    figures = dict(re.findall(r"^(\w+): (\d+)$", run.stdout, re.MULTILINE))
    return run, {name: int(value) for name, value in figures.items()}


def test_the_server_keeps_every_rule():
    with Server() as server:
        run, figures = kit(server.url)
    assert run.returncode == 0, run.stdout + run.stderr
    assert figures["conformance_rules"] == len(RULES) > 100
    for name, value in figures.items():
        figure(name, value)


@pytest.mark.parametrize("plant", PLANTED)
def test_a_broken_server_is_noticed(plant):
    with PlantedServer(PLANT=plant) as server:
        run, figures = kit(server.url, PLANTED[plant])
    assert run.returncode == 1
    assert figures["conformance_failures"] > 0


@pytest.mark.parametrize("command", [CLI, APP], ids=["cli", "app"])
def test_our_clients_keep_every_duty(command):
    for name, scenario in SCENARIOS.items():
        assert not playing_with(command, scenario).verdicts.broken, name
        figure("conformance_rules", 1)
    figure("conformance_failures", 0)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_client_is_noticed(broken):
    command = [sys.executable, "-m", "tests.conformance.broken_cli", broken]
    found = playing_with(command, SCENARIOS[SEEN_IN[broken]]).verdicts.broken
    assert {duty for duty, _ in found} - {"answers"}


def test_every_rule_quotes_the_page():
    text = squeezed(PAGE)
    missing = [quote for rule in RULES for quote in rule.quotes if squeezed(quote) not in text]
    assert not missing


def test_every_section_for_servers_has_rules():
    sections = set(re.findall(r"^#+ (.+)$|^\*\*(Repeats)\.\*\*", PAGE, re.MULTILINE))
    named = {heading or bold for heading, bold in sections}
    assert {rule.section for rule in RULES} <= named
    of_clients = {"Duties of a client", "Worked examples"}
    assert named - {rule.section for rule in RULES} - of_clients == set()


def test_every_code_of_the_page_is_checked_or_cannot_be_made():
    codes = set(
        re.findall(r"`([a-z]+_[a-z_]+)`", PAGE.split("### Outcomes")[1].split("## Duties")[0])
    )
    source = "\n".join(path.read_text() for path in (ROOT / "conformance/rules").glob("*.py"))
    unchecked = {code for code in codes if code not in source}
    assert unchecked == NOT_MADE


def test_the_verdicts_are_duties():
    source = "\n".join(path.read_text() for path in (ROOT / "conformance/serving").glob("*.py"))
    used = set(re.findall(r"check\(\s*\"(\w+)\"|_check\(play, \"(\w+)\"", source))
    assert {one or other for one, other in used} == set(DUTIES)


def test_rules_can_be_listed_and_chosen():
    listed, _ = kit("", "--list")
    assert listed.stdout.count("\n") == len(RULES) + len(SCENARIOS)
    with Server() as server:
        run, figures = kit(server.url, "outcomes.a_refusal_is_remembered")
        assert (run.returncode, figures["conformance_rules"]) == (0, 1)
        run, figures = kit(server.url, "no_such_rule")
        assert run.returncode == 1


def test_a_client_is_played_to_by_the_command_line():
    given = ["--serve", "--client", f"{sys.executable} -m tests.conformance.broken_cli"]
    good, figures = kit(*given, "--only", "without_any_fault")
    assert (good.returncode, figures) == (0, {"conformance_rules": 1, "conformance_failures": 0})
    given[-1] += " numbers_start_again"
    bad, figures = kit(*given, "--only", "without_any_fault")
    assert (bad.returncode, figures["conformance_failures"]) == (1, 1)
    assert "BROKEN numbers (A change: numbers rise and are never used twice.)" in bad.stdout


def test_a_person_can_operate_a_client(tmp_path):
    served = subprocess.Popen(
        [sys.executable, "-m", "conformance", "--serve", "--seed", "7"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    )
    url = served.stdout.readline().split()[0]
    env = os.environ | {"DRIFTLESS_PASSWORD": "four quiet words here"}
    told = [sys.executable, "examples/driftless_cli.py", "--home", str(tmp_path)]
    for given in (["sign-up", url, "ana@example.org"], ["add", "Milk"], ["sync"]):
        assert subprocess.run([*told, *given], cwd=ROOT, env=env).returncode == 0
    served.send_signal(signal.SIGINT)
    output, _ = served.communicate(timeout=20)
    assert served.returncode == 0, output
    assert "requests:" in output


def test_a_server_that_is_no_driftless_fails_without_a_long_error():
    with Server() as server:
        run, _ = kit(f"{server.url}/nothing/here")
    assert run.returncode == 1
    assert "no account can sign up" in run.stderr
    assert os.linesep.join(run.stderr.splitlines()[:1]) == run.stderr.strip()
