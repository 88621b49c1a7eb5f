"""A device without a browser: puts records into an account that a browser is signed in to."""

import time
import uuid

from bench.server import Client

BATCH = 1_000


class Feeder:
    """`with Feeder(server, email, password) as feeder:` – two feeders that never pull are two
    concurrent authors.
    """

    def __init__(self, server, email, password):
        self.client, self.device, self.count = Client(server, {}), uuid.uuid4().hex, 0
        token = self.client.post(
            "/auth/sign-in", {"email": email, "password": password, "session": "bearer"}
        )["token"]
        self.client.headers = {"Authorization": f"Bearer {token}"}
        ((self.space, _),) = self._sync([])["spaces"].items()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()

    def push(self, records):
        """Creates or changes records: (kind, id, fields) each."""
        changes = [self._change(*record) for record in records]
        for start in range(0, len(changes), BATCH):
            refused = [
                outcome
                for outcome in self._sync(changes[start : start + BATCH])["outcomes"]
                if outcome["status"] not in ("applied", "merged")
            ]
            assert not refused, refused[:3]

    def _change(self, kind, record_id, fields):
        self.count += 1
        seconds, ms = divmod(time.time_ns() // 1_000_000, 1_000)
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03}Z-0000"
        return {
            "space": self.space,
            "kind": kind,
            "id": record_id,
            "n": self.count,
            "prev": 0,
            "seen": {},
            "at": at,
            "set": fields,
        }

    def _sync(self, changes):
        return self.client.post(
            "/sync",
            {"protocol": 1, "device": self.device, "changes": changes, "cursors": {}, "limit": 1},
        )


def new_id():
    return str(uuid.uuid4())
