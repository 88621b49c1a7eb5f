"""Account deletion, the data download before it, and the audit entries of all account actions."""

import json

import pytest
from sqlalchemy import delete, func, select, update

from server import clock
from server.accounts import audit
from server.accounts.models import AccessToken, AuditEntry, Device, Passkey, Session, User
from server.journal.models import History, Record, RecordAlias, SpaceAuthor, SpaceCounter
from server.spaces import export, members, service
from server.spaces.models import Member, Space
from tests.server.people import PASSWORD, Person
from tests.server.test_account_life import (
    NEW,
    bearer,
    call,
    log,
    read,
    share,
    sign_in,
    sign_up,
    waited,
    write,
)
from tests.server.test_passkeys import add as add_passkey

__all__ = ["waited"]


# the end


def test_what_becomes_of_spaces_is_said_before_and_done_then(app, ana, ben):
    cleo = Person(app, "cleo@example.org", "Cleo")
    flat, alone, both = (
        share(app, ana, ben),
        share(app, ana, name="Alone"),
        share(app, ana, cleo, name="Both", role="owner"),
    )
    bens = share(app, ben, ana, name="Ben's")
    add_passkey(ana)
    call(ana, "POST", "/auth/tokens", {"password": PASSWORD, "name": "x", "scopes": ["tasks:read"]})
    ana.push(ana.new_task("Secret plan"), ana.new_task("Shared plan") | {"space": flat})
    said = call(ana, "GET", "/auth/deletion").json
    assert said == {
        "handed_over": [{"space_id": flat, "name": "Flat", "to": "Ben"}],
        "deleted": [{"space_id": alone, "name": "Alone"}],
    }
    assert call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).status_code == 200
    assert ana.sync().json["code"] == "session_ended" and sign_in(ana).status_code == 401
    roles = {
        (row.space_id, row.user_id): row.role
        for row in read(app, select(Member.space_id, Member.user_id, Member.role))
    }
    assert roles == {
        (flat, ben.id): "owner",
        (both, cleo.id): "owner",
        (bens, ben.id): "owner",
        (ben.space, ben.id): "owner",
        (cleo.space, cleo.id): "owner",
    }
    for table in (Session, Device, AccessToken, Passkey):
        assert read(
            app, select(func.count()).select_from(table).where(table.user_id == ana.id)
        ) == [(0,)], table
    for table in (Record, History, SpaceAuthor, RecordAlias, SpaceCounter):
        assert read(
            app,
            select(func.count()).select_from(table).where(table.space_id.in_([ana.space, alone])),
        ) == [(0,)], table
    assert read(app, select(Space.id).where(Space.payer_id == ana.id)) == []
    titles = [
        write["set"]["title"]
        for record in ben.sync(cursors={flat: None}).json["spaces"][flat]["records"]
        for write in record["writes"]
        if "title" in write["set"]
    ]
    assert titles == ["Shared plan"]
    assert sign_up(app, ana.email).status_code == 201, "the address is free again"


def test_of_spaces_that_lie_in_the_trash_those_stay_that_another_owns(app, ana, ben):
    shared, mine, alone = (
        share(app, ana, ben, role="owner"),
        share(app, ana, ben),
        share(app, ana, name="Alone"),
    )
    for space in (shared, mine, alone):
        write(
            app,
            lambda connection, space=space: service.delete_space(connection, space, clock.now_ms()),
        )
    assert call(ana, "GET", "/auth/deletion").json == {"handed_over": [], "deleted": []}
    assert call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).status_code == 200
    assert read(app, select(Space.id).where(Space.personal_of.is_(None))) == [(shared,)]
    write(app, lambda connection: service.restore_space(connection, ben.id, shared))
    assert ben.sync().json["spaces"][shared]["role"] == "owner"


def test_the_end_needs_the_password(ana):
    answer = call(ana, "POST", "/auth/deletion", {"password": "wrong wrong wrong"})
    assert (answer.status_code, answer.json["code"]) == (
        403,
        "wrong_password",
    ) and ana.sync().status_code == 200
    assert [
        call(ana, "POST", "/auth/deletion", {"password": "wrong wrong wrong"}).status_code
        for _ in range(10)
    ][-1] == 429


