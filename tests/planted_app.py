"""Planted bugs of the app's own client: each replaces one place in a copy of its sources.

The copy stands beside the real sources, so that the app's tests and its histories over HTTP run as
they are.
"""

import os
import shutil
import tempfile
from pathlib import Path

PWA = Path(__file__).parents[1] / "pwa"
SUITES = ["tests/stack/test_devices.py"]
PLANTS = {}


def sources():
    """The folder of the app whose tests run: a copy with a planted bug, or the real one."""
    return Path(os.environ.get("APP_SOURCES", PWA))


def plant(name, file, right, wrong):
    def change():
        copy = Path(tempfile.mkdtemp(prefix="planted-")) / "pwa"
        unwanted = shutil.ignore_patterns("node_modules", "dist")
        shutil.copytree(PWA, copy, ignore=unwanted)
        (copy / "node_modules").symlink_to(PWA / "node_modules")
        text = (copy / "js" / file).read_text()
        assert text.count(right) == 1, f"{name}: {right!r} is not once in {file}"
        (copy / "js" / file).write_text(text.replace(right, wrong))
        os.environ["APP_SOURCES"] = str(copy)

    PLANTS[name] = change


plant(
    "the_app_takes_all_that_is_confirmed_for_shown",
    "store/replica.js",
    "first?.begun.sure ?? Infinity",
    "Infinity",
)
plant(
    "the_app_covers_what_a_clone_hid",
    "store/entries.js",
    "before <= reached",
    "before < 0",
)
plant(
    "the_app_keeps_a_dropped_number_seen",
    "store/entries.js",
    "replaced ? withoutDropped(seen, replaced, entries, base) : seen",
    "seen",
)
plant(
    "the_app_raises_no_alarm",
    "store/validate_reply.js",
    "return !entries.some(({ by, n, sent }) => sent && by === device.id && n === own);",
    "return false;",
)
plant(
    "the_app_covers_another_editor",
    "store/replica.js",
    "own.filter((n) => n < end)",
    "own",
)
plant(
    "the_app_shows_the_copy_that_came_last",
    "store/server_records.js",
    "isAhead(held, copy) ? held : copy",
    "copy",
)
plant(
    "the_app_forgets_what_a_tombstone_replaced",
    "store/apply_reply.js",
    "(isEdited || isElsewhere)",
    "isEdited",
)
plant(
    "the_app_keeps_entries_of_a_space_that_is_gone",
    "store/apply_reply.js",
    "copy.outbox.filter((each) => placeOf(each) === space)",
    "copy.outbox.filter((each) => each.space === space)",
)
plant(
    "the_app_lets_entries_go_while_their_record_is_away",
    "store/apply_reply.js",
    "!staying.has(entry.id) || isLive(copy.confirmed.get(placeOf(entry), entry.id))",
    "true",
)
plant(
    "the_app_forgets_what_was_accepted",
    "store/apply_reply.js",
    "covers(seen, by, n) && begun.sure < n",
    "false",
)
plant(
    "the_app_learns_the_time_from_slow_answers",
    "store/entries.js",
    "isBetter || device.tripMs === undefined ?",
    "true ?",
)
plant(
    "offers_are_not_made",
    "store/apply_reply.js",
    "if (copy.rebuilding[space] === WITH_OFFERS) makeOffers(copy, space);",
    "",
)
plant(
    "an_offer_is_not_joined",
    "store/apply_reply.js",
    "copy.confirm(withOffers(copy, newer))",
    "copy.confirm(newer)",
)
plant(
    "changes_leave_before_the_offers",
    "store/build_request.js",
    "!offered && !entry.outcome",
    "!entry.outcome",
)
plant(
    "offers_of_a_restore_outlive_the_next_one",
    "store/persist_reply.js",
    "if (isNewEpoch) await offers.clear();",
    "",
)
plant(
    "a_space_that_the_backup_lacks_vanishes",
    "store/apply_reply.js",
    "if (copy.isRestored || copy.isOffering(space)) rejectRecords(copy, space);",
    "",
)
plant(
    "a_rejected_offer_vanishes",
    "store/offers.js",
    "await reject(tx, store, offer, outcome);",
    "",
)
plant(
    "what_was_left_out_of_an_offer_vanishes",
    "store/offers.js",
    "if (isApplied) return reject(tx, store, offer, LEFT_OUT, outcome.left_out ?? []);",
    "if (isApplied) return;",
)
plant(
    "a_rejected_offer_stays_on_the_screen",
    "store/offers.js",
    "if (!isAlone) await rebuild(tx, offer.space);",
    "",
)
plant(
    "an_answer_to_offers_is_taken_in_another_epoch",
    "store/offers.js",
    "[device.epoch, reply.epoch]",
    "[reply.epoch]",
)
plant(
    "offers_in_conflict_are_sent_without_an_end",
    "sync/engine.js",
    "if (this.conflictEpoch === epoch)",
    "if (this.failures > 99)",
)

CAUGHT_BY = dict.fromkeys(PLANTS, SUITES)
