"""The scenarios that are played to a client: each sets up one fault and lets the client go on."""

from collections.abc import Callable
from datetime import datetime

from conformance import merging
from conformance.serving import http_server as faults
from conformance.serving.play import Play

Scenario = Callable[[Play], None]
SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Scenario) -> Scenario:
    """Registers a scenario by its name."""
    SCENARIOS[play.__name__] = play
    return play


def _check(play: Play, duty: str, is_so: object, what: str) -> None:
    play.playing.verdicts.check(duty, is_so, what)


@scenario
def without_any_fault(play: Play) -> None:
    """Tasks are made and renamed, before and after a sync."""
    first = play.create("Milk")
    play.edit(first, "Oat milk")
    play.sync()
    play.edit(first, "Soy milk")
    play.create("Bread")


def _after(fault: str) -> Scenario:
    def check(play: Play) -> None:
        play.sync()
        first = play.create("Milk")
        play.sync(fault)
        play.edit(first, "Oat milk")
        play.create("Bread")
        play.sync(fault)

    return check


for name, fault in (
    ("a_request_is_lost", faults.LOST_REQUEST),
    ("an_answer_is_lost", faults.LOST_ANSWER),
    ("an_answer_is_cut", faults.CUT),
    ("another_server_answers", faults.PORTAL),
    ("the_server_is_busy", faults.BUSY),
    ("there_are_too_many_requests", faults.LIMITED),
    ("answers_have_unknown_members", faults.UNKNOWN),
):
    SCENARIOS[name] = _after(fault)


@scenario
def the_first_answer_is_lost(play: Play) -> None:
    """A new device, whose first pulls and pushes are lost."""
    play.create("Milk")
    play.sync(faults.LOST_ANSWER)
    play.create("Bread")
    play.sync(faults.LOST_ANSWER, faults.LOST_ANSWER)


@scenario
def it_is_killed_after_a_lost_answer(play: Play) -> None:
    """The client starts again and sends the same."""
    play.sync()
    first = play.create("Milk")
    play.sync(faults.LOST_ANSWER)
    play.driver.do("restart")
    play.edit(first, "Oat milk")


@scenario
def edits_while_an_answer_is_held(play: Play) -> None:
    """The same task is edited while its change is under way."""
    play.sync()
    first = play.create("Milk")
    play.sync_while(lambda: play.edit(first, "Oat milk"))

    def twice() -> None:
        play.edit(first, "Soy milk")
        play.edit(first, "Rice milk")

    play.sync_while(twice)


@scenario
def an_answer_is_held_and_the_next_is_lost(play: Play) -> None:
    """Edits between two answers."""
    play.sync()
    first = play.create("Milk")
    play.sync_while(lambda: play.edit(first, "Oat milk"), faults.LOST_ANSWER)
    play.edit(first, "Soy milk")


@scenario
def pages_of_one_record(play: Play) -> None:
    """Every answer holds one record."""
    play.playing.page = 1
    for number in range(4):
        play.write(play.home, None, _task(f"From elsewhere {number}"))
    first = play.create("Milk")
    play.settle()
    play.edit(first, "Oat milk")


@scenario
def another_device_edits_at_the_same_time(play: Play) -> None:
    """Both values stay."""
    first = play.create("Milk")
    play.settle()
    base = dict((play.server_record(first) or {"clock": {}})["clock"])
    play.write(play.home, first, {"title": "Theirs"}, base)
    play.edit(first, "Mine")
    play.settle()
    _both(play, first, {"Theirs", "Mine"})


@scenario
def an_editor_stays_open_while_another_device_writes(play: Play) -> None:
    """What came while the editor was open is not covered by it."""
    first = play.create("Milk")
    play.settle()
    editor = play.begin(first)
    play.write(play.home, first, {"title": "Theirs"})
    play.settle()
    play.save(editor, first, "Mine", {"Milk"})
    play.settle()
    _both(play, first, {"Theirs", "Mine"})
    play.save(editor, first, "Mine again", {"Mine"})
    play.settle()
    _both(play, first, {"Theirs", "Mine again"})


@scenario
def two_editors_of_one_task(play: Play) -> None:
    """Neither covers what the other wrote."""
    first = play.create("Milk")
    play.settle()
    one, other = play.begin(first), play.begin(first)
    play.save(one, first, "One", {"Milk"})
    play.save(other, first, "Other", {"Milk"})
    play.save(one, first, "One again", {"One"})
    play.settle()
    _both(play, first, {"One again", "Other"})