def test_the_last_admin_stays(app, ana, ben):
    write(
        app,
        lambda connection: connection.execute(
            update(User).where(User.id == ana.id).values(is_admin=True)
        ),
    )
    assert call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).json["code"] == "last_admin"
    write(
        app,
        lambda connection: connection.execute(
            update(User).where(User.id == ben.id).values(is_admin=True, is_disabled=True)
        ),
    )
    assert (
        call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).json["code"] == "last_admin"
    ), "a disabled one does not count"
    write(
        app,
        lambda connection: connection.execute(
            update(User).where(User.id == ben.id).values(is_disabled=False)
        ),
    )
    assert call(ana, "POST", "/auth/deletion", {"password": PASSWORD}).status_code == 200


# export


def test_the_export_holds_everything_of_mine_and_no_secret(app, ana, ben, monkeypatch):
    monkeypatch.setattr("server.spaces.export._PAGE", small_pages())
    monkeypatch.setattr("server.spaces.export.PAGE", 2)
    flat, foreign = share(app, ana, ben), share(app, ben, name="Ben alone")
    tasks = [ana.new_task(f"Task {n}") for n in range(5)]
    ana.push(*tasks, ana.new_task("Of both") | {"space": flat})
    ben.push(ben.new_task("Ben's own"), ben.new_task("Foreign") | {"space": foreign})
    comment = {
        "task": tasks[0]["id"],
        "text": "My word",
        "author": ana.id,
        "created": "2026-11-23T18:20:32Z",
    }
    assert ana.push(ana.change(comment, kind="comment"))[0]["status"] == "applied"
    add_passkey(ana)
    token = call(
        ana,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "Script", "scopes": ["tasks:read"]},
    ).json["token"]
    answer = call(ana, "GET", "/auth/export")
    assert answer.status_code == 200 and answer.headers["Content-Disposition"].startswith(
        'attachment; filename="driftless-account-2'
    )
    found = json.loads(answer.text)
    assert (found["format"], found["version"], found["account"]["email"]) == (
        "driftless-account",
        1,
        ana.email,
    )
    titles = {
        space["name"]: sorted(
            record["fields"]["title"] for record in space["records"] if record["kind"] == "task"
        )
        for space in found["spaces"]
    }
    assert titles == {"Personal": [f"Task {n}" for n in range(5)], "Flat": ["Of both"]}
    assert [(space["name"], space["role"]) for space in found["spaces"]] == [
        ("Personal", "owner"),
        ("Flat", "owner"),
    ]
    assert [(each["fields"]["text"], each["space"]) for each in found["comments"]] == [
        ("My word", ana.space)
    ]
    assert [each["name"] for each in found["tokens"]] == ["Script"] and [
        each["name"] for each in found["passkeys"]
    ] == ["Laptop"]
    assert len(found["sessions"]) == 1 and [each["id"] for each in found["devices"]] == [ana.phone]
    assert {each["act"] for each in found["audit"]} >= {
        "sign_up",
        "passkey_added",
        "token_made",
        "account_exported",
    }
    for secret in (
        token,
        ana.headers["Authorization"].split()[1],
        "argon2id",
        "Ben's own",
        "Foreign",
        "hash",
        "public_key",
    ):
        assert secret not in answer.text, secret


def small_pages():
    from sqlalchemy import bindparam

    from server.database import Prepared

    return Prepared(
        select(Record.id, Record.body)
        .where(
            Record.space_id == bindparam("space"),
            Record.id > bindparam("after"),
            Record.is_tombstone.is_(False),
        )
        .order_by(Record.id)
        .limit(2)
    )


def test_the_export_shows_both_sides_of_a_conflict(ana):
    task = ana.new_task("One")
    ana.push(task)
    seen = ana.record(task["id"])["clock"]
    ana.push(ana.change({"title": "Two"}, task["id"], seen=seen, prev=seen[ana.phone]))
    ana.push(ana.change({"title": "Three"}, task["id"], seen=seen, prev=0), device=ana.laptop)
    records = json.loads(call(ana, "GET", "/auth/export").text)["spaces"][0]["records"]
    shown = next(record for record in records if record["id"] == task["id"])
    assert sorted(shown["conflicts"]["title"]) == ["Three", "Two"]


