"""Hostile bodies: a clear error with a stable code, never a 500, and an invalid change does not
affect a valid one.
"""

import copy
import gzip
import json
import os
import random

import pytest

from server.core.limits import REQUEST_BYTES_MAX
from tests import report

CASES = int(os.environ.get("BAD_INPUT_CASES", "20000"))
SEED = os.environ.get("SEED")


def envelope(person, *changes, **others):
    return {"protocol": 1, "device": person.phone, "changes": list(changes), "limit": 1} | others


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed"),
        (b"{", 400, "malformed"),
        (b"null", 400, "bad_envelope"),
        (b"[]", 400, "bad_envelope"),
        (b"{}", 400, "bad_envelope"),
        (b"NaN", 400, "malformed"),
        (b'{"protocol": NaN}', 400, "malformed"),
        (b'{"protocol": 1} x', 400, "malformed"),
        (b"\xff\xfe", 400, "malformed"),
        (b'{"protocol": 1, "device": "\xff"}', 400, "malformed"),
        (b"\xef\xbb\xbf{}", 400, "malformed"),
        (b'{"protocol": "1"}', 400, "bad_envelope"),
        (b'{"protocol": 1, "device": "device00000000000000", "changes": {}}', 400, "bad_envelope"),
        (b'{"protocol": 2, "device": "device00000000000000"}', 426, "upgrade_client"),
        (b'{"protocol": 1, "device": "device00000000000000", "cursors": []}', 400, "bad_envelope"),
        (
            b'{"protocol": 1, "device": "device00000000000000", "cursors": {"x": 5}}',
            400,
            "bad_envelope",
        ),
        (b'{"protocol": 1, "device": "device00000000000000", "limit": 0}', 400, "bad_envelope"),
        (
            b'{"protocol": 1, "device": "device00000000000000", "cursors": {"\\ud800": null}}',
            400,
            "bad_envelope",
        ),
        (b'{"protocol": 1, "device": "device00000000000000", "epoch": 5}', 400, "bad_envelope"),
        (b"[" * 17 + b"]" * 17, 400, "too_deep"),
        (b"[" * 100_000, 400, "too_deep"),
        (b'{"a":' * 50_000, 400, "too_deep"),
        (
            b'{"protocol": 1, "device": "device00000000000000", "more": '
            + b"[" * 15
            + b"]" * 15
            + b"}",
            200,
            None,
        ),
        (
            b'{"protocol": 1, "device": "device00000000000000", "more": '
            + b"[" * 16
            + b"]" * 16
            + b"}",
            400,
            "too_deep",
        ),
        (
            b'{"protocol": 1, "device": "device00000000000000", "more": "'
            + b"[" * 99
            + b'\\"[[[["}',
            200,
            None,
        ),
    ],
)
def test_a_body_that_is_no_request(ana, body, status, code):
    answer = ana.raw(body)
    assert (answer.status_code, answer.json.get("code")) == (status, code)


def test_other_media_types_and_encodings_are_refused(ana):
    assert (
        ana.http.post(
            "/sync", data=b"{}", headers=ana.headers | {"Content-Type": "text/plain"}
        ).status_code
        == 415
    )
    assert ana.raw(b"{}", **{"Content-Encoding": "br"}).status_code == 415
    assert ana.raw(b"not gzip", **{"Content-Encoding": "gzip"}).json["code"] == "malformed"


def test_gzip_is_read_and_bounded(ana):
    def packed(body):
        return ana.raw(gzip.compress(body), **{"Content-Encoding": "gzip"})

    task = ana.new_task()
    assert (
        packed(json.dumps(envelope(ana, task)).encode()).json["outcomes"][0]["status"] == "applied"
    )
    whole = gzip.compress(json.dumps(envelope(ana)).encode())
    assert ana.raw(whole[:-5], **{"Content-Encoding": "gzip"}).status_code == 400
    assert ana.raw(whole + b"x", **{"Content-Encoding": "gzip"}).status_code == 400
    assert packed(b" " * (REQUEST_BYTES_MAX + 1)).status_code == 413
    assert packed(b" " * 1_000_000).status_code == 413, "over 100:1"


def test_too_large_is_413(ana):
    assert ana.raw(b" " * (REQUEST_BYTES_MAX + 1)).status_code == 413
    assert ana.raw(b" " * REQUEST_BYTES_MAX).json["code"] == "malformed"
    many = [ana.new_task() for _ in range(1001)]
    assert ana.sync(many).json["code"] == "too_many_changes"
    assert ana.sync(many[:1000]).status_code == 200


@pytest.mark.parametrize(
    "bad",
    [
        '"\\ud800"',
        '"a\\u0000b"',
        "1e999",
        "-1e999",
        "9" * 400,
        "9007199254740992",
        "1.5",
        "[1]",
        "{}",
        '"\\udfff\\ud800"',
    ],
)
def test_one_pasted_half_emoji_never_blocks_an_outbox(ana, bad):
    """A body that the fast decoder refuses is checked change by change."""
    before, after, worse = ana.new_task("Before"), ana.new_task("After"), ana.new_task("Worse")
    text = json.dumps(envelope(ana, before, worse, after)).replace('"Worse"', bad)
    answer = ana.raw(text.encode())
    assert answer.status_code == 200, answer.text
    assert [outcome["status"] for outcome in answer.json["outcomes"]] == [
        "applied",
        "rejected",
        "applied",
    ]
    assert ana.raw(text.encode()).json["outcomes"] == answer.json["outcomes"], (
        "a repeat, refusals too"
    )


