"""Trash for 90 days of the server's clock, tombstones for 2 years, nothing purged while in conflict."""

from sqlalchemy import select

from server import clock
from server.core import merge
from server.database import reading
from server.jobs import retention
from server.journal.models import History
from server.journal.retention import TOMBSTONE_MS, TRASH_MS
from tests.server.people import new_id

DELETED = {"deleted": "2026-11-23T10:00:00Z"}


def purge(app):
    with app.app_context():
        return retention.run_once(app.extensions["writer"])


def test_trash_becomes_a_tombstone_after_90_days(app, ana):
    task, kept = ana.new_task(), ana.new_task("Kept")
    ana.push(task, kept)
    ana.push(ana.edit(DELETED, task))
    cursor = ana.pull()["cursor"]
    clock.travel(TRASH_MS - 60_000)
    assert purge(app) == 0
    clock.travel(TRASH_MS + 60_000)
    ana.headers |= ana_again(ana)
    assert purge(app) == 1
    news = ana.pull(cursor)
    assert news["records"] == [
        {"kind": "task", "id": task["id"], "seq": news["records"][0]["seq"], "grave": True}
    ]
    assert ana.record(task["id"]) is None, "a new device is sent no tombstones"
    assert ana.record(kept["id"])


def ana_again(person):
    answer = person.http.post(
        "/auth/sign-in",
        json={"email": person.email, "password": "four quiet words here", "session": "bearer"},
    )
    return {"Authorization": f"Bearer {answer.json['token']}"}


def test_an_edit_in_the_trash_starts_the_90_days_anew(app, ana):
    task = ana.new_task()
    ana.push(task)
    ana.push(ana.edit(DELETED, task))
    clock.travel(TRASH_MS - 60_000)
    ana.headers |= ana_again(ana)
    ana.push(ana.edit({"title": "Oat milk"}, task))
    clock.travel(TRASH_MS + 60_000)
    assert purge(app) == 0


def test_nothing_is_purged_while_deleted_is_in_conflict(app, ana):
    task = ana.new_task()
    ana.push(task)
    shown = ana.record(task["id"])["clock"]
    ana.push(ana.edit(DELETED, task))
    ana.push(
        ana.change(
            {"deleted": None}, task["id"], seen=shown, n=1, at="2001-01-01T00:00:00.000Z-0000"
        ),
        device=ana.laptop,
    )
    assert merge.conflicts(ana.record(task["id"])) == ["deleted"]
    clock.travel(TRASH_MS + 60_000)
    assert purge(app) == 0


def test_a_deleted_list_is_purged_with_its_tasks_and_not_before_them(app, ana):
    home = ana.new_list()
    ana.push(home)
    task = ana.new_task(fields={"list": home["id"]})
    ana.push(task)
    ana.push(ana.edit(DELETED, home))
    clock.travel(TRASH_MS - 60_000)
    ana.headers |= ana_again(ana)
    ana.push(ana.edit({"title": "Oat milk"}, task))
    clock.travel(TRASH_MS + 60_000)
    assert purge(app) == 0, "a task in it was changed lately"
    clock.travel(2 * TRASH_MS)
    assert purge(app) == 2


def test_a_change_to_a_tombstone_is_gone_and_the_tombstone_is_forgotten_after_2_years(app, ana):
    task = ana.new_task()
    ana.push(task)
    ana.push(ana.edit(DELETED, task))
    old = ana.pull()["cursor"]
    clock.travel(TRASH_MS + 60_000)
    purge(app)
    ana.headers |= ana_again(ana)
    assert (
        ana.push(ana.change({"title": "Oat milk"}, task["id"], prev=10**6, n=10**6 + 1))[0][
            "status"
        ]
        == "gone"
    )
    clock.travel(TRASH_MS + TOMBSTONE_MS + 120_000)
    ana.headers |= ana_again(ana)
    fresh = ana.pull()["cursor"]
    purge(app)
    assert ana.pull(old) == {"role": "owner", "personal": True, "reset": "too_old"}
    assert "records" in ana.pull(fresh)


def test_a_new_device_that_is_still_paging_is_not_reset(app, ana):
    gone = ana.new_task()
    ana.push(gone)
    ana.push(ana.edit(DELETED, gone), *[ana.new_task(str(place)) for place in range(5)])
    clock.travel(TRASH_MS + 60_000)
    purge(app)
    clock.travel(TRASH_MS + TOMBSTONE_MS + 120_000)
    ana.headers |= ana_again(ana)
    purge(app)
    first = ana.pull(limit=1)
    assert first["more"] and "records" in ana.pull(first["cursor"], limit=1)


def test_unknown_lists_do_not_hide_a_task(app, ana):
    task = ana.new_task(fields={"list": new_id()})
    assert ana.push(task)[0]["status"] == "applied"
    listed = ana.http.get("/api/v1/tasks?list=inbox", headers=ana.headers).json["tasks"]
    assert [each["id"] for each in listed] == [task["id"]]


def test_comments_are_purged_with_their_task_and_history_forgets_what_they_said(app, ana):
    task = ana.new_task("Milk")
    comment = ana.change(
        {
            "task": task["id"],
            "text": "The secret one",
            "author": ana.id,
            "created": "2026-11-23T18:20:32.123Z",
        },
        kind="comment",
    )
    ana.push(task, comment)
    ana.push(ana.edit(DELETED, task))
    clock.travel(TRASH_MS + 60_000)
    assert purge(app) == 2
    ana.headers |= ana_again(ana)
    assert ana.record(comment["id"]) is None
    with app.app_context(), reading() as connection:
        told = (
            connection.execute(
                select(History.what).where(History.record_id.in_([task["id"], comment["id"]]))
            )
            .scalars()
            .all()
        )
    assert told == [""] * 3


def test_subtasks_of_a_purged_task_stay(app, ana):
    task = ana.new_task("Milk")
    sub = ana.new_task("Oat", fields={"parent": task["id"]})
    ana.push(task, sub)
    ana.push(ana.edit(DELETED, task))
    clock.travel(TRASH_MS + 60_000)
    assert purge(app) == 1
    ana.headers |= ana_again(ana)
    assert ana.record(sub["id"])
