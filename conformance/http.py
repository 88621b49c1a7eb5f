"""Requests to the server under test, with the standard library alone."""

import gzip
import http.client
import json
from contextlib import closing
from typing import Any, NamedTuple
from urllib.parse import urlsplit

Json = dict[str, Any]
PATIENCE_S = 60


class Answer(NamedTuple):
    """`body` is the JSON value of an answer, or None if it is not JSON; header names in lower
    case.
    """

    status: int
    body: Any
    headers: dict[str, str]

    @property
    def code(self) -> str | None:
        """The code of an error."""
        return self.body.get("code") if isinstance(self.body, dict) else None


class Http:
    """One server by its address, such as `http://localhost:8000`; optionally one token."""

    def __init__(self, url: str, token: str | None = None):
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.is_secure, self.place, self.path = parts.scheme == "https", parts.netloc, parts.path
        self.token = token

    def connect(self) -> http.client.HTTPConnection:
        """A new connection."""
        make = http.client.HTTPSConnection if self.is_secure else http.client.HTTPConnection
        return make(self.place, timeout=PATIENCE_S)

    def headers(self, more: dict[str, str | None] | None = None) -> dict[str, str]:
        """The headers of a request with JSON; a header that `more` sets to None is left out."""
        given = {"Content-Type": "application/json"}
        given |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {name: value for name, value in (given | (more or {})).items() if value is not None}

    def ask(
        self, method: str, path: str, body: Any = None, headers: dict[str, str | None] | None = None
    ) -> Answer:
        """The answer to a request. `body` is bytes, or a value to send as JSON; None sends none."""
        raw = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        with closing(self.connect()) as connection:
            connection.request(method, self.path + path, raw, self.headers(headers))
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, _parse(answer.read(), found), found)

    def post(self, path: str, body: Any, headers: dict[str, str | None] | None = None) -> Answer:
        """The answer to a POST."""
        return self.ask("POST", path, body, headers)


def _parse(raw: bytes, headers: dict[str, str]) -> Any:
    if headers.get("content-encoding") == "gzip":
        raw = gzip.decompress(raw)
    try:
        return json.loads(raw)
    except ValueError:
        return None
