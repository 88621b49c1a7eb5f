"""A device as described in sync_protocol.md, in memory: confirmed records, outbox, rejected
changes, cursors. Used by the simulator and the benchmarks.

It has no transport: `request()` returns a body to send, `receive(asked, reply)` applies the reply,
whenever it arrives.
"""

import copy
import random
import string

from server.core import hlc, merge, vector_clock
from server.core.limits import FUTURE_MS_MAX

ALPHABET = string.digits + string.ascii_lowercase


class Device:
    def __init__(self, rng=None, clock=lambda: 1_790_000_000_000):
        self.rng, self.clock = rng or random.Random(), clock
        self.id = self._new_id()
        self.counter, self.last_at, self.offset_ms, self.epoch = 0, None, 0, None
        self.copies, self.outbox, self.rejected, self.notices = {}, [], [], []
        self.roles = {}
        self.cursors, self.rebuilding, self.spaces, self.waiting_pages, self.complete = (
            {},
            {},
            [],
            False,
            {},
        )

    @property
    def confirmed(self):
        """The confirmed records by id: of copies in several spaces the live one, of several live
        ones the one that arrived last.
        """
        found = {}
        for (_, record_id), record in self.copies.items():
            if record_id not in found or found[record_id].get("grave") or not record.get("grave"):
                found[record_id] = record
        return found

    # Visible records and edits

    def shown(self, record_id):
        """The record as the user sees it: confirmed with the outbox merged over it; None if there
        is none.
        """
        record = self.confirmed.get(record_id)
        for entry in self.outbox:
            if entry["id"] == record_id:
                start = (
                    {**record, "grave": False}
                    if record and "writes" in record
                    else merge.empty(entry["kind"], record_id)
                )
                record = merge.merge(start, entry)
                if entry.get("move"):
                    record = record | {"space": entry["move"]}
        return record

    def begin_edit(self, record_id):
        """The version that the author of an edit is shown when it begins: (the visible clock, its
        confirmed part, this device's id).
        """
        shown, confirmed = self.shown(record_id), self.confirmed.get(record_id)
        if not shown or shown.get("grave"):
            return {}, {}, self.id
        return dict(shown["clock"]), dict((confirmed or {}).get("clock", {})), self.id

    def after_edit(self, entry):
        """The version that the author of `entry` is shown after it: with its dot, unless that would
        cover own writes in between that were never shown.
        """
        by, n, seen = entry["by"], entry["n"], entry["seen"]
        between = any(
            write["by"] == by
            and seen.get(by, 0) < write["n"] < n
            and not write["set"].keys().isdisjoint(entry["set"])
            for write in (self.shown(entry["id"]) or {}).get("writes", [])
        )
        return seen if between else {**seen, by: n}, entry["base"], by

    def edit(self, space, kind, record_id, fields, begun=None, move=None):
        """Adds a change to the outbox; `begun` is the result of `begin_edit`."""
        seen, base, begun_by = begun or self.begin_edit(record_id)
        if (
            begun_by != self.id
            # the device has a new id since: unconfirmed writes of the old one are not in the record under it
        ):
            seen = {by: n for by, n in seen.items() if by != begun_by} | (
                {begun_by: base[begun_by]} if begun_by in base else {}
            )
        earlier = [entry for entry in self.outbox if entry["id"] == record_id]
        confirmed = self.confirmed.get(record_id) or {}
        prev = max(
            [
                confirmed.get("clock", {}).get(self.id, 0),
                *(entry["n"] for entry in earlier if entry["by"] == self.id),
            ]
        )
        last = earlier[-1] if earlier else None
        if (
            last
            and not last["sent"]
            and not move
            and not last.get("move")
            and last["by"] == self.id
            and last["set"].keys() <= fields.keys()
            and vector_clock.covers(seen, self.id, last["n"])
        ):
            self.outbox.remove(last)
            prev = last["prev"]
        self.counter += 1
        self.last_at = hlc.tick(self.last_at, max(0, self.clock() + self.offset_ms))
        self.outbox.append(
            {
                "space": space,
                "kind": kind,
                "id": record_id,
                "by": self.id,
                "n": self.counter,
                "prev": prev,
                "seen": seen,
                "base": base,
                "at": self.last_at,
                "set": fields,
                "sent": False,
                "outcome": None,
            }
            | ({"move": move} if move else {})
        )
        return self.outbox[-1]

    # Sync

    def request(self, changes_max=1000, limit=2500):
        """The body of a sync; its changes are first marked as sent and frozen."""
        sending = [entry for entry in self.outbox if not entry["outcome"]][:changes_max]
        for entry in sending:
            entry["sent"] = True
        members = ("space", "kind", "id", "n", "prev", "seen", "at", "set", "move")
        return {
            "protocol": 1,
            "device": self.id,
            "epoch": self.epoch,
            "now": self.clock(),
            "limit": limit,
            "cursors": dict(self.cursors),
            "changes": [
                {name: entry[name] for name in members if name in entry} for entry in sending
            ],
        }

    def receive(self, asked, reply):
        """Applies the reply to `asked`, also if it is late or repeated. One transaction or nothing."""
        if asked["epoch"] != self.epoch:
            return
        self._learn_time(reply["now"])
        is_new_epoch = self.epoch is not None and (
            reply["epoch"] != self.epoch
            or any(news.get("reset") == "epoch" for news in reply["spaces"].values())
        )
        if is_new_epoch:
            for entry in self.outbox:
                entry["outcome"] = None
        self.epoch = reply["epoch"]
        if asked["device"] == self.id:
            self._take_outcomes(asked, reply["outcomes"])
        is_clone = (reply.get("device_conflict") and asked["device"] == self.id) or is_new_epoch
        self.waiting_pages, self.complete = False, {}
        for space, news in reply["spaces"].items():
            is_clone = self._take_space(space, news, asked["cursors"].get(space)) or is_clone
        if is_clone:
            self.take_new_id()
        self._let_go()

    def is_quiet(self):
        return not self.outbox and not self.waiting_pages

    def take_new_id(self):
        """Becomes another device: entries without an outcome are created again from the confirmed
        clock that their author was shown.
        """
        self.id, self.counter = self._new_id(), 0
        renamed, last_of, taken = {}, {}, [entry for entry in self.outbox if entry["outcome"]]
        for entry in [entry for entry in self.outbox if not entry["outcome"]]:
            self.counter += 1
            old, old_n, record_id = entry["by"], entry["n"], entry["id"]
            old_seen = entry["seen"].get(old, 0)
            seen = {by: n for by, n in entry["seen"].items() if by != old}
            confirmed = max(
                [
                    entry["base"].get(old, 0),
                    *(
                        each["n"]
                        for each in taken
                        if each["id"] == record_id and each["by"] == old and each["n"] <= old_seen
                    ),
                ]
            )
            if confirmed:
                seen[old] = confirmed
            shown = [new for before, new in renamed.get(record_id, []) if before <= old_seen]
            if shown:
                seen[self.id] = max(shown)
            entry.update(
                by=self.id, n=self.counter, prev=last_of.get(record_id, 0), seen=seen, sent=False
            )
            renamed.setdefault(record_id, []).append((old_n, self.counter))
            last_of[record_id] = self.counter

    def clone(self, rng):
        """Another installation with the same profile."""
        twin = copy.copy(self)
        for name in (
            "copies",
            "roles",
            "outbox",
            "rejected",
            "notices",
            "cursors",
            "rebuilding",
            "spaces",
        ):
            setattr(twin, name, copy.deepcopy(getattr(self, name)))
        twin.rng = rng
        return twin

    def _new_id(self):
        return "".join(self.rng.choice(ALPHABET) for _ in range(20))

    def _learn_time(self, server_now):
        self.offset_ms = server_now - self.clock()
        if self.last_at and hlc.parse_reading(self.last_at)[0] > server_now + FUTURE_MS_MAX:
            ahead = hlc.parse_reading(self.last_at)[0] - server_now
            for entry in self.outbox:
                if not entry["sent"]:
                    entry["at"] = hlc.shift(entry["at"], -ahead)
            self.last_at = hlc.format_reading(server_now)

    def _take_outcomes(self, asked, outcomes):
        waiting = {
            entry["n"]: entry
            for entry in self.outbox
            if not entry["outcome"] and entry["by"] == self.id
        }
        for change, outcome in zip(asked["changes"], outcomes, strict=True):
            entry = waiting.get(change["n"])
            if entry is None or outcome["status"] == "device_conflict":
                continue
            if "seq" in outcome:
                entry["outcome"] = outcome
                if outcome["status"] == "hidden":
                    self.notices.append((entry["id"], outcome))
            else:
                self.outbox.remove(entry)
                self.rejected.append((entry, outcome))

    def _take_space(self, space, news, asked_cursor):
        """Whether a record came with an own entry that this device never made."""
        if news.get("revoked"):
            self.copies = {key: record for key, record in self.copies.items() if key[0] != space}
            self.rejected += [
                (entry, {"status": "revoked"})
                for entry in self.outbox
                if entry["space"] == space and not entry["outcome"]
            ]
            self.outbox = [entry for entry in self.outbox if entry["space"] != space]
            self.cursors.pop(space, None)
            self.rebuilding.pop(space, None)
            self.roles.pop(space, None)
            return False
        self.roles[space] = news["role"]
        if "reset" in news:
            self.rebuilding[space], self.cursors[space], self.waiting_pages = {}, None, True
            return False
        if self.cursors.get(space) != asked_cursor:  # a late reply: its content comes again
            self.waiting_pages = True
            return False
        is_clone, target = False, self.rebuilding.get(space)
        for record in news["records"]:
            is_clone = self._is_foreign(record) or is_clone
            record["space"], key = space, (space, record["id"])
            place = self.copies if target is None else target
            before = place.get(key, {"seq": 0})
            if record["seq"] > before["seq"]:
                if record.get("grave"):
                    record["clock"] = before.get("clock", {})
                    if "writes" in before and any(
                        entry["id"] == record["id"] for entry in self.outbox
                    ):
                        record["writes"] = before["writes"]
                place.pop(key, None)
                place[key] = record
        self.cursors[space] = news["cursor"]
        if target is not None and not news["more"]:
            self._swap(space, self.rebuilding.pop(space))
        self.waiting_pages = self.waiting_pages or news["more"]
        if not news["more"]:
            self.complete[space] = news["seq"]
        if space not in self.spaces:
            self.spaces.append(space)
        return is_clone

    def _swap(self, space, rebuilt):
        self.copies = {
            key: record for key, record in self.copies.items() if key[0] != space
        } | rebuilt

    def _is_foreign(self, record):
        own = record.get("clock", {}).get(self.id, 0)
        made = [
            entry["n"]
            for entry in self.outbox
            if entry["id"] == record["id"] and entry["by"] == self.id
        ]
        known = max(
            [
                copy.get("clock", {}).get(self.id, 0)
                for (_, record_id), copy in self.copies.items()
                if record_id == record["id"]
            ],
            default=0,
        )
        self.counter = max(self.counter, own)
        never_sent = [
            entry["n"]
            for entry in self.outbox
            if entry["id"] == record["id"] and entry["by"] == self.id and not entry["sent"]
        ]
        return own > max([known, *made]) or own >= min(never_sent, default=own + 1)

    def _let_go(self):
        """Removes entries whose outcome has arrived and whose confirmed copy has reached its seq,
        or for which everything has arrived without it.
        """
        staying = {
            entry["id"]
            for entry in self.outbox
            if not entry["outcome"] or not self._has_come(entry)
        }
        self.outbox = [
            entry
            for entry in self.outbox
            if not entry["outcome"]
            or not self._has_come(entry)
            or (entry["id"] in staying and self.confirmed.get(entry["id"], {}).get("grave"))
        ]

    def _has_come(self, entry):
        space = entry["outcome"].get("space", entry["space"])
        return (
            max(
                self.complete.get(space, 0),
                self.copies.get((space, entry["id"]), {"seq": 0})["seq"],
            )
            >= entry["outcome"]["seq"]
        )
