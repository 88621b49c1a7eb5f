"""POST /sync: outcomes, repeats, clones, permissions, cursors. The invariants of sync_protocol.md
over HTTP.
"""

import threading

import pytest

from server import clock
from server.core import merge
from server.journal.models import History, SpaceCounter
from tests.server.people import Person, new_id

FAR_FUTURE = "2099-01-01T00:00:00.000Z-0000"


def test_a_new_account_has_its_space_with_a_name_and_a_member(ana):
    kinds = {record["kind"]: merge.values(record) for record in ana.pull()["records"]}
    assert kinds == {
        "space": {"name": "Personal"},
        "member": {"name": "Ana", "role": "owner", "account": ana.id},
    }


def test_a_task_made_on_one_device_comes_to_another(ana):
    task = ana.new_task("Milk")
    assert [outcome["status"] for outcome in ana.push(task)] == ["applied"]
    record = next(
        record for record in ana.pull(device=ana.laptop)["records"] if record["id"] == task["id"]
    )
    assert record["writes"] == [
        {"by": ana.phone, "n": task["n"], "at": task["at"], "set": task["set"]}
    ]
    assert record["clock"] == {ana.phone: task["n"]}


def test_an_answer_holds_the_devices_own_changes_and_a_cursor_that_needs_no_repeat(ana):
    answer = ana.sync([ana.new_task()]).json
    news, outcome = answer["spaces"][ana.space], answer["outcomes"][0]
    assert news["records"][-1]["seq"] == outcome["seq"]
    assert ana.pull(news["cursor"]) == {
        "role": "owner",
        "personal": True,
        "seq": outcome["seq"],
        "records": [],
        "cursor": news["cursor"],
        "more": False,
    }


def test_no_value_is_lost_silently(ana):
    task = ana.new_task("Milk")
    ana.push(task)
    shown = ana.record(task["id"])["clock"]
    first = ana.change({"title": "Oat milk"}, task["id"], seen=shown, prev=task["n"])
    second = ana.change({"title": "Soy milk", "due": None}, task["id"], seen=shown, n=1)
    assert ana.push(first)[0]["status"] == "applied"
    assert ana.push(second, device=ana.laptop)[0] | {"seq": 0} == {
        "status": "merged",
        "seq": 0,
        "fields": ["title"],
    }
    record = ana.record(task["id"])
    assert merge.conflicts(record) == ["title"]
    assert ana.push(ana.edit({"title": "Soy milk"}, task))[0]["status"] == "applied"
    assert (
        merge.conflicts(ana.record(task["id"])) == []
        and merge.value(ana.record(task["id"]), "title") == "Soy milk"
    )


def test_causality_first_time_second(ana):
    task = ana.new_task("Milk")
    ana.push(task)
    ana.push(ana.edit({"title": "Oat milk"}, task, at="2001-01-01T00:00:00.000Z-0000"))
    assert merge.value(ana.record(task["id"]), "title") == "Oat milk"


def test_a_wrong_clock_does_no_harm(ana):
    task = ana.new_task("Milk", at=FAR_FUTURE)
    ana.push(task)
    at = ana.record(task["id"])["writes"][0]["at"]
    assert at < "2098"
    assert abs(_ms(at) - clock.now_ms()) < 60_000


def _ms(at):
    from server.core.hlc import parse_reading

    return parse_reading(at)[0]


def test_up_to_60_seconds_ahead_is_kept(ana):
    from server.core.hlc import format_reading

    at = format_reading(clock.now_ms() + 50_000)
    task = ana.new_task(at=at)
    ana.push(task)
    assert ana.record(task["id"])["writes"][0]["at"] == at


def test_a_repeat_is_harmless_and_gets_its_first_outcome_again(ana):
    task, bad = ana.new_task(), ana.new_task(title="x" * 501)
    first = ana.push(task, bad)
    before = ana.record(task["id"])
    assert ana.push(task, bad) == first
    assert ana.push(task, task, bad) == [first[0], first[0], first[1]]
    assert ana.record(task["id"]) == before