@scenario
def a_change_is_refused(play: Play) -> None:
    """It lies among the rejected ones; what follows is applied."""
    play.settle()
    play.create("Milk")
    play.create("Bread")
    play.sync(faults.REFUSED)
    found = [each for each in play.rejected() if each["set"].get("title") == "Milk"]
    _check(play, "told", found and found[0]["code"] == "quota_full", f"rejected: {play.rejected()}")


@scenario
def the_profile_was_copied(play: Play) -> None:
    """The client takes a new id and loses nothing."""
    first = play.create("Milk")
    play.settle()
    play.edit(first, "Oat milk")
    play.create("Bread")
    play.sync(faults.COPIED)
    play.edit(first, "Soy milk")


@scenario
def a_copy_has_used_the_next_number(play: Play) -> None:
    """A pulled record tells of a number of this device that it never gave."""
    first = play.create("Milk")
    play.settle()
    device = play.playing.judge(play.account).device or ""
    record = play.server_record(first) or {}
    number = record["clock"][device] + 1
    write = {"by": device, "n": number, "at": record["writes"][-1]["at"], "set": {"priority": 1}}
    clock = record["clock"] | {device: number}
    play.home.put(record | {"clock": clock, "writes": [*record["writes"], write]})
    play.playing.journal.outcomes[device, number] = {}, {"status": "applied", "seq": play.home.seq}
    play.sync()


@scenario
def the_cursor_is_too_old(play: Play) -> None:
    """Every space is rebuilt; what is gone from the server is gone, what is unsent stays."""
    play.create("Milk")
    old = play.write(play.home, None, _task("Purged meanwhile"))
    play.settle()
    del play.home.records[old]
    play.create("Bread")
    play.sync(faults.RESET)
    play.settle()
    _check(
        play, "rebuild", old not in play.shown(), "a record that did not come again is still shown"
    )


@scenario
def a_rebuild_of_many_pages_is_cut(play: Play) -> None:
    """Until the last page has come, the old records are shown."""
    for number in range(5):
        play.write(play.home, None, _task(f"Task {number}"))
    play.settle()
    before = play.shown()
    play.playing.page = 2
    play.sync(faults.RESET, "", faults.LOST_ANSWER)
    missing = before.keys() - play.shown().keys()
    _check(play, "rebuild", not missing, f"{len(missing)} tasks vanish during a rebuild")


@scenario
def the_server_has_a_new_epoch(play: Play) -> None:
    """A new device id, and all that the server had not confirmed comes again."""
    first = play.create("Milk")
    play.settle()
    play.edit(first, "Oat milk")
    play.playing.journal.epoch = "epoch-2"
    play.sync()
    play.edit(first, "Soy milk")


@scenario
def a_new_epoch_while_an_answer_is_lost(play: Play) -> None:
    """What was sent in the old epoch comes again under the new id."""
    play.create("Milk")
    play.settle()
    play.create("Bread")
    play.sync(faults.LOST_REQUEST)
    play.playing.journal.epoch = "epoch-2"
    play.sync()


def _is_restored(play: Play, *faults_of_offers: str) -> tuple[str, str, str]:
    """Edits and tasks come after the backup; some are on the server as it is restored, others are
    not. The tasks of before it, after it, and of the other person.
    """
    first, old = play.create("Milk"), play.create("Old")
    play.settle()
    backup = play.playing.journal.backup()
    play.edit(first, "Oat milk")
    second = play.create("Bread")
    theirs = play.write(play.home, None, _task("Theirs"))
    play.settle()
    play.edit(first, "Soy milk")
    play.edit(second, "Dark bread")
    play.edit(old, "Older")
    play.create("Eggs")
    play.sync(faults.LOST_REQUEST)
    play.playing.journal.restore(backup)
    play.playing.page = 2
    play.playing.faults_of_offers.extend(faults_of_offers)
    return first, second, theirs


@scenario
def the_server_was_restored(play: Play) -> None:
    """What the backup lacks is offered, then the changes come under a new id."""
    first, second, theirs = _is_restored(play)
    play.edit(theirs, "Theirs, and mine")
    play.settle()
    for record, title in (
        (first, "Soy milk"),
        (second, "Dark bread"),
        (theirs, "Theirs, and mine"),
    ):
        _both(play, record, {title})


@scenario
def an_answer_to_offers_is_lost(play: Play) -> None:
    """They are offered again."""
    first, second, _ = _is_restored(play, faults.LOST_ANSWER, faults.CUT, faults.BUSY)
    play.settle()
    _both(play, first, {"Soy milk"})
    _both(play, second, {"Dark bread"})


