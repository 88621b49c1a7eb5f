"""POST /sync: first the push, in order, a transaction for each run of changes in one space; then the pull."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby, islice

from sqlalchemy import Connection

from server.accounts import devices
from server.accounts import service as accounts
from server.accounts.caller import Caller
from server.clock import DAY_MS, MINUTE_MS
from server.core.ids import server_device_id
from server.database import Writer
from server.journal import aliases, joining
from server.journal.apply import apply
from server.journal.author import Author, Rules
from server.journal.offer import AnyOffer
from server.journal.outcomes import BEING_MOVED, ELSEWHERE, NO_SUCH_SPACE, Outcome, rejected
from server.journal.pull import (
    BYTES_MAX,
    RECORDS_MAX,
    Cursor,
    Page,
    parse_cursor,
    read_page,
    reset_reason,
)
from server.journal.wire import Change, InvalidChange
from server.spaces import access

MOVES_FOLLOWED_MAX = 4


@dataclass
class Pushed:
    """An outcome for each change, in order; `device_conflict` tells the client to take a new device
    id.
    """

    outcomes: list[Outcome] = field(default_factory=list)
    device_conflict: bool = False


@dataclass(frozen=True)
class SpaceNews:
    """The part of a reply for one space: its page, or why there is none."""

    role: str | None = None
    is_personal: bool = False
    seq: int = 0
    page: Page | None = None
    reset: str | None = None


class Devices:
    """The account of each device. It never changes once bound, so it is cached here."""

    REMEMBERED_MAX = 100_000

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._owners: dict[str, str] = {}
        self._touched_at: dict[str, int] = {}
        self._noted_at: dict[str, int] = {}

    def owner(self, device: str, user_id: str, now_ms: int, session_id: str | None = None) -> str:
        """The account that the device belongs to; binds it to `user_id` if it was free.
        devices.TooManyDevices above the limits.
        """
        known = self._owners.get(device)
        if known is None:
            known = self._writer.run(
                lambda connection: devices.bind_device(
                    connection, device, user_id, now_ms, session_id
                )
            )
            if len(self._owners) >= self.REMEMBERED_MAX:
                self._owners.clear()
                self._touched_at.clear()
            self._owners[device] = known
        if known == user_id and now_ms - self._touched_at.get(device, 0) > DAY_MS:
            self._touched_at[device] = now_ms
            self._writer.run(
                partial(devices.touch_device, device=device, now_ms=now_ms, session_id=session_id)
            )
        return known

    def note(self, caller: Caller, device: str, now_ms: int) -> None:
        """Stores which device uses the session, at most once a minute: one client can use several
        device ids.
        """
        session_id = caller.session_id
        if (
            session_id is None
            or caller.device_id == device
            or now_ms - self._noted_at.get(session_id, 0) <= MINUTE_MS
        ):
            return
        if len(self._noted_at) >= self.REMEMBERED_MAX:
            self._noted_at.clear()
        self._noted_at[session_id] = now_ms
        self._writer.run(partial(accounts.note_device, session_id=session_id, device=device))

    def forget(self, device: str) -> None:
        """Removes the device from the cache."""
        self._touched_at.pop(device, None)


def push(
    writer: Writer, author: Author, changes: Sequence[Change | InvalidChange], now_ms: int
) -> Pushed:
    """Applies the changes strictly in order: one transaction for each run of changes that belong to
    the same space. After a clone is found, nothing more is applied.

    A change of a record that was moved is checked in its present space, before the changes after it.
    """
    work = _Push(writer, author, changes, now_ms)
    while len(work.outcomes) < len(changes):
        work.apply_run()
    return Pushed(work.outcomes, work.conflict)


class _Push:
    """The changes of one request and the outcomes so far."""

    def __init__(
        self,
        writer: Writer,
        author: Author,
        changes: Sequence[Change | InvalidChange],
        now_ms: int,
    ) -> None:
        self.writer, self.author, self.changes, self.now_ms = writer, author, changes, now_ms
        self.outcomes: list[Outcome] = []
        self.conflict = False
        self._moved: dict[tuple[str, str], str] = {}  # {(space named, record): its space now}
        self._moves_followed = 0

    def apply_run(self) -> None:
        """Applies the next changes up to the first that belongs to another space."""
        rest = islice(self.changes, len(self.outcomes), None)
        space_id, run = next(groupby(rest, self._space_of))
        batch = list(run)
        found = self._apply(space_id, batch) if space_id else map(_refusal, batch)
        for change, outcome in zip(batch, found, strict=False):
            if outcome["status"] == ELSEWHERE:
                self._follow(change, outcome["space"])
                break
            self._moves_followed = 0
            self.outcomes.append(outcome)

    def _space_of(self, change: Change | InvalidChange) -> str:
        return self._moved.get(_place(change), change.space)

    def _apply(self, space_id: str, batch: list[Change | InvalidChange]) -> list[Outcome]:
        applied = self.writer.run(
            partial(
                apply,
                space_id=space_id,
                author=self.author,
                changes=batch,
                now_ms=self.now_ms,
                after_conflict=self.conflict,
            )
        )
        self.conflict |= applied.conflict
        return applied.outcomes

    def _follow(self, change: Change | InvalidChange, space_id: str) -> None:
        """Applies the change in another space next, unless its record keeps moving."""
        self._moves_followed += 1
        if self._moves_followed < MOVES_FOLLOWED_MAX:
            self._moved[_place(change)] = space_id
        else:
            self._moves_followed = 0
            self.outcomes.append(BEING_MOVED)


def _place(change: Change | InvalidChange) -> tuple[str, str]:
    return change.space, change.id if isinstance(change, Change) else ""


def _refusal(change: Change | InvalidChange) -> Outcome:
    """The outcome of a change that names no space."""
    if isinstance(change, InvalidChange):
        return rejected(change.code, change.message)
    return NO_SUCH_SPACE


def take_offers(
    writer: Writer,
    user_id: str,
    rules: Rules,
    offers: Sequence[AnyOffer],
    now_ms: int,
    epoch: str,
    restored_at: int | None,
) -> list[Outcome]:
    """Joins what a device offers with the records: one transaction for each run of one space."""
    refusal = joining.refusal(restored_at, now_ms)
    outcomes: list[Outcome] = []
    for space_id, run in groupby(offers, lambda offer: offer.space):
        batch = list(run)
        author = Author(user_id, server_device_id(epoch, space_id, user_id), rules)
        outcomes += (
            [refusal for _ in batch]
            if refusal
            else writer.run(
                partial(
                    joining.join_offers,
                    space_id=space_id,
                    author=author,
                    offers=batch,
                    now_ms=now_ms,
                    restored_at=restored_at or 0,
                )
            )
        )
    return outcomes


def refused_device(changes: Sequence[object]) -> Pushed:
    """The reply to a device that belongs to another account or another epoch: nothing is applied."""
    return Pushed([{"status": "device_conflict"} for _ in changes], True)


def pull(
    connection: Connection, user_id: str, cursors: dict[str, str | None], limit: int, epoch: str
) -> dict[str, SpaceNews]:
    """News of every space of the account, by id, and of those that the device wrongly has. `limit`
    counts records in total.
    """
    news: dict[str, SpaceNews] = {}
    records, size = min(limit, RECORDS_MAX), BYTES_MAX
    for row in access.spaces_of(connection, user_id):
        space_id, role, seq, forgotten_seq, personal_of, has_aliases = row
        text = cursors.get(space_id)
        of_space = partial(SpaceNews, role, personal_of == user_id, seq)
        cursor = parse_cursor(text) if text else Cursor(epoch, 0, forgotten_seq)
        reason = reset_reason(cursor, epoch, seq, forgotten_seq) if cursor else "bad_cursor"
        if reason or cursor is None:
            news[space_id] = of_space(reset=reason)
        elif cursor.seq == seq:
            news[space_id] = of_space(Page([], cursor, False))
        elif records <= 0 or size <= 0:
            news[space_id] = of_space(Page([], cursor, True))
        else:
            page = read_page(connection, space_id, cursor, seq, not text, records, size)
            records -= len(page.bodies)
            size -= sum(map(len, page.bodies))
            if has_aliases:
                bodies = aliases.rename_bodies(connection, user_id, space_id, page.bodies)
                page = replace(page, bodies=bodies)
            news[space_id] = of_space(page)
    return news | {space_id: SpaceNews() for space_id in cursors if space_id not in news}