def test_a_repeat_keeps_its_outcome_whatever_happened_since(ana):
    task = ana.new_task()
    first = ana.push(task)
    ana.push(ana.edit({"deleted": "2026-11-23T10:00:00Z"}, task))
    assert ana.push(task) == first


def test_a_repeat_with_its_members_in_another_order_is_a_repeat(ana):
    task = ana.new_task()
    first = ana.push(task)
    assert ana.push(dict(reversed(task.items()))) == first


def test_one_bad_change_does_not_block_the_rest(ana):
    outcomes = ana.push(ana.new_task("One"), ana.new_task(title=""), ana.new_task("Three"))
    assert [outcome["status"] for outcome in outcomes] == ["applied", "rejected", "applied"]


def test_changes_of_one_batch_build_on_each_other(ana):
    task = ana.new_task("Milk", n=1)
    rename = ana.change({"title": "Oat milk"}, task["id"], n=2, prev=1, seen={ana.phone: 1})
    delete = ana.change(
        {"deleted": "2026-11-23T10:00:00Z"}, task["id"], n=3, prev=2, seen={ana.phone: 2}
    )
    assert [outcome["status"] for outcome in ana.push(task, rename, delete)] == [
        "applied",
        "applied",
        "applied",
    ]
    assert merge.values(ana.record(task["id"]))["title"] == "Oat milk"


class TestTheTrash:
    def test_an_edit_that_meets_the_trash_is_kept_there_and_told(self, ana):
        task = ana.new_task()
        ana.push(task)
        ana.push(ana.edit({"deleted": "2026-11-23T10:00:00Z"}, task))
        outcome = ana.push(ana.edit({"title": "Oat milk"}, task))[0]
        assert outcome["status"] == "hidden" and outcome["by"] == "self"
        assert merge.value(ana.record(task["id"]), "title") == "Oat milk"

    def test_a_deleted_list_takes_its_tasks_along_without_a_write(self, ana):
        home = ana.new_list()
        ana.push(home)
        task = ana.new_task(fields={"list": home["id"]})
        ana.push(task)
        before = ana.record(task["id"])
        ana.push(ana.edit({"deleted": "2026-11-23T10:00:00Z"}, home))
        assert ana.record(task["id"]) == before
        outcome = ana.push(ana.edit({"title": "Oat milk"}, task))[0]
        assert (outcome["status"], outcome["by"]) == ("hidden", "list")

    def test_a_new_subtask_of_a_deleted_task_is_told(self, ana):
        task = ana.new_task()
        ana.push(task)
        ana.push(ana.edit({"deleted": "2026-11-23T10:00:00Z"}, task))
        outcome = ana.push(ana.new_task(fields={"parent": task["id"]}))[0]
        assert (outcome["status"], outcome["by"]) == ("hidden", "parent")

    def test_an_explicit_restore_revives(self, ana):
        task = ana.new_task()
        ana.push(task)
        ana.push(ana.edit({"deleted": "2026-11-23T10:00:00Z"}, task))
        assert ana.push(ana.edit({"deleted": None}, task))[0]["status"] == "applied"


