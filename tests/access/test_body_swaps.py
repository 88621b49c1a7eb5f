"""Random requests with swapped ids of other people and spaces: nothing foreign is shown, nothing
foreign changes.
"""

import json
import os
import random
import re
import sqlite3
from collections import Counter
from contextlib import closing

from tests import figure
from tests.access.cases import open_path
from tests.access.swaps import CONTENT, attackers, request_of
from tests.access.test_matrix import routes_of
from tests.access.world import canary_of

CASES = int(os.environ.get("BODY_SWAPS", "5000"))
SEED = int(os.environ.get("SEED") or 0)
CANARY = re.compile(r"canary[0-9a-f]{12}")
SYNC_SHARE = 0.25
ENOUGH = 10  # leaks, to stop at
OF_SPACES = (  # every row of spaces that the attacker is not a member of
    "SELECT * FROM record WHERE space_id IN {outside} ORDER BY 1, 2",
    "SELECT * FROM history WHERE space_id IN {outside} ORDER BY 1, 2, 3",
    "SELECT * FROM space_author WHERE space_id IN {outside} ORDER BY 1, 2",
    "SELECT space_id, seq, records, bytes, forgotten_seq FROM space_counter WHERE space_id IN {outside} ORDER BY 1",
    "SELECT * FROM member WHERE space_id IN {outside} ORDER BY 1, 2",
    "SELECT id, payer_id, deleted_at FROM space WHERE id IN {outside} ORDER BY 1",
    "SELECT id, space_id, uses FROM invite WHERE space_id IN {outside} ORDER BY 1",
)
READ_ONLY = f"SELECT space_id, id, body FROM record WHERE space_id IN {{outside}} AND kind IN {CONTENT} ORDER BY 1, 2"
OF_ACCOUNTS = (
    *(
        f"SELECT id, user_id FROM {table} WHERE user_id IN {{outside}} ORDER BY 1"
        for table in ("user_session", "access_token", "passkey", "device")
    ),
    "SELECT id, email, name, password_hash, is_admin, is_disabled FROM user_account WHERE id IN {outside} ORDER BY 1",
)


class Watch:
    """The data that an attacker must not be able to change: rows of the spaces and accounts that
    existed at the beginning.
    """

    def __init__(self, world, database):
        self.world, self.database, self.kept = world, database, {}
        self.spaces, self.accounts = (
            {row[0] for row in database.execute(f"SELECT id FROM {table}")}
            for table in ("space", "user_account")
        )

    def is_changed(self, attacker):
        before = self.kept[attacker.name]
        return self.rows(attacker) != before

    def remember(self, everyone):
        self.kept = {attacker.name: self.rows(attacker) for attacker in everyone}

    def rows(self, attacker):
        found = [self._of(statement, self.spaces - attacker.spaces) for statement in OF_SPACES]
        found.append(self._of(READ_ONLY, self.spaces - attacker.writes))
        if attacker.name != "admin":  # administrators can end sessions and disable accounts
            others = self.accounts - {self.world.people[attacker.who.person].id}
            found += [self._of(statement, others) for statement in OF_ACCOUNTS]
        return found

    def _of(self, statement, ids):
        return self.database.execute(
            statement.format(outside="(SELECT value FROM json_each(?))"), [json.dumps(sorted(ids))]
        ).fetchall()


def is_free(rule):
    """Routes that sign in: whoever has the password can use the account."""
    return rule.rule in ("/auth/sign-up", "/auth/sign-in")


def routes(world):
    """Every (rule, method), and the one of POST /sync, which has the most places for ids."""
    found = [(rule, method) for rule, method, _ in routes_of(world.app) if not is_free(rule)]
    return found, next(each for each in found if each[0].rule == "/sync")


def send(world, attacker, method, path, query, body):
    named = {} if body is None else {"json": body}
    return open_path(
        world.app.test_client(use_cookies=False),
        path,
        method=method,
        query_string=query,
        headers=attacker.who.headers,
        **named,
    )


def shown(attacker, answer, sent):
    """Canaries in the answer that the attacker must not see and did not send."""
    return (
        set(CANARY.findall(answer.text)) - attacker.canaries - set(CANARY.findall(json.dumps(sent)))
    )


def leak(watch, attacker, answer, method, sent):
    """The problem with an answer, in a line; None if there is none."""
    seen, is_changed = shown(attacker, answer, sent), method != "GET" and watch.is_changed(attacker)
    if not seen and not is_changed and answer.status_code < 500:
        return None
    return f"{attacker.name} {method} {sent}: {answer.status_code} {answer.text[:300]} {'CHANGED' if is_changed else ''} {seen or ''}"


def test_ids_of_others_open_nothing(world):
    rng, everyone = random.Random(SEED), attackers(world)
    anywhere, sync = routes(world)
    world.remember()
    leaks, statuses = [], Counter()
    with closing(sqlite3.connect(world.file)) as database:
        watch = Watch(world, database)
        watch.remember(everyone)
        while statuses.total() < CASES and len(leaks) < ENOUGH:
            attacker = rng.choice(everyone)
            rule, method = sync if rng.random() < SYNC_SHARE else rng.choice(anywhere)
            sent = request_of(rng, world, attacker, rule, method)
            answer = send(world, attacker, method, *sent)
            statuses[answer.status_code] += 1
            leaks += filter(None, [leak(watch, attacker, answer, method, sent)])
            if method != "GET" and answer.status_code < 400:
                world.restore()
    figure("body_swaps", statuses.total())
    figure("body_swap_leaks", len(leaks))
    assert not leaks, "\n".join(leaks)
    assert min(statuses[200], statuses[404]) > CASES / 20, statuses


def test_the_canaries_are_there_to_be_found(world):
    viewer = world.people["viewer"]
    text = viewer.sync().text
    assert canary_of("shared") in text and canary_of("other") not in text