def test_a_change_has_one_digest_on_the_fast_and_on_the_careful_way(ana):
    good = ana.new_task("Good")
    first = ana.raw(json.dumps(envelope(ana, good)).encode()).json["outcomes"][0]
    beside = json.dumps(envelope(ana, good, ana.new_task("Worse"))).replace('"Worse"', '"\\ud800"')
    assert ana.raw(beside.encode()).json["outcomes"][0] == first


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("a" + "\u0301\u0316" * 100_000, False),
        ("a" + "\u0301" * 31 + "b" * 400, False),
        ("a" + "\u0301" * 30 + "b" * 400, True),
        ("a\u0301" * 500, True),
        ("a\u0301" * 501, False),
    ],
)
def test_runs_of_combining_marks_stall_nobody(ana, text, is_taken):
    """Normalizing them takes quadratic time, so long runs are refused; ordinary accents are counted
    after NFC.
    """
    outcome = ana.push(ana.new_task(text))[0]
    assert outcome.get("code") == (None if is_taken else "bad_value")


NASTY = [
    "",
    " ",
    "\0",
    "\ud800",
    "x" * 600,
    "💥" * 300,
    "null",
    None,
    True,
    False,
    0,
    1,
    -1,
    2**53 - 1,
    2**53,
    2**64,
    10**400,
    1.5,
    float("1e308"),
    [],
    {},
    [[]],
    {"a": {}},
    "2026-11-30",
    "9" * 40,
    "__proto__",
    "../../etc/passwd",
    "'; DROP TABLE record;--",
    "<script>alert(1)</script>",
]


def spoil(rng, change):
    """The change with one to three invalid members or fields."""
    change = json.loads(json.dumps(change))
    for _ in range(rng.randint(1, 3)):
        target = rng.choice(
            (change, change, change["set"] if isinstance(change.get("set"), dict) else change)
        )
        key = rng.choice([*target, "extra", "label/x"]) if target else "extra"
        match rng.randrange(4):
            case 0:
                target.pop(key, None)
            case 1:
                target[rng.choice(("", "title", "due", "x" * 200, "label/", "\ud800"))] = (
                    copy.deepcopy(rng.choice(NASTY))
                )
            case _:
                target[key] = copy.deepcopy(rng.choice(NASTY))
    return change


def spoil_bytes(rng, body):
    """The body with bytes flipped, removed, duplicated or inserted."""
    body = bytearray(body)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(body) + 1)
        match rng.randrange(4):
            case 0:
                del body[place : place + rng.choice((1, 5, 1000))]
            case 1:
                body[place:place] = rng.choice(
                    (
                        b"\x00",
                        b"\xff",
                        b'"',
                        b"[",
                        b"{" * 20,
                        b"NaN",
                        b"1e999",
                        b"\\ud800",
                        b"\\",
                        b"\xf0\x9f",
                    )
                )
            case _:
                if place < len(body):
                    body[place] = rng.randrange(256)
    return bytes(body)


def hostile_case(person, rng):
    """The problem with one hostile body, in words; None if there is none."""
    good, n = person.new_task("Good"), None
    if rng.random() < 0.6:
        changes = [good, *(spoil(rng, person.new_task()) for _ in range(rng.randint(1, 3)))]
        for change in changes[1:]:
            n = change.get("n") if isinstance(change, dict) else None
        rng.shuffle(changes)
        answer = person.raw(json.dumps(envelope(person, *changes)).encode())
        if answer.status_code != 200:
            return f"{answer.status_code} for an understood envelope"
        outcome = answer.json["outcomes"][changes.index(good)]
        is_clone = outcome["status"] == "device_conflict" and any(
            isinstance(each.get("n"), int) for each in changes
        )
        return (
            None
            if outcome["status"] == "applied" or is_clone
            else f"the good change was answered {outcome} (n of a bad one: {n})"
        )
    answer = person.raw(
        spoil_bytes(
            rng,
            json.dumps(envelope(person, good, person.new_task(), spare=spoil(rng, good))).encode(),
        )
    )
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    return None if answer.status_code == 200 or "code" in answer.json else "an error without a code"


def test_hostile_bodies_never_get_a_500(ana):
    seeds = [int(SEED)] if SEED else range(CASES)
    ana.http.application.logger.disabled = True
    wrong = {seed: found for seed in seeds if (found := hostile_case(ana, random.Random(seed)))}
    report("bad_input", len(seeds), len(wrong))
    first = next(iter(wrong.items()), None)
    assert not wrong, (
        f"{first}: replay with SEED={first[0]} make test-one T=tests/server/test_bad_input.py"
    )