def test_who_is_removed_during_an_export_gets_no_more_of_the_space(app, ana, ben):
    space = share(app, ana, ben)
    ana.push(ana.new_task("Shared plan") | {"space": space})
    with app.app_context():
        whole = "".join(export.pieces(ben.id, clock.now_ms()))
        pieces = export.pieces(ben.id, clock.now_ms())
        begun = next(pieces)
        write(
            app,
            lambda connection: members.remove_member(
                connection, ana.id, space, ben.id, clock.now_ms()
            ),
        )
        rest = "".join(pieces)
    assert (
        "Shared plan" in whole
        and "Shared plan" not in rest
        and json.loads(begun + rest)["spaces"][1]["records"] == []
    )


# the log


def test_every_act_is_in_the_log_and_the_chain_holds(app, ana, ben):
    sign_in(ana, "wrong wrong wrong")
    ana.http.post(
        "/auth/sign-in",
        json={"email": "nobody@example.org", "password": PASSWORD, "session": "bearer"},
    )
    other = bearer(sign_in(ana))
    session = next(
        each["id"]
        for each in call(ana, "GET", "/auth/sessions").json["sessions"]
        if not each["current"]
    )
    call(ana, "DELETE", f"/auth/sessions/{session}")
    ana.http.post("/auth/sign-out", json={}, headers=bearer(sign_in(ana)))
    call(ana, "PATCH", "/auth/me", {"name": "Anna"})
    token = call(
        ana,
        "POST",
        "/auth/tokens",
        {"password": PASSWORD, "name": "My private name", "scopes": ["tasks:read"]},
    ).json["id"]
    call(ana, "DELETE", f"/auth/tokens/{token}")
    passkey = add_passkey(ana, name="My private key")
    call(ana, "PUT", "/auth/second-factor", {"on": True, "password": PASSWORD})
    call(ana, "PUT", "/auth/second-factor", {"on": True, "password": PASSWORD})
    call(ana, "DELETE", f"/auth/passkeys/{passkey.passkey_id}", {"password": PASSWORD})
    call(ana, "GET", "/auth/export").get_data()
    ana.headers = bearer(
        call(ana, "POST", "/auth/password", {"current": PASSWORD, "password": NEW})
    )
    call(ana, "DELETE", "/auth/sessions")
    ana.headers = bearer(sign_in(ana, NEW))
    call(ana, "POST", "/auth/deletion", {"password": NEW})
    entries = [entry for entry in log(app) if entry[1] != ben.id]
    assert [(act, subject) for act, actor, subject, _ in entries if actor is None] == [
        ("sign_in_failed", ana.id),
        ("sign_in_failed", "nobody@example.org"),
    ]
    assert [act for act, actor, _, _ in entries if actor == ana.id] == [
        "sign_up",
        "sign_in",
        "session_ended",
        "sign_in",
        "sign_out",
        "account_renamed",
        "token_made",
        "token_ended",
        "passkey_added",
        "second_factor_on",
        "passkey_removed",
        "second_factor_off",
        "account_exported",
        "password_changed",
        "sign_out_everywhere",
        "sign_in",
        "space_purged",
        "account_deleted",
    ]
    text = json.dumps(entries)
    assert other and not [
        secret for secret in ("My private", "Anna", PASSWORD, NEW, "dft_") if secret in text
    ]


def test_the_log_is_written_with_its_act_or_neither_is(app, ana, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("no log today")

    monkeypatch.setattr(audit, "append", fail)
    assert call(ana, "PATCH", "/auth/me", {"name": "Anna"}).status_code == 500
    assert call(ana, "DELETE", "/auth/sessions").status_code == 500
    monkeypatch.undo()
    assert call(ana, "GET", "/auth/me").json["name"] == "Ana"


def test_nobody_edits_the_log(app, ana):
    for statement in (delete(AuditEntry), update(AuditEntry).values(subject="x")):
        with pytest.raises(Exception, match="append-only"):
            write(app, lambda connection, statement=statement: connection.execute(statement))
