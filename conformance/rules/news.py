"""Section "News of a space": pulls, pages, resets, authors."""

from conformance.checking import holds, rule, same
from conformance.world import Device, Json, World, new_id, task

SECTION = "News of a space"


def _pages(device: Device, space: str, limit: int) -> list[Json]:
    """The news of a pull from the start, page by page."""
    device.push()
    pages, cursor, more = [], None, True
    while more:
        asked = device.cursors | {space: cursor}
        news = device.push(cursors=asked, limit=limit)["spaces"][space]
        pages.append(news)
        cursor, more = news["cursor"], news["more"]
    return pages


@rule(
    SECTION,
    "Records with a `seq` above the cursor's, ascending in `seq`, each complete and current",
)
def pages_hold_every_record_once(world: World) -> None:
    space, (ana,) = world.family()
    device = ana.spare()
    made = {device.make(space=space) for _ in range(7)}
    for limit in (1, 2, 3, 100):
        found = [each for page in _pages(device, space, limit) for each in page["records"]]
        seqs = [record["seq"] for record in found]
        same("the order", seqs, sorted(set(seqs)))
        ids = [record["id"] for record in found if record["kind"] == "task"]
        same("each task once", sorted(ids), sorted(made))
        same("the count", _pages(device, space, limit)[-1]["seq"], max(seqs))


@rule(SECTION, "`seq` is the space's count at the time of this answer")
def only_what_is_new_comes(world: World) -> None:
    device = world.person.spare()
    device.push()
    same("nothing new", device.push()["spaces"][device.person.home]["records"], [])
    made = device.make()
    news = device.push(device.change({"title": "Oat"}, made))["spaces"][device.person.home]
    same("what changed", [record["id"] for record in news["records"]], [made])
    same("seq", news["seq"], news["records"][0]["seq"])


@rule(SECTION, "Repeats are harmless")
def a_cursor_can_be_used_again(world: World) -> None:
    device = world.person.spare()
    device.push()
    before = dict(device.cursors)
    made = device.make()
    for _ in range(2):
        news = device.push(cursors=before)["spaces"][device.person.home]
        same("the news again", [record["id"] for record in news["records"]], [made])


@rule(SECTION, "`{role, personal, reset: reason}`", "or not one (`bad_cursor`)")
def a_bad_cursor_is_reset(world: World) -> None:
    device = world.device
    home = device.person.home
    for cursor in ("nonsense", "0", device.cursors[home] + "x"):
        news = device.push(cursors={home: cursor})["spaces"][home]
        reason = news.get("reset")
        holds(f"a reset for {cursor!r}", reason in ("bad_cursor", "epoch"), news)
        same("its role", [news["role"], news["personal"]], ["owner", True])
        holds("no records", "records" not in news and "cursor" not in news, news)


@rule(SECTION, "the account is not a member, or is no longer one")
def a_space_that_is_not_ones_own_is_revoked(world: World) -> None:
    ana, ben = world.people(2)
    for space in (new_id(), ben.home):
        news = ana.device.push(cursors={space: None})["spaces"][space]
        same("the news", news, {"revoked": True})


@rule(SECTION, "`personal` is true for the account's personal space")
def there_is_one_personal_space(world: World) -> None:
    space, (ana,) = world.family()
    spaces = ana.device.push(cursors={})["spaces"]
    found = {each: news["personal"] for each, news in spaces.items()}
    same("the personal spaces", [each for each in found if found[each]], [ana.home])
    same("the shared one", [found[space], spaces[space]["role"]], [False, "owner"])


@rule(SECTION, "including tombstones (except for a new device)")
def a_tombstone_comes_to_those_who_know_the_record(world: World) -> None:
    space, (ana,) = world.family()
    device, other = ana.device, ana.spare()
    made = device.make()
    other.push()
    device.accept(device.change({}, made, move=space))
    records = other.push()["spaces"][ana.home]["records"]
    grave = next(record for record in records if record["id"] == made)
    same("the tombstone", grave, {"kind": "task", "id": made, "seq": grave["seq"], "grave": True})
    new = ana.spare().push(cursors={})["spaces"][ana.home]["records"]
    holds("not to a new device", made not in [record["id"] for record in new])


@rule(
    SECTION, "`authors` is `{device: account id}` for the `by` of the surviving writes in `records`"
)
def authors_are_named(world: World) -> None:
    space, (ana, ben) = world.family("editor")
    made = ana.device.make(space=space)
    seen = ana.device.record(made, space)["clock"]
    ben.device.accept(ben.device.change({"title": "Oat"}, made, space=space, seen=seen))
    news = ana.spare().push(cursors={})["spaces"][space]
    named = {by: news["authors"].get(by) for by in (ana.device.id, ben.device.id)}
    same("the authors", named, {ana.device.id: ana.id, ben.device.id: ben.id})
    writers = {write["by"] for record in news["records"] for write in record.get("writes", [])}
    holds("no others", set(news["authors"]) <= writers, news["authors"])
    quiet = ana.device.push()["spaces"]
    holds("left out if empty", all(each.get("authors", True) for each in quiet.values()), quiet)


@rule("Words", "Opaque text; it changes when the server is restored")
def the_epoch_stays(world: World) -> None:
    device = world.device
    same("the epoch", device.push()["epoch"], device.push(device.change(task()))["epoch"])
