"""Section "Errors": answers other than 200, after which nothing was applied."""

import gzip
import json
from typing import Any

from conformance.checking import refused, rule, same
from conformance.http import Http
from conformance.world import World, task

SECTION = "Errors"


@rule(
    SECTION,
    "Unknown paths below `/api/` and `/auth/` give 404 `not_found`, unsupported methods 405 `method_not_allowed`",
)
def unknown_paths_and_methods(world: World) -> None:
    refused(world.http.ask("GET", "/api/v1/no-such-path"), 404, "not_found")
    refused(world.http.ask("PUT", "/sync", {}), 405, "method_not_allowed")


@rule(SECTION, "`malformed` (not JSON, not UTF-8, NaN, an incomplete body)")
def malformed_bodies(world: World) -> None:
    http = world.person.http
    bodies = [
        b"",
        b"{",
        b"nonsense",
        b'{"protocol": NaN}',
        b'{"protocol": 1',
        b'"\xff"',
        b"\xff\xfe",
    ]
    for body in bodies:
        refused(http.post("/sync", body), 400, "malformed")
    refused(http.post("/sync", b"no gzip", {"Content-Encoding": "gzip"}), 400, "malformed")
    cut = gzip.compress(json.dumps({"protocol": 1}).encode())[:-6]
    refused(http.post("/sync", cut, {"Content-Encoding": "gzip"}), 400, "malformed")


@rule(SECTION, "`too_deep` (over 16 levels)")
def deep_bodies(world: World) -> None:
    body = b'{"a":' * 40 + b"1" + b"}" * 40
    refused(world.person.http.post("/sync", body), 400, "too_deep")


@rule(SECTION, "`bad_envelope`")
def envelopes_of_wrong_types(world: World) -> None:
    device = world.device
    wrong: tuple[Any, ...] = (
        {"device": "short"},
        {"device": "K3V9X0C1M5T7W2R8B6QZ"},
        {"device": 5},
        {"device": ...},
        {"epoch": 5},
        {"now": "today"},
        {"cursors": []},
        {"cursors": {device.person.home: 5}},
        {"changes": {}},
        {"changes": "none"},
    )
    for more in wrong:
        refused(device.ask(**more), 400, "bad_envelope")
    body: Any
    for body in ([], "text", 5, None):
        refused(
            device.person.http.post("/sync", json.dumps(body).encode()),
            400,
            "bad_envelope",
            "malformed",
        )


@rule(SECTION, "`sign_in_first`, `session_ended`", "keep everything, ask the user to sign in again")
def sessions_are_needed(world: World) -> None:
    body = {"protocol": 1, "device": world.device.id}
    refused(world.http.post("/sync", body), 401, "sign_in_first")
    wrong = Http(world.url, "no-such-token")
    refused(wrong.post("/sync", body), 401, "session_ended", "sign_in_first")


@rule(SECTION, "`too_large` (over 2 MiB when unpacked, or packed over 100:1)")
def large_bodies(world: World) -> None:
    http = world.person.http
    body = json.dumps({"protocol": 1, "pad": "x" * (2 * 1024 * 1024)}).encode()
    refused(http.post("/sync", body), 413, "too_large")
    refused(http.post("/sync", gzip.compress(body), {"Content-Encoding": "gzip"}), 413, "too_large")


@rule(SECTION, "`too_many_changes` or `too_many_offers` (over 1,000)")
def many_changes(world: World) -> None:
    device = world.person.spare()
    changes = [device.change(task()) for _ in range(1001)]
    refused(device.ask(*changes), 413, "too_many_changes")
    same("nothing was applied", changes[0]["id"] in device.records(), False)
    outcomes = device.push(*changes[:1000])["outcomes"]
    same("1,000 are", [each["status"] for each in outcomes], ["applied"] * 1000)


@rule(SECTION, "| 415 | `unsupported_media_type` | |")
def other_media_types(world: World) -> None:
    http = world.person.http
    body = json.dumps({"protocol": 1, "device": world.device.id}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", None):
        answer = http.post("/sync", body, {"Content-Type": kind})
        refused(answer, 415, "unsupported_media_type")
    answer = http.post("/sync", body, {"Content-Encoding": "compress"})
    refused(answer, 415, "unsupported_media_type")


@rule(SECTION, "this server does not support the client's protocol version")
def other_versions(world: World) -> None:
    for version in (0, 2, 99):
        refused(world.device.ask(protocol=version), 426, "upgrade_client")


@rule(SECTION, "nothing was applied")
def a_refused_request_applies_nothing(world: World) -> None:
    device = world.device
    change = device.change(task())
    for more in ({"protocol": 2}, {"limit": 0}, {"cursors": 5}):
        device.ask(change, **more)
    same("the record", change["id"] in device.records(), False)
    same("sent rightly", device.outcome(change)["status"], "applied")


@rule(SECTION, "`too_many_devices`", "An account can have at most 20 new devices per day")
def many_devices(world: World) -> None:
    person = world.new_person()
    answers = [person.spare().ask() for _ in range(25)]
    statuses = [answer.status for answer in answers]
    refused(answers[-1], 429, "too_many_devices")
    same("Retry-After is a number", answers[-1].headers["retry-after"].isdigit(), True)
    same("20 devices of one day are taken", statuses.count(200) + 1, 20)
    same("a known device syncs on", person.device.ask().status, 200)
