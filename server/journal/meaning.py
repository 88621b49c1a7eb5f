"""Which record a change means: its author can know it under another id, and an id that follows from
another one can be in use for something else.
"""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection

from server.core import vector_clock
from server.core.ids import may_be_derived, other_id
from server.core.roles import at_least
from server.journal import aliases, moves, wire
from server.journal.aliases import references_in, rename_fields
from server.journal.author import ServerChange
from server.journal.kinds import KINDS
from server.journal.outcomes import ID_TAKEN
from server.journal.persist import BatchStore
from server.journal.wire import Change, InvalidChange, Renamed

AnyChange = Change | InvalidChange | ServerChange


def with_stored_ids(
    connection: Connection, user_id: str, space_id: str, changes: Sequence[AnyChange]
) -> list[AnyChange]:
    """The changes with the ids of the records where they name an alias of the account."""
    named = [each for change in changes for each in _derived_ids(change)]
    found = aliases.find_stored(connection, user_id, named) if named else {}
    stored = {alias: record_id for (space, alias), record_id in found.items() if space == space_id}
    return [_renamed(change, stored) for change in changes] if stored else list(changes)


def without_unmeant(store: BatchStore, changes: Sequence[AnyChange]) -> list[AnyChange]:
    """The changes; an invalid one instead of each that names a record which its author sees under
    another id: the author means another record, which could not move here. A device can also have
    created the record under a derived id before it saw that one elsewhere.
    """
    named = [] if store.author.by_server else _named(changes)
    user_id, space_id = store.author.user_id, store.space_id
    found = aliases.find_aliases(store.connection, user_id, [space_id], named) if named else {}
    made: set[str] = set()
    return [
        _unmeant(change)
        if isinstance(change, Change)
        and _is_direct(change)
        and (space_id, change.id) in found
        and not _made_here(store, change, made)
        else change
        for change in changes
    ]


def _named(changes: Sequence[AnyChange]) -> list[str]:
    return [each.id for each in changes if isinstance(each, Change) and _is_direct(each)]


def _is_direct(change: Change) -> bool:
    """Whether the author named the record by its stored id."""
    return not isinstance(change, Renamed) or change.sent is None or change.sent.id == change.id


def _made_here(store: BatchStore, change: Change, made: set[str]) -> bool:
    """Whether the author may have created the record under this id. `made` is added to."""
    record = store.records.get(change.id)
    if record is None or not may_be_derived(change.id):
        return record is None
    if _creates(change):
        made.add(change.id)
    clock = record.get("clock", {})
    is_seen = bool(change.seen) and vector_clock.dominates(clock, change.seen)
    return change.id in made or (is_seen and clock.get(store.author.device, 0) >= change.prev)


def _unmeant(change: Change) -> InvalidChange:
    digest = wire.digest_of(change)
    return InvalidChange("id_taken", str(ID_TAKEN["message"]), digest, change.space, change.n)


def with_other_ids(store: BatchStore, changes: Sequence[AnyChange]) -> list[AnyChange]:
    """The changes with `other_id` where that record is meant: there is none with the id itself, or
    one that the author cannot mean. Only derived ids need this: two devices derive the same one
    independently, and someone else can do so before them.
    """
    others = {
        (change.space, each): other_id(change.space, each)
        for change in changes
        if isinstance(change, Change)
        for each in _derived_ids(change)
    }
    if not others:
        return list(changes)
    store.load(others.values(), {})
    made: dict[str, str] = {}
    return [_with_other_id(store, change, others, made) for change in changes]


def _derived_ids(change: AnyChange) -> list[str]:
    if not isinstance(change, Change):
        return []
    return [each for each in (change.id, *references_in(change.set)) if may_be_derived(each)]


def _with_other_id(
    store: BatchStore,
    change: AnyChange,
    others: Mapping[tuple[str, str], str],
    made: dict[str, str],
) -> AnyChange:
    """`made` are the kinds of the other records that the changes so far mean."""
    if not isinstance(change, Change):
        return change
    chosen = {
        each: other
        for each in _derived_ids(change)
        if _means(store, change, each, other := others[change.space, each], made)
    }
    if change.id in chosen:
        made[chosen[change.id]] = change.kind
    return _renamed(change, chosen)


def _means(
    store: BatchStore, change: Change, named: str, other: str, made: Mapping[str, str]
) -> bool:
    """Whether the change means the record `other` where it names `named`."""
    is_own = named == change.id
    kind = change.kind if is_own else "list" if change.set.get("list") == named else "task"
    here, there = store.records.get(named), store.records.get(other)
    is_there = (there["kind"] if there else made.get(other)) == kind
    if here is None:
        return is_there
    if not is_own:
        return is_there and (here["kind"] != kind or bool(here.get("grave")))
    is_usable = here["kind"] == kind and not _is_out_of_reach(store, change)
    return not is_usable and (is_there or _creates(change))


def _is_out_of_reach(store: BatchStore, change: Change) -> bool:
    """Whether the record was moved to a space in which the author cannot write."""
    path, author = moves.path_of(store, change), store.author
    return bool(path) and not at_least(
        author.rules.role(store.connection, author.user_id, path[-1]), "editor"
    )


def _creates(change: Change) -> bool:
    return change.kind in KINDS and KINDS[change.kind].required <= change.set.keys()


def _renamed(change: AnyChange, ids: Mapping[str, str]) -> AnyChange:
    """The change with other ids. It keeps the change that was sent, by which a repeat is found."""
    if not isinstance(change, Change) or ids.keys().isdisjoint(_derived_ids(change)):
        return change
    given = msgspec.structs.asdict(change) | {
        "id": ids.get(change.id, change.id),
        "set": rename_fields(change.set, ids),
    }
    return Renamed(**(given | {"sent": change.sent if isinstance(change, Renamed) else change}))