class TestClones:
    def test_a_number_used_twice_with_other_content(self, ana):
        task = ana.new_task()
        ana.push(task)
        answer = ana.sync([ana.new_task("Another", n=task["n"])]).json
        assert (
            answer["outcomes"] == [{"status": "device_conflict"}]
            and answer["device_conflict"] is True
        )

    def test_an_entry_above_what_the_device_knows_it_wrote(self, ana):
        task = ana.new_task(n=5)
        ana.push(task)
        answer = ana.sync([ana.change({"due": None}, task["id"], n=9, prev=0, seen={})]).json
        assert answer["outcomes"] == [{"status": "device_conflict"}]

    def test_a_dot_below_the_records_clock(self, ana):
        task = ana.new_task(n=50)
        ana.push(task)
        assert ana.push(ana.change({"due": None}, task["id"], n=49, prev=48)) == [
            {"status": "device_conflict"}
        ]

    def test_nothing_more_of_the_batch_is_applied_but_repeats_are_answered(self, ana):
        task, later, repeat = (
            ana.new_task(n=5),
            ana.new_task("Later", n=11),
            ana.new_task("Repeat", n=6),
        )
        first = ana.push(task, repeat)
        outcomes = ana.push(ana.new_task("Clone", n=5), later, repeat)
        assert outcomes == [{"status": "device_conflict"}, {"status": "device_conflict"}, first[1]]
        assert ana.record(later["id"]) is None

    def test_a_clone_noticed_in_one_space_stops_the_other_spaces_too(self, ana):
        task = ana.new_task(n=5)
        ana.push(task)
        elsewhere = ana.new_task("Elsewhere", n=7) | {"space": new_id()}
        outcomes = ana.push(ana.new_task("Clone", n=5), elsewhere)
        assert [outcome["status"] for outcome in outcomes] == ["device_conflict", "rejected"]

    def test_a_device_of_another_account_is_refused(self, ana, ben):
        answer = ben.sync([ben.new_task()], device=ana.phone).json
        assert answer["device_conflict"] is True and answer["outcomes"] == [
            {"status": "device_conflict"}
        ]
        assert len(ben.pull()["records"]) == 2


class TestRights:
    def test_a_strangers_space_is_as_if_there_were_none(self, ana, ben):
        task = ana.new_task("Secret")
        ana.push(task)
        theirs = ben.new_task() | {"space": ana.space}
        nowhere = ben.new_task() | {"space": new_id()}
        outcomes = ben.push(theirs, nowhere)
        assert outcomes[0] == outcomes[1] and outcomes[0]["code"] == "no_such_space"
        assert ana.record(theirs["id"]) is None

    def test_a_strangers_cursor_is_answered_revoked_and_shows_nothing(self, ana, ben):
        ana.push(ana.new_task("Secret"))
        answer = ben.sync(cursors={ana.space: None, new_id(): "x"})
        spaces = answer.json["spaces"]
        assert set(spaces) >= {ana.space, ben.space} and spaces[ana.space] == {"revoked": True}
        assert "Secret" not in answer.text

    def test_the_server_alone_writes_names_and_members(self, ana):
        for kind, fields in (
            ("space", {"name": "Mine"}),
            ("member", {"name": "Me", "role": "owner"}),
        ):
            assert ana.push(ana.change(fields, kind=kind))[0]["code"] == "server_only"

    def test_a_viewer_may_not_write_and_rights_are_those_at_the_moment_of_applying(self, app, ana):
        _set_role(app, ana, "viewer")
        assert ana.push(ana.new_task())[0]["code"] == "read_only"
        _set_role(app, ana, "editor")
        assert ana.push(ana.new_task())[0]["status"] == "applied"

    def test_who_left_is_answered_revoked(self, app, ana):
        _set_role(app, ana, None)
        answer = ana.sync([ana.new_task()], cursors={ana.space: None}).json
        assert (
            answer["spaces"] == {ana.space: {"revoked": True}}
            and answer["outcomes"][0]["code"] == "no_such_space"
        )


def _set_role(app, person, role):
    from sqlalchemy import delete, update

    from server.spaces.models import Member

    statement = delete(Member) if role is None else update(Member).values(role=role)
    with app.app_context():
        app.extensions["writer"].run(
            lambda connection: connection.execute(statement.where(Member.user_id == person.id))
        )


