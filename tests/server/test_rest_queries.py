"""REST lists of tasks: filters and sort orders over all spaces of an account, in pages that neither
repeat nor skip a task.
"""

import pytest
from sqlalchemy import text

from server import clock
from server.database import reading
from server.tasks import queries
from tests.server.people import new_id
from tests.server.rest import LISTS, SPACES, TASKS, Rest, said


@pytest.fixture
def pair(ana, ben):
    return Rest(ana), Rest(ben)


def titles(answer):
    assert answer.status_code == 200, answer.text
    return [task["title"] for task in answer.json["tasks"]]


def walk(rest, query="", limit=2):
    """The titles of all pages."""
    found, cursor = [], ""
    while cursor is not None:
        page = rest.get(f"{TASKS}?limit={limit}{query}{cursor}")
        found += titles(page)
        cursor = page.json["next_cursor"] and f"&cursor={page.json['next_cursor']}"
    return found


@pytest.fixture
def full(pair):
    """Seven tasks of Ana's in three spaces, created one after the other; Ben has one that is not
    hers.
    """
    a, b = pair
    family, club = a.space("Family"), a.space("Club")
    a.let_in(family, b)
    b.task("not Ana's")
    places = (a.person.space, family, club)
    for number, (due, priority, order) in enumerate(
        (
            ("2026-12-01", 1, "m"),
            (None, 3, "a"),
            ("2026-11-30T17:00", 0, "z"),
            ("2026-11-30", 3, "b"),
            (None, 0, None),
            ("2027-01-01T09:00+01:00[Europe/Paris]", 2, "c"),
            ("2026-11-30", 1, "a"),
        )
    ):
        clock.travel(number * 1000)
        a.make(
            TASKS,
            title=str(number),
            due=due,
            priority=priority,
            space=places[number % 3],
            **({"order": order} if order else {}),
        )
    return a, b, family, club


def test_every_sort_runs_over_all_spaces_in_pages(full):
    a, b, family, _ = full
    assert walk(a, "&sort=created") == list("0123456") and walk(a, "&sort=-created") == list(
        "6543210"
    )
    due = walk(a, "&sort=due")
    assert set(due[:2]) == {"3", "6"} and due[2:5] == ["2", "0", "5"] and set(due[5:]) == {"1", "4"}
    falling = walk(a, "&sort=-due")
    assert (
        falling[:3] == ["5", "0", "2"]
        and set(falling[3:5]) == {"3", "6"}
        and set(falling[5:]) == {"1", "4"}
    )
    assert [
        set(part)
        for part in (
            walk(a, "&sort=order")[0],
            walk(a, "&sort=order")[1:3],
            walk(a, "&sort=order")[3:],
        )
    ] == [{"4"}, {"1", "6"}, {"3", "5", "0", "2"}]
    priority = walk(a, "&sort=priority")
    assert [set(priority[:2]), priority[2], set(priority[3:5]), set(priority[5:])] == [
        {"1", "3"},
        "5",
        {"0", "6"},
        {"2", "4"},
    ]
    for limit in (1, 3, 6, 7, 8):
        for sort in queries.WALKS:
            assert sorted(walk(a, f"&sort={sort}", limit)) == list("0123456")
    assert sorted(walk(b, "&sort=created")) == ["1", "4", "not Ana's"]
    assert sorted(walk(a, f"&space={family}")) == ["1", "4"]


def test_due_ranges_hold_their_days_and_the_times_on_them(full):
    a, *_ = full
    assert sorted(walk(a, "&due_from=2026-11-30&due_to=2026-11-30")) == ["2", "3", "6"]
    assert sorted(walk(a, "&due_from=2026-12-01")) == ["0", "5"] and sorted(
        walk(a, "&due_to=2026-12-01&sort=created")
    ) == ["0", "2", "3", "6"]


def test_labels_text_assignee_and_status_are_filters_that_combine(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b)
    a.task("Straße fegen", space=space, labels=["Haus", "x"], assignee=b.person.id)
    a.task(
        'Say "hello"\n\\o/',
        space=space,
        labels=["Haus"],
        assignee=a.person.id,
        description="ÉTÉ in Paris",
    )
    done = a.task("Done", space=space, status="completed", labels=["gone"])
    a.patch(f"{TASKS}/{done}", json={"labels": []})
    assert (
        set(titles(a.get(f"{TASKS}?label=Haus"))) == {"Straße fegen", 'Say "hello"\n\\o/'}
        and titles(a.get(f"{TASKS}?label=gone")) == titles(a.get(f"{TASKS}?label=haus")) == []
    )
    for q, count in (
        ("strasse", 1),
        ("STRASSE FEGEN", 1),
        ("été IN paris", 1),
        ('"HELLO"', 1),
        ("\n\\O/", 1),
        ("label", 0),
        ("title", 0),
        ("e", 3),
        ("%", 0),
        ("zz", 0),
    ):
        assert len(a.get(TASKS, query_string={"q": q}).json["tasks"]) == count, q
    assert (
        titles(a.get(f"{TASKS}?assignee=me"))
        == titles(b.get(f"{TASKS}?assignee={a.person.id}"))
        == ['Say "hello"\n\\o/']
    )
    assert (
        titles(a.get(f"{TASKS}?assignee=none&status=completed")) == ["Done"]
        and titles(a.get(f"{TASKS}?assignee={new_id()}")) == []
    )
    assert titles(
        a.get(
            f"{TASKS}?assignee={b.person.id}&label=x&q=fegen&status=pending&space={space}&sort=-created"
        )
    ) == ["Straße fegen"]


