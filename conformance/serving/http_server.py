"""The playing server over HTTP, with one planned fault for each request."""

import gzip
import json
import socket
import threading
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from conformance.serving.journal import CONFLICT, LIMITS, Journal, rejected
from conformance.serving.judge import Judge, Verdicts
from conformance.serving.spaces import Account, Json

PATIENCE_S = 20
LOST_REQUEST, LOST_ANSWER, HELD = "lost request", "lost answer", "held answer"
BUSY, LIMITED, CUT, PORTAL = "503", "429", "cut answer", "a page of another server"
COPIED, REFUSED, RESET, UNKNOWN = "copied profile", "refused", "reset", "unknown members"


class Playing:
    """The server's state, the faults to come, and the judge of each account."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.journal, self.verdicts = Journal(), Verdicts()
        self.judges: dict[str, Judge] = {}
        self.faults: deque[str] = deque()
        self.faults_of_offers: deque[str] = deque()
        self.page: int | None = None
        self.played: list[str] = []
        self.held, self.release = threading.Event(), threading.Event()
        self.syncs = 0

    def judge(self, account: Account) -> Judge:
        """The judge of an account's client."""
        return self.judges.setdefault(account.id, Judge(self.verdicts, account.id))

    def by_token(self, header: str) -> Account | None:
        """The account of a bearer token."""
        token = header.removeprefix("Bearer ")
        return next((a for a in self.journal.accounts.values() if token and a.token == token), None)

    def answer(self, account: Account, body: Json, fault: str) -> Json:
        """Applies a request and makes its answer."""
        changes = body.get("changes") or []
        is_strange = body.get("epoch") not in (None, self.journal.epoch)
        outcomes = self._outcomes(account, body["device"], changes, fault, is_strange)
        limit = min(2500, body.get("limit") or 2500, self.page or 2500)
        spaces = self.journal.news(account, body.get("cursors") or {}, limit)
        if fault == RESET:
            spaces = {space: _reset(news) for space, news in spaces.items()}
        answer = {
            "protocol": 1,
            "epoch": self.journal.epoch,
            "now": self.journal.now_ms(),
            "outcomes": outcomes,
            "spaces": spaces,
            "limits": LIMITS,
        }
        if any(outcome == CONFLICT for outcome in outcomes) or fault == COPIED:
            answer["device_conflict"] = True
        return _with_strangers(answer) if fault == UNKNOWN else answer

    def answer_offers(self, account: Account, body: Json, fault: str) -> Json:
        """Joins what is offered and makes the answer."""
        offers = body["offers"]
        head = {"protocol": 1, "epoch": self.journal.epoch, "now": self.journal.now_ms()}
        if body["epoch"] != self.journal.epoch:
            return head | {"device_conflict": True, "outcomes": [CONFLICT for _ in offers]}
        refused = [rejected("quota_full") for _ in offers[:1] if fault == REFUSED]
        joined = [self.journal.join(account, offer) for offer in offers[len(refused) :]]
        return head | {"outcomes": refused + joined}

    def _outcomes(
        self, account: Account, device: str, changes: list[Any], fault: str, is_strange: bool
    ) -> list[Json]:
        if is_strange or fault == COPIED:
            return [CONFLICT for _ in changes]
        if fault == REFUSED and changes:
            first = rejected("quota_full")
            self.journal.outcomes[device, changes[0]["n"]] = changes[0], first
        before = self.journal.clones
        found = self.journal.take(account, device, changes)
        is_clean = self.journal.clones == before
        self.verdicts.check("numbers", is_clean, "a number or prev as only a copied profile has it")
        return found


def _reset(news: Json) -> Json:
    if "revoked" in news:
        return news
    return {"role": news["role"], "personal": news["personal"], "reset": "too_old"}


def _with_strangers(answer: Json) -> Json:
    """What a later version of the page may add, and clients ignore."""
    for news in answer["spaces"].values():
        news["mood"] = "good"
        for record in news.get("records", []):
            record["colour"] = {"of": ["a", "later", "version"]}
    return answer | {
        "weather": {"wind": 3},
        "outcomes": [o | {"hint": 1} for o in answer["outcomes"]],
    }