@pytest.mark.parametrize(
    ("fields", "others", "code"),
    [
        ({"title": "x" * 500}, {}, None),
        ({"title": "x" * 501}, {}, "bad_value"),
        ({"title": "é" * 500}, {}, None),
        ({"title": "e\u0301" * 500}, {}, None),
        ({"title": "  "}, {}, "bad_value"),
        ({"title": "a\0b"}, {}, "bad_value"),
        ({"title": 5}, {}, "bad_value"),
        ({"title": None}, {}, "bad_value"),
        ({"description": "x" * 20_000}, {}, None),
        ({"description": "x" * 20_001}, {}, "bad_value"),
        ({"due": "2026-11-30"}, {}, None),
        ({"due": "2026-11-30T17:00"}, {}, None),
        ({"due": "2026-11-30T17:00+01:00[Europe/Paris]"}, {}, None),
        ({"due": "2026-02-30"}, {}, "bad_value"),
        ({"due": "2026-11-30T24:00"}, {}, "bad_value"),
        ({"due": "2026-11-30T17:00Z"}, {}, "bad_value"),
        ({"due": ""}, {}, "bad_value"),
        ({"due": 20261130}, {}, "bad_value"),
        ({"priority": 3}, {}, None),
        ({"priority": 4}, {}, "bad_value"),
        ({"priority": True}, {}, "bad_value"),
        ({"label/home": True}, {}, None),
        ({"label/home": False}, {}, "bad_value"),
        ({"label/": True}, {}, "unknown_field"),
        ({"label/" + "x" * 60: True}, {}, None),
        ({"label/" + "x" * 61: True}, {}, "unknown_field"),
        ({"color": "red"}, {}, "unknown_field"),
        ({"__proto__": "x"}, {}, "unknown_field"),
        ({"status": "completed"}, {}, "set_together"),
        ({"status": "completed", "completed_at": None}, {}, "set_together"),
        ({"status": "pending", "completed_at": "2026-11-23T10:00:00Z"}, {}, "set_together"),
        ({"status": "done", "completed_at": None}, {}, "bad_value"),
        ({"completed_at": None}, {}, "set_together"),
        ({"status": "completed", "completed_at": "2026-11-23T10:00:00.123+01:00"}, {}, None),
        ({"status": "completed", "completed_at": "2026-13-23T10:00:00Z"}, {}, "bad_value"),
        ({"list": "inbox"}, {}, "bad_value"),
        ({"list": new_id()}, {}, None),
        ({"parent": new_id().upper()}, {}, "bad_value"),
        ({"order": "a" * 64}, {}, None),
        ({"order": "a" * 65}, {}, "bad_value"),
        ({"order": "a-b"}, {}, "bad_value"),
        ({"order": ""}, {}, "bad_value"),
        ({"deleted": "yesterday"}, {}, "bad_value"),
        ({}, {}, "bad_change"),
        ({"due": None}, {"n": 0}, "bad_change"),
        ({"due": None}, {"n": 2**53}, "bad_change"),
        ({"due": None}, {"n": True}, "bad_change"),
        ({"due": None}, {"n": 1.5}, "bad_change"),
        ({"due": None}, {"prev": -1}, "bad_change"),
        ({"due": None}, {"prev": 2**53 - 1}, "bad_change"),
        ({"due": None}, {"seen": []}, "bad_change"),
        ({"due": None}, {"seen": {"x": "1"}}, "bad_change"),
        ({"due": None}, {"seen": {f"device{place:010}": 1 for place in range(257)}}, "bad_change"),
        ({"due": None}, {"at": "now"}, "bad_change"),
        ({"due": None}, {"at": "2026-02-30T00:00:00.000Z-0000"}, "bad_change"),
        ({"due": None}, {"id": "x"}, "bad_change"),
        ({"due": None}, {"kind": "note"}, "unknown_kind"),
        ({"due": None}, {"kind": "list"}, "kind_differs"),
        ({"due": {"nested": 1}}, {}, "bad_change"),
        ({"due": None}, {"set": None}, "bad_change"),
        ({f"label/{place}": True for place in range(101)}, {}, "bad_change"),
    ],
)
def test_what_a_change_may_hold(ana, fields, others, code):
    task = ana.new_task()
    ana.push(task)
    change = ana.edit(fields, task) | others
    if code == "kind_differs":
        change["set"] = {"name": "Home"}
    outcome = ana.push(change)[0]
    assert outcome.get("code") == code, outcome
    assert outcome["status"] == ("rejected" if code else "applied")


def test_a_change_to_what_the_server_lacks_must_hold_what_a_new_one_needs(ana):
    outcome = ana.push(ana.change({"title": "Milk"}))[0]
    assert outcome["status"] == "missing" and "completed_at, status" in outcome["message"]