@scenario
def it_is_killed_between_two_offers(play: Play) -> None:
    """Open offers are in the database, and on the screen."""
    _, _, theirs = _is_restored(play, faults.LOST_REQUEST)
    play.sync()
    play.driver.do("restart")
    _check(play, "shown", theirs in play.shown(), "an offered task vanishes")


@scenario
def an_offer_is_refused(play: Play) -> None:
    """Its values lie among the rejected changes."""
    _is_restored(play, faults.REFUSED)
    play.settle()
    found = [each["code"] for each in play.rejected()]
    _check(play, "told", "quota_full" in found, f"rejected: {found}")


@scenario
def the_server_is_restored_twice(play: Play) -> None:
    """What was offered is offered again to the second backup."""
    first = play.create("Milk")
    play.settle()
    backup = play.playing.journal.backup()
    play.edit(first, "Oat milk")
    play.create("Bread")
    play.settle()
    play.playing.journal.restore(backup)
    play.playing.faults_of_offers.append(faults.LOST_REQUEST)
    play.sync()
    play.playing.journal.restore(backup)
    play.edit(first, "Soy milk")


@scenario
def a_space_is_younger_than_the_backup(play: Play) -> None:
    """It is revoked: what it held lies among the rejected changes."""
    play.settle()
    backup = play.playing.journal.backup()
    space = play.share()
    theirs = play.write(space, None, _task("Theirs"))
    play.settle()
    play.edit(theirs, "Mine")
    play.settle()
    play.playing.journal.restore(backup)
    play.settle()
    found = [each["set"].get("title") for each in play.rejected()]
    _check(play, "told", "Mine" in found, f"rejected: {found}")


@scenario
def a_space_is_revoked(play: Play) -> None:
    """Its tasks go from the screen; an unsent edit lies among the rejected ones."""
    space = play.share()
    theirs = play.write(space, None, _task("Theirs"))
    play.settle()
    play.edit(theirs, "Typed too late")
    del space.roles[play.account.id]
    play.sync()
    _check(play, "revoked", theirs not in play.shown(), "a task of a revoked space is shown")
    found = [each["set"].get("title") for each in play.rejected()]
    _check(play, "told", "Typed too late" in found, f"rejected: {found}")


@scenario
def the_role_becomes_viewer(play: Play) -> None:
    """The edit is refused and kept."""
    space = play.share()
    theirs = play.write(space, None, _task("Theirs"))
    play.settle()
    play.edit(theirs, "No longer allowed")
    space.name_members(play.account, "viewer")
    play.sync()
    found = [each["code"] for each in play.rejected()]
    _check(play, "told", found == ["read_only"], f"rejected: {found}")


@scenario
def a_record_moves_away_and_comes_back(play: Play) -> None:
    """The other person moves a task to another space and back."""
    space = play.share()
    theirs = play.write(space, None, _task("Theirs"))
    play.settle()
    for source, target in ((space, play.home), (play.home, space)):
        record = source.records[theirs]
        source.bury(record)
        target.put(record)
        play.edit(theirs, f"Edited on its way to {target.name}")
        play.settle()


@scenario
def the_session_ends(play: Play) -> None:
    """The client keeps everything, and goes on after a sign-in."""
    play.settle()
    play.create("Milk")
    play.account.token = "ended"
    play.sync()
    play.create("Bread")
    play.sign_in()


@scenario
def the_clock_is_hours_behind(play: Play) -> None:
    """The server's clock is two hours ahead: later stamps are in its time."""
    play.playing.journal.ahead_ms = 7_200_000
    play.settle()
    play.create("Milk")
    play.settle()
    sent = list(play.playing.judge(play.account).sent.values())
    at = sent[-1]["at"][:23] if sent else ""
    wanted = play.playing.journal.now_ms()
    _check(play, "stamps", sent and abs(_ms(at) - wanted) < 60_000, f"at {at} by a slow clock")


@scenario
def many_changes_at_once(play: Play) -> None:
    """A long time offline."""
    for number in range(40):
        play.create(f"Task {number}")
    play.sync(faults.LOST_ANSWER)


def _task(title: str) -> dict[str, object]:
    return {"title": title, "status": "pending", "completed_at": None}


def _both(play: Play, record: str, wanted: set[str]) -> None:
    found = set(merging.held(play.server_record(record) or merging.empty(), "title"))
    _check(play, "seen", found == wanted, f"the values {found}, expected {wanted}")


def _ms(at: str) -> int:
    return int(datetime.fromisoformat(at + "+00:00").timestamp() * 1000)