class Server(ThreadingHTTPServer):
    """Serves one Playing."""

    daemon_threads = True

    def __init__(self, playing: Playing, port: int = 0):
        self.playing = playing
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def run(self) -> None:
        """Serves until `shutdown`."""
        self.serve_forever(poll_interval=0.02)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client may close its connection at any time."""


class Handler(BaseHTTPRequestHandler):
    """Requests of the client under test."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # headers and body leave together
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""

    def do_GET(self) -> None:
        """Streams are not offered: a client works without."""
        if self.path.startswith("/events"):
            return self._error(503, "unavailable", {"Retry-After": "3600"})
        return self._error(404, "not_found")

    def do_POST(self) -> None:
        """Sign-up, sign-in, sign-out, sync, offers."""
        body = self._body()
        account = self.server.playing.by_token(self.headers.get("Authorization", ""))
        if self.path in ("/auth/sign-up", "/auth/sign-in"):
            return self._sign_in(body)
        if account is None:
            return self._error(401, "session_ended")
        if self.path == "/auth/sign-out":
            account.token = ""
            return self._send(200, {})
        if self.path == "/sync":
            return self._sync(account, body)
        if self.path == "/sync/offers":
            return self._offers(account, body)
        return self._error(404, "not_found")

    def _sync(self, account: Account, body: Json) -> None:
        playing = self.server.playing
        with playing.lock:
            playing.syncs += 1
            fault = playing.faults.popleft() if playing.faults else ""
            playing.played.append(fault or "none")
            judge = playing.judge(account)
            judge.hear(body)
            answer = self._answer(fault, lambda: playing.answer(account, body, fault))
        if fault == HELD:
            playing.held.set()
            playing.release.wait(PATIENCE_S)
        with playing.lock:
            if answer:
                judge.told(body, answer)
                self._send(200, answer)

    def _offers(self, account: Account, body: Json) -> None:
        playing = self.server.playing
        with playing.lock:
            fault = playing.faults_of_offers.popleft() if playing.faults_of_offers else ""
            judge = playing.judge(account)
            judge.hear_offers(body)
            answer = self._answer(fault, lambda: playing.answer_offers(account, body, fault))
            if answer:
                judge.told_offers(body, answer)
                self._send(200, answer)

    def _answer(self, fault: str, make: Callable[[], Json]) -> Json | None:
        """The answer that is to be sent; None if the fault was sent instead."""
        if fault in (BUSY, LIMITED, PORTAL, LOST_REQUEST):
            self._fail(fault)
            return None
        answer = make()
        if fault not in (LOST_ANSWER, CUT):
            return answer
        if fault == CUT:
            self._cut(answer)
        else:
            self._hang_up()
        return None

    def _fail(self, fault: str) -> None:
        if fault == LOST_REQUEST:
            return self._hang_up()
        if fault == PORTAL:
            return self._raw(
                200, b"<!doctype html><title>Sign in to the Wi-Fi</title>", "text/html"
            )
        code = "unavailable" if fault == BUSY else "too_many_requests"
        return self._error(int(fault), code, {"Retry-After": "1"})

    def _sign_in(self, body: Json) -> None:
        playing = self.server.playing
        with playing.lock:
            known = [a for a in playing.journal.accounts.values() if a.email == body["email"]]
            if self.path.endswith("up"):
                name = body.get("name", "Person")
                account = playing.journal.sign_up(body["email"], body["password"], name)
                return self._send(201, account.public())
            if not known or known[0].password != body["password"]:
                return self._error(401, "wrong_credentials")
            known[0].token = f"token-{playing.syncs}-{len(playing.played)}"
            return self._send(200, known[0].public())

    def _body(self) -> Any:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        try:
            return json.loads(raw or b"{}")
        except ValueError:
            return None

    def _error(self, status: int, code: str, headers: dict[str, str] | None = None) -> None:
        self._send(status, {"code": code, "message": f"A fault of the kit: {code}."}, headers)

    def _send(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self._raw(status, json.dumps(value).encode(), "application/json", headers)

    def _raw(
        self, status: int, raw: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind} | (headers or {})).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def _cut(self, answer: Json) -> None:
        raw = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw[: len(raw) // 2])
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.wfile.flush()
        self.connection.shutdown(socket.SHUT_RDWR)