def test_a_record_is_bounded_in_fields_and_bytes(ana):
    task = ana.new_task()
    ana.push(task)
    assert (
        ana.push(ana.edit({f"label/{place}": True for place in range(90)}, task))[0]["status"]
        == "applied"
    )
    assert (
        ana.push(ana.edit({f"label/more{place}": True for place in range(20)}, task))[0]["code"]
        == "record_full"
    )
    long = [
        ana.change({"description": chr(0x4E00 + place) * 20_000}, task["id"], seen={}, n=1)
        for place in range(2)
    ]
    assert ana.push(long[0], device="d1" * 8)[0]["status"] == "applied"
    assert ana.push(long[1], device="d2" * 8)[0]["code"] == "record_full"


class TestCursors:
    def test_pages_hold_all_in_order(self, ana):
        ids = [
            task["id"]
            for task in (ana.new_task(str(place)) for place in range(25))
            if ana.push(task)
        ]
        cursor, seen, pages = None, [], 0
        while True:
            news = ana.pull(cursor, limit=10)
            seen += [record["id"] for record in news["records"]]
            assert len(news["records"]) <= 10
            cursor, pages = news["cursor"], pages + 1
            if not news["more"]:
                break
        assert seen[2:] == ids and pages == 3

    def test_a_large_reply_is_cut_into_pages_by_bytes(self, ana):
        ana.push(*[ana.new_task(fields={"description": "x" * 20_000}) for _ in range(100)])
        ana.push(*[ana.new_task(fields={"description": "x" * 20_000}) for _ in range(20)])
        news = ana.pull()
        assert news["more"] and len(news["records"]) < 110

    @pytest.mark.parametrize("cursor", ["x", "deadbeef.1.0.0", "1.2", "💥", "9" * 100])
    def test_what_is_no_cursor_resets(self, ana, cursor):
        assert ana.pull(cursor) == {"role": "owner", "personal": True, "reset": "bad_cursor"}

    def test_another_epochs_cursor_resets(self, ana):
        assert ana.pull("deadbeef.1.0") == {"role": "owner", "personal": True, "reset": "epoch"}

    def test_a_cursor_past_the_head_resets(self, ana):
        epoch = ana.pull()["cursor"].split(".")[0]
        assert ana.pull(f"{epoch}.999.0")["reset"] == "epoch"

    def test_in_another_epoch_nothing_is_applied(self, ana):
        task = ana.new_task()
        answer = ana.sync([task], epoch="deadbeef").json
        assert (
            answer["device_conflict"]
            and answer["outcomes"] == [{"status": "device_conflict"}]
            and ana.record(task["id"]) is None
        )

    def test_spaces_without_room_answer_more(self, app, ana):
        from sqlalchemy import update

        from server.spaces.models import Space
        from server.spaces.service import create_personal_space

        def second(connection):
            connection.execute(update(Space).values(personal_of=None))
            return create_personal_space(connection, ana.id, "Ana", clock.now_ms())

        with app.app_context():
            app.extensions["writer"].run(second)
        spaces = ana.sync(limit=2).json["spaces"]
        assert [len(news["records"]) for _, news in sorted(spaces.items())] == [2, 0]
        assert [news["more"] for _, news in sorted(spaces.items())] == [False, True]


def test_the_account_named_must_be_the_sessions(ana, ben):
    assert ana.sync(account=ana.id).status_code == 200
    answer = ana.sync([ana.new_task()], account=ben.id)
    assert answer.status_code == 409 and answer.json["code"] == "account_differs"


def test_an_account_takes_20_new_devices_a_day(ana):
    answers = [ana.sync(device=f"device{place:012}") for place in range(20)]
    assert [answer.status_code for answer in answers] == [200] * 19 + [429]
    assert answers[-1].json["code"] == "too_many_devices" and answers[-1].headers["Retry-After"]
    clock.travel(clock.DAY_MS + 1)
    assert ana.sync(device=f"device{99:012}").status_code == 200