def test_a_list_filter_knows_shared_lists_and_the_trash(pair):
    a, b = pair
    space = a.space()
    a.let_in(space, b)
    home = a.make(LISTS, name="Home", space=space)["id"]
    a.task("in it", list=home)
    own = b.make(LISTS, name="Ben's")["id"]
    b.task("Ben's", list=own)
    assert (
        titles(b.get(f"{TASKS}?list={home}")) == ["in it"]
        and titles(a.get(f"{TASKS}?list={own}")) == titles(a.get(f"{TASKS}?list=inbox")) == []
    )
    assert [each["name"] for each in b.get(LISTS).json["lists"]] == ["Ben's", "Home"] or {
        "Ben's",
        "Home",
    } == {each["name"] for each in b.get(LISTS).json["lists"]}
    b.delete(f"{LISTS}/{home}")
    assert titles(a.get(f"{TASKS}?list={home}")) == []


def test_a_cursor_is_good_for_the_list_it_was_made_for_only(full):
    a, *_ = full
    cursor = (
        a.get(f"{TASKS}?limit=2&sort=created&q=0").json["next_cursor"]
        or a.get(f"{TASKS}?limit=2&sort=created").json["next_cursor"]
    )
    assert a.get(f"{TASKS}?sort=created&limit=5&cursor={cursor}").status_code == 200
    for query in (
        "sort=due",
        "sort=-created",
        "sort=created&status=pending",
        "sort=created&q=x",
        "sort=created&cursor=" + cursor[:-3],
    ):
        assert said(
            a.get(f"{TASKS}?{query}" + ("" if "cursor" in query else f"&cursor={cursor}"))
        ) == (422, "bad_cursor"), query


@pytest.mark.parametrize(
    "parts",
    [
        ("x", 0, 1, "a"),
        (None, 0, 1, "a"),
        (0, 5, 1, "a"),
        (0, -1, 1, "a"),
        (0, True, 1, "a"),
        (0, 0, "1", "a"),
        (0, 0, 2**60, "a"),
        (0, 0, -1, "a"),
        (0, 0, 1.5, "a"),
        (0, 0, 1, 5),
        (0, 0, 1, "é"),
        (0, 0, None, "a"),
    ],
)
def test_a_forged_cursor_is_refused(full, parts, monkeypatch):
    a, *_ = full
    made_for = queries._made_for({"sort": "created"})
    if parts[0] == 0:
        assert said(
            a.get(f"{TASKS}?sort=created&cursor={queries.make_cursor(made_for, *parts[1:])}")
        ) == (422, "bad_cursor")
    assert said(
        a.get(f"{TASKS}?sort=created&cursor={queries.make_cursor(str(parts[0]), *parts[1:])}")
    ) == (422, "bad_cursor")
    assert (
        a.get(f"{TASKS}?sort=created&cursor={queries.make_cursor(made_for, 0, 1, 'a')}").status_code
        == 200
    )


def test_a_page_looks_at_so_many_rows_and_its_cursor_goes_on(full, monkeypatch):
    a, *_ = full
    monkeypatch.setattr(queries, "LOOKED_AT_MAX", 3)
    first = a.get(f"{TASKS}?sort=created&q=6")
    assert titles(first) == [] and first.json["next_cursor"]
    assert (
        walk(a, "&sort=created&q=6") == ["6"]
        and walk(a, "&sort=due&q=4") == ["4"]
        and sorted(walk(a)) == list("0123456")
    )


@pytest.mark.parametrize(
    "query",
    [
        "status=done",
        "list=x",
        "space=x",
        "assignee=you",
        "due_from=today",
        "due_to=2026-02-30",
        "due_to=2026-11-30T17:00",
        "q=",
        "q=" + "x" * 201,
        "label=",
        "limit=0",
        "limit=201",
        "limit=1_0",
        "limit=%2B5",
        "limit=%D9%A5",
        "limit=1.0",
        "state=pending",
        "sort=title",
    ],
)
def test_a_query_that_is_not_understood_is_refused(pair, query):
    assert said(pair[0].get(f"{TASKS}?{query}")) == (422, "invalid")
    assert (
        pair[0].get(f"{LISTS}?what=x").status_code
        == pair[0].get(f"{SPACES}?deleted=yes").status_code
        == 422
    )


def test_pages_by_due_and_by_creation_walk_an_index(app, ana):
    with app.app_context(), reading() as connection:
        for sort, index in (
            ("due", "ix_record_due"),
            ("-due", "ix_record_due"),
            ("created", "ix_record_created"),
            ("-created", "ix_record_created"),
        ):
            for after in (None, ("2026-11-30" if "due" in sort else 5, new_id())):
                chosen = queries.chosen_tasks({"sort": sort}, ana.id)
                statement = queries._statement(
                    ana.space, queries.WALKS[sort][0], chosen, after
                ).limit(51)
                plan = str(
                    [
                        row.detail
                        for row in connection.execute(
                            text(
                                f"EXPLAIN QUERY PLAN {statement.compile(connection, compile_kwargs={'literal_binds': True})}"
                            )
                        )
                    ]
                )
                assert f"USING INDEX {index}" in plan and "TEMP B-TREE" not in plan, plan
                assert (
                    after is None or ("(due,id)" if "due" in sort else "(created_at,id)") in plan
                ), plan
