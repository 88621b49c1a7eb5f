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

TRIP_MS_MAX = 10_000
ALPHABET = string.digits + string.ascii_lowercase


class Device:
    def __init__(self, rng=None, clock=lambda: 1_790_000_000_000):
        self.rng, self.clock = rng or random.Random(), clock
        self.id = self._new_id()
        self.counter, self.last_at, self.epoch = 0, None, None
        self.offset_ms, self.trip_ms, self.renewals = 0, None, 0
        self.copies, self.outbox, self.rejected, self.notices = {}, [], [], []
        self.roles = {}
        self.offers, self.offering = {}, set()  # open offers; spaces rebuilt with offers
        self.cursors, self.rebuilding, self.spaces, self.waiting_pages, self.complete = (
            {},
            {},
            [],
            False,
            {},
        )

    @property
    def confirmed(self):
        """The confirmed records by id; of copies in several spaces the newest one."""
        copies = {}
        for (_, record_id), record in self.copies.items():
            copies.setdefault(record_id, []).append(record)
        return {record_id: newest(found) for record_id, found in copies.items()}

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
        """What the author of an edit is shown when it begins: the visible clock, its confirmed part
        and how much of that is surely this device's own, and this device's id. `own`: the numbers
        of the author's changes so far.
        """
        shown, confirmed = self.shown(record_id), self.confirmed.get(record_id)
        if not shown or shown.get("grave"):
            return {"seen": {}, "base": {}, "sure": 0, "by": self.id, "own": []}
        base = dict((confirmed or {}).get("clock", {}))
        first = next((entry for entry in self._of(record_id) if not entry["outcome"]), None)
        sure = min(base.get(self.id, 0), first["sure"] if first else base.get(self.id, 0))
        seen = dict(shown["clock"])
        return {"seen": seen, "base": base, "sure": sure, "by": self.id, "own": []}

    def after_edit(self, entry):
        """What the author of `entry` is shown after it."""
        begun = entry["begun"]
        return begun | {"own": [*begun["own"], entry["n"]]}

    def edit(self, space, kind, record_id, fields, begun=None, move=None):
        """Adds a change to the outbox; `begun` is the result of `begin_edit` or `after_edit`."""
        begun = self._under_this_id(begun or self.begin_edit(record_id))
        earlier = self._of(record_id)
        seen = self._seen(record_id, fields, begun)
        last = earlier[-1] if earlier and not move else None
        prev = max(
            [
                self._clock(record_id).get(self.id, 0),
                *(entry["n"] for entry in earlier if entry["by"] == self.id),
            ]
        )
        sure = begun["sure"]
        if last and self._folds(last, fields, seen, begun["base"]):
            self.outbox.remove(last)
            prev, sure = last["prev"], min(sure, last["sure"])
            seen = self._without_folded(seen, last, earlier[:-1], begun["base"])
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
                "base": begun["base"],
                "sure": sure,
                "begun": begun,
                "at": self.last_at,
                "set": fields,
                "sent": False,
                "outcome": None,
            }
            | ({"move": move} if move else {})
        )
        return self.outbox[-1]

    def _of(self, record_id):
        return [entry for entry in self.outbox if entry["id"] == record_id]

    def _clock(self, record_id):
        return self.confirmed.get(record_id, {}).get("clock", {})

    def _under_this_id(self, begun):
        """If the device has a new id since the edit began, only what was surely confirmed under the
        old one counts.
        """
        by = begun["by"]
        if by == self.id:
            return begun
        seen = {each: n for each, n in begun["seen"].items() if each != by}
        base = {each: n for each, n in begun["base"].items() if each != by}
        sure = {by: begun["sure"]} if begun["sure"] else {}
        return {"seen": seen | sure, "base": base | sure, "sure": 0, "by": self.id, "own": []}

    def _seen(self, record_id, fields, begun):
        """The clock that the author was shown, with as many of the author's own changes as lie
        below every other own write of the same fields.
        """
        seen, held = begun["seen"], self._of(record_id)
        start = seen.get(self.id, 0)
        still = {entry["n"] for entry in held if entry["by"] == self.id}
        reached = self._clock(record_id).get(self.id, 0)
        own = [n for n in begun["own"] if n in still or n <= reached]
        written = [*held, *self.confirmed.get(record_id, {}).get("writes", [])]
        others = [
            write["n"]
            for write in written
            if write["by"] == self.id
            and write["n"] > start
            and write["n"] not in own
            and not write["set"].keys().isdisjoint(fields)
        ]
        below = [n for n in own if n < min(others, default=n + 1)]
        n = max([start, *below])
        return {**seen, self.id: n} if n else seen

    def _folds(self, last, fields, seen, base):
        """Whether a change replaces the last one of its record, which was never sent."""
        return (
            not last["sent"]
            and not last.get("move")
            and last["by"] == self.id
            and last["set"].keys() <= fields.keys()
            and base.get(self.id, 0) < last["n"] == seen.get(self.id, 0)
        )

    def _without_folded(self, seen, last, earlier, base):
        """The clock without the number of a dropped change, which no server ever gets."""
        below = [entry["n"] for entry in earlier if entry["by"] == self.id]
        n = max([last["seen"].get(self.id, 0), base.get(self.id, 0), *below])
        others = {by: each for by, each in seen.items() if by != self.id}
        return {**others, self.id: n} if n else others

    # Sync

    def request(self, changes_max=1000, limit=2500):
        """The body of a sync; its changes are first marked as sent and frozen."""
        sending = [entry for entry in self.outbox if not entry["outcome"]][:changes_max]
        if self.offers or self.offering:
            sending = []
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
        self._learn_time(asked["now"], reply["now"])
        is_new_epoch = self.epoch is not None and (
            reply["epoch"] != self.epoch
            or any(news.get("reset") == "epoch" for news in reply["spaces"].values())
        )
        if is_new_epoch:
            for entry in self.outbox:
                entry["outcome"] = None
            self.offers = {}  # the confirmed records hold them
            self.offering = set(self.rebuilding)
        self.epoch = reply["epoch"]
        if asked["device"] == self.id:
            self._take_outcomes(asked, reply["outcomes"])
        is_clone = (reply.get("device_conflict") and asked["device"] == self.id) or is_new_epoch
        self.waiting_pages, self.complete = False, {}
        for space, news in reply["spaces"].items():
            if is_new_epoch and (news.get("reset") or news.get("revoked")):
                self.offering.add(space)
            is_clone = self._take_space(space, news, asked["cursors"].get(space)) or is_clone
        if is_clone:
            self.take_new_id()
        self._let_go()

    def is_quiet(self):
        return not self.outbox and not self.waiting_pages and not self.offers

    # Offers after a restore

    def offers_request(self, count_max=1000):
        """The body of a request to POST /sync/offers; None if there is nothing to offer now."""
        if self.offering or not self.offers:
            return None
        offered = [
            {"space": space} | {name: record[name] for name in ("kind", "id", "clock", "writes")}
            for (space, _), record in list(self.offers.items())[:count_max]
        ]
        envelope = {"protocol": 1, "device": self.id, "epoch": self.epoch, "now": self.clock()}
        return envelope | {"offers": offered}

    def receive_offers(self, asked, reply):
        """Takes the outcomes of offers, unless the server was restored again meanwhile."""
        if asked["epoch"] != self.epoch or reply.get("device_conflict"):
            return
        for offered, outcome in zip(asked["offers"], reply["outcomes"], strict=True):
            key = offered["space"], offered["id"]
            if key in self.offers:
                self._take_offer(key, self.offers.pop(key), outcome)

    def _take_offer(self, key, record, outcome):
        is_here = outcome["status"] == "applied" and outcome.get("space", key[0]) == key[0]
        if outcome["status"] == "rejected":
            self._reject(key[0], record, outcome)
        elif "left_out" in outcome:
            self._reject(key[0], record, outcome, outcome["left_out"])
        if is_here:
            return
        if self.copies.get(key, {"seq": 0})["seq"] == 0:
            self.copies.pop(key, None)
        elif outcome["status"] == "rejected":
            self.rebuilding[key[0]], self.cursors[key[0]] = {}, None
            self.waiting_pages = True

    def _reject(self, space, record, outcome, fields=None):
        """The values of a record that the server did not take, as changes that set them."""
        shown = merge.values(record)
        changes = [shown] + [
            {name: value}
            for write in record["writes"]
            for name, value in write["set"].items()
            if value != shown[name]
        ]
        for values in changes:
            kept = {name: value for name, value in values.items() if not fields or name in fields}
            if kept:
                entry = {"space": space, "kind": record["kind"], "id": record["id"], "set": kept}
                self.rejected.append((entry | {"by": self.id, "n": 0}, outcome))

    def _is_offered(self, record):
        return record["kind"] in ("list", "task", "comment") and not record.get("grave")

    def _with_offer(self, key, record):
        """A pulled record as the server will have it once it has the open offer of it."""
        mine = self.offers.get(key)
        if mine is None or record.get("grave"):
            return record
        return {**merge.join(record, mine), "seq": record["seq"], "space": key[0]}

    def take_new_id(self):
        """Becomes another device: entries without an outcome are created again. Each covers of the
        old id only what was surely confirmed, and what the server has accepted.
        """
        self.id, self.counter, self.renewals = self._new_id(), 0, self.renewals + 1
        taken = [entry for entry in self.outbox if entry["outcome"]]
        remade = {}
        for entry in [entry for entry in self.outbox if not entry["outcome"]]:
            self.counter += 1
            earlier = remade.setdefault(entry["id"], [])
            anew = self._remade(entry, taken, earlier)
            earlier.append((entry["n"], self.counter))
            entry.update(anew)

    def _remade(self, entry, taken, earlier):
        old = entry["by"]
        old_seen, reached = entry["seen"].get(old, 0), entry["base"].get(old, 0)
        accepted = [
            each["n"]
            for each in taken
            if (each["id"], each["by"]) == (entry["id"], old) and each["n"] <= old_seen
        ]
        sure = max([entry["sure"], *accepted])
        seen = {by: n for by, n in entry["seen"].items() if by != old}
        base = {by: n for by, n in entry["base"].items() if by != old}
        if sure:
            seen[old] = base[old] = sure
        for before, new in earlier:
            if before <= reached:
                break  # the confirmed record hid it: another installation had used its number
            if before <= old_seen:
                seen[self.id] = new
        begun = {"seen": seen, "base": base, "sure": 0, "by": self.id, "own": []}
        prev = earlier[-1][1] if earlier else 0
        return begun | {
            "n": self.counter,
            "prev": prev,
            "sent": False,
            "begun": begun,
        }

    def clone(self, rng):
        """Another installation with the same profile."""
        twin = copy.copy(self)
        for name in (
            "copies",
            "roles",
            "outbox",
            "rejected",
            "offers",
            "offering",
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

    def _learn_time(self, sent_ms, server_ms):
        """A slow answer says little about the server's clock: it is ignored if a faster one has
        told it.
        """
        now, trip = self.clock(), self.clock() - sent_ms
        if self.trip_ms is None or 0 <= trip <= max(TRIP_MS_MAX, self.trip_ms):
            self.offset_ms, self.trip_ms = server_ms - (sent_ms + now) // 2, trip
        server_now = max(0, now + self.offset_ms)
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
            if space in self.offering or any(key[0] == space for key in self.offers):
                for key, record in self.copies.items():
                    if key[0] == space and self._is_offered(record):
                        self._reject(space, record, {"status": "revoked"})
            self.offering.discard(space)
            self.offers = {key: held for key, held in self.offers.items() if key[0] != space}
            self.copies = {key: record for key, record in self.copies.items() if key[0] != space}
            leaving = [entry for entry in self.outbox if place_of(entry) == space]
            self.rejected += [
                (entry, {"status": "revoked"}) for entry in leaving if not entry["outcome"]
            ]
            self.outbox = [entry for entry in self.outbox if place_of(entry) != space]
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
                    self._remember(record, before)
                place.pop(key, None)
                place[key] = self._with_offer(key, record) if target is None else record
        self.cursors[space] = news["cursor"]
        if target is not None and not news["more"]:
            self._swap(space, self.rebuilding.pop(space))
        self.waiting_pages = self.waiting_pages or news["more"]
        if not news["more"]:
            self.complete[space] = news["seq"]
        if space not in self.spaces:
            self.spaces.append(space)
        return is_clone

    def _remember(self, tombstone, before):
        """A tombstone keeps the clock of the copy it replaces; while that may still be the newest
        one, also its writes.
        """
        tombstone["clock"] = before.get("clock", {})
        is_elsewhere = any(
            record_id == tombstone["id"] and space != tombstone["space"] and not copy.get("grave")
            for (space, record_id), copy in self.copies.items()
        )
        if "writes" in before and (is_elsewhere or self._of(tombstone["id"])):
            tombstone["writes"] = before["writes"]

    def _swap(self, space, rebuilt):
        if space in self.offering:
            self.offering.discard(space)
            for key, mine in self.copies.items():
                theirs = rebuilt.get(key)
                if key[0] == space and self._is_offered(mine) and not _covers(theirs, mine):
                    self.offers[key] = mine
        for key, mine in self.offers.items():
            if key[0] == space:
                rebuilt[key] = self._with_offer(key, rebuilt.get(key) or mine | {"seq": 0})
        self.copies = {
            key: record for key, record in self.copies.items() if key[0] != space
        } | rebuilt

    def _is_foreign(self, record):
        """Whether the record has a write under this device's id that the device did not send."""
        own = record.get("clock", {}).get(self.id, 0)
        self.counter = max(self.counter, own)
        known = [
            copy.get("clock", {}).get(self.id, 0)
            for (_, record_id), copy in self.copies.items()
            if record_id == record["id"]
        ]
        sent = {
            entry["n"]
            for entry in self._of(record["id"])
            if entry["by"] == self.id and entry["sent"]
        }
        return own > max(known, default=0) and own not in sent

    def _let_go(self):
        """Removes entries whose outcome has arrived and whose confirmed copy has reached its seq,
        or for which everything has arrived without it.
        """
        ready = [entry for entry in self.outbox if entry["outcome"] and self._has_come(entry)]
        staying = {entry["id"] for entry in self.outbox if not any(entry is each for each in ready)}
        for entry in ready:
            copy_there = self.copies.get((place_of(entry), entry["id"]), {"grave": True})
            if entry["id"] not in staying or not copy_there.get("grave"):
                self._leave(entry)

    def _leave(self, entry):
        """Removes an accepted entry; those that had seen it have surely seen that much."""
        self.outbox.remove(entry)
        for each in self._of(entry["id"]):
            if each["by"] == entry["by"] and entry["n"] <= each["seen"].get(entry["by"], 0):
                each["sure"] = max(each["sure"], entry["n"])

    def _has_come(self, entry):
        space = place_of(entry)
        return (
            max(
                self.complete.get(space, 0),
                self.copies.get((space, entry["id"]), {"seq": 0})["seq"],
            )
            >= entry["outcome"]["seq"]
        )


def _covers(record, mine):
    """Whether a record has seen everything that a copy has."""
    if record is None or record.get("grave"):
        return False
    return vector_clock.dominates(record["clock"], mine["clock"])


def place_of(entry):
    """The space in which an entry's record is, as far as the server has said."""
    return (entry["outcome"] or {}).get("space", entry["space"])


def newest(copies):
    """Of a record's copies in several spaces, in order of arrival, the one with the greatest clock.
    If one is live, this is it or the copy that a tombstone has replaced; else it is a tombstone.
    """
    if all(each.get("grave") for each in copies):
        return max(copies, key=lambda each: sum(each.get("clock", {}).values()))
    found = None
    for each in copies:
        if "writes" in each and (found is None or not _is_ahead(found, each)):
            found = each
    return found | {"grave": False} if found.get("grave") else found


def _is_ahead(held, other):
    """Whether `held` is newer than a copy that arrived later; of equal ones a live copy is taken."""
    if other["clock"] == held["clock"]:
        return bool(other.get("grave"))
    return all(held["clock"].get(by, 0) >= n for by, n in other["clock"].items())