def test_history_keeps_who_when_what_and_the_outcome(app, ana):
    from sqlalchemy import select

    from server.database import reading

    task, bad = ana.new_task(), ana.new_task(title="")
    ana.push(task, bad)
    with app.app_context(), reading() as connection:
        rows = connection.execute(
            select(History).where(History.device_id == ana.phone).order_by(History.seq)
        ).all()
    assert [(row.n, row.user_id, row.record_id) for row in rows] == [
        (task["n"], ana.id, task["id"]),
        (bad["n"], ana.id, ""),
    ]
    assert '"title":"Milk"' in rows[0].what and '"status":"rejected"' in rows[1].outcome


def test_many_writers_at_once_lose_and_skip_nothing(app, ana):
    """Threads push while another one pulls by cursor: commit order is seq order, so the puller sees
    every record.
    """
    devices, found, cursor, done = (
        [f"device{place:012}" for place in range(8)],
        {},
        None,
        threading.Event(),
    )
    failures = []

    def write(device):
        person = _same_person(app, ana)
        for n in range(1, 21):
            if person.push(ana.new_task(n=n), device=device)[0]["status"] != "applied":
                failures.append(device)

    threads = [threading.Thread(target=write, args=(device,)) for device in devices]
    for thread in threads:
        thread.start()
    while not done.is_set():
        if not any(thread.is_alive() for thread in threads):
            done.set()
        news = ana.pull(cursor)
        cursor = news["cursor"]
        found |= {record["id"]: record for record in news["records"]}
    assert (
        not failures
        and len([record for record in found.values() if record["kind"] == "task"]) == 160
    )


def _same_person(app, person):
    twin = object.__new__(Person)
    twin.__dict__ = person.__dict__ | {"http": app.test_client(use_cookies=False)}
    return twin


def test_one_commit_serves_the_jobs_that_wait_and_a_failed_one_leaves_no_trace(app):
    """Group commit: jobs that wait together run in one transaction; only the one that fails is
    rolled back.
    """
    from sqlalchemy import func, insert, select

    writer, results = app.extensions["writer"], {}

    def job(number):
        def work(connection):
            connection.execute(
                insert(SpaceCounter), {"space_id": str(number), "seq": 1, "forgotten_seq": 0}
            )
            if number == 2:
                raise ValueError("no")
            return connection.execute(select(func.count()).select_from(SpaceCounter)).scalar()

        return work

    def run(number):
        try:
            results[number] = writer.run(job(number))
        except ValueError as error:
            results[number] = error

    with app.app_context():
        threads = [threading.Thread(target=run, args=(number,)) for number in range(5)]
        with writer._turn:
            for thread in threads:
                thread.start()
            while len(writer._waiting) < 5:
                pass
        for thread in threads:
            thread.join()
        from server.database import reading

        with reading() as connection:
            kept = (
                connection.execute(select(SpaceCounter.space_id).order_by(SpaceCounter.space_id))
                .scalars()
                .all()
            )
    assert kept == ["0", "1", "3", "4"] and isinstance(results[2], ValueError)


def test_a_full_group_leaves_nobody_without_an_answer(app):
    """More jobs wait than fit in one group, and the leader's own is the last of them."""
    from server.database import GROUP_JOBS_MAX, _Job

    writer = app.extensions["writer"]
    with app.app_context():
        waiting = [_Job(lambda connection: "done") for _ in range(GROUP_JOBS_MAX + 6)]
        writer._waiting.extend(waiting)
        assert writer.run(lambda connection: "mine") == "mine"
    assert [job.result for job in waiting] == ["done"] * len(waiting)


def test_the_device_name_is_ascii_of_a_fixed_form(ana):
    for device in (
        "short",
        "x" * 33,
        "Device00000000000000",
        "device-0000000000000",
        "device0000000000é000",
        None,
        5,
    ):
        answer = ana.raw({"protocol": 1, "device": device})
        assert answer.status_code == 400 and answer.json["code"] == "bad_envelope"
