"""Section "Sessions": accounts, tokens, the account of a request."""

import secrets

from conformance.checking import holds, refused, rule, same
from conformance.http import Http
from conformance.world import PASSWORD, World, task

SECTION = "Sessions"


@rule(
    SECTION,
    "creates an account (201)",
    'Both answer `{"id", "email", "name", "is_admin", "token"}`',
)
def a_session_is_opened(world: World) -> None:
    email = f"{secrets.token_hex(8)}@example.org"
    given = {"email": email, "password": PASSWORD, "session": "bearer"}
    new = world.http.post("/auth/sign-up", given | {"name": "Ana"})
    again = world.http.post("/auth/sign-in", given)
    same("the statuses", [new.status, again.status], [201, 200])
    for answer in (new, again):
        found = {key: answer.body.get(key) for key in ("id", "email", "name", "is_admin")}
        wanted = {"id": new.body["id"], "email": email, "name": "Ana", "is_admin": False}
        same("the account", found, wanted)
    holds("two tokens", new.body["token"] != again.body["token"])
    refused(world.http.post("/auth/sign-up", given | {"name": "Ana"}), 409, "email_taken")


@rule(
    SECTION,
    "(a shorter one gives 422 `weak_password`, a longer one 422 `invalid`)",
    "a wrong address or password gives 401 `wrong_credentials`",
)
def bad_credentials(world: World) -> None:
    given = {"email": f"{secrets.token_hex(8)}@example.org", "session": "bearer", "name": "Ana"}
    for password, code in (("short", "weak_password"), ("x" * 129, "invalid")):
        answer = world.http.post("/auth/sign-up", given | {"password": password})
        refused(answer, 422, code)
    mine = {"email": world.person.email, "session": "bearer"}
    refused(
        world.http.post("/auth/sign-in", mine | {"password": "x" * 20}), 401, "wrong_credentials"
    )
    strange = {"email": given["email"], "password": PASSWORD, "session": "bearer"}
    refused(world.http.post("/auth/sign-in", strange), 401, "wrong_credentials")


@rule(SECTION, "ends the session", "then the answer is 401")
def a_session_is_ended(world: World) -> None:
    person = world.person
    given = {"email": person.email, "password": PASSWORD, "session": "bearer"}
    http = Http(world.url, world.http.post("/auth/sign-in", given).body["token"])
    same(
        "while it lasts",
        http.post("/sync", {"protocol": 1, "device": person.device.id}).status,
        200,
    )
    http.post("/auth/sign-out", {})
    answer = http.post("/sync", {"protocol": 1, "device": person.device.id})
    refused(answer, 401, "session_ended", "sign_in_first")
    same("the other session", person.device.ask().status, 200)


@rule(SECTION, "the request is refused with 409 `account_differs`, and nothing is done")
def a_request_can_name_its_account(world: World) -> None:
    ana, ben = world.people(2)
    change = ana.device.change(task())
    body = {"protocol": 1, "device": ana.device.id, "changes": [change], "epoch": ana.device.epoch}
    answer = ana.http.post("/sync", body, {"Driftless-Account": ben.id})
    refused(answer, 409, "account_differs")
    answer = ana.http.ask("GET", "/api/v1/tasks", headers={"Driftless-Account": ben.id})
    refused(answer, 409, "account_differs")
    holds("nothing is done", change["id"] not in ana.device.records())
    same("one's own", ana.http.post("/sync", body, {"Driftless-Account": ana.id}).status, 200)


@rule("Errors", "`two_credentials`")
def two_credentials(world: World) -> None:
    person = world.person
    given = {"email": person.email, "password": PASSWORD}
    refused(world.http.post("/auth/sign-in", given), 403, "cross_site")
    opened = world.http.post("/auth/sign-in", given, {"Origin": world.url})
    cookie = opened.headers["set-cookie"].partition(";")[0]
    answer = person.http.ask("GET", "/api/v1/tasks", headers={"Cookie": cookie})
    refused(answer, 400, "two_credentials")
