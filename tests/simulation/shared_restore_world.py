"""A world of several people whose server is restored: roles, memberships and the spaces of records
are again as they were in the backup, and members know different newer ones.
"""

from tests.simulation.restore_world import RestoreWorld
from tests.simulation.shared_world import SharedWorld

TAKEN = ("applied", "gone")
REFUSED = ("read_only", "no_such_space")


class SharedRestoreWorld(RestoreWorld, SharedWorld):
    """`play()` and `violations()` as in World. `forgotten`: the values that no device held when the
    server was restored, as a removed member's, whose device had to drop them.
    """

    def __init__(self, app, seed, **options):
        self.forgotten = set()
        super().__init__(app, seed, **options)

    def _back_up(self, _):
        super()._back_up(_)
        self.roles_then = dict(self.roles)

    def _restore(self, _):
        if self.backup is not None:
            self.roles = self.roles_then
            held = {value for device in self.devices for value in _values_on(device)}
            self.forgotten |= {
                value for edit in self.edits for value in edit["set"].values()
            } - held
        super()._restore(_)

    def violations(self):
        """Two members can bring back two copies of a record that had moved; they become one only
        when someone who sees both offers it.
        """
        found = super().violations()
        doubled = [each for each in found if each.endswith("is alive in two spaces")]
        ends = ("is alive in two spaces", "holds other records than the server")
        return [each for each in found if not (doubled and each.endswith(ends))]

    def _lost_values(self, truth):
        found = super()._lost_values(truth)
        return [each for each in found if each.split("'")[1] not in self.forgotten]

    def _sign_in_again(self):
        for person in self.people:
            person.sign_in()

    def _headers_of(self, device):
        return self.person_of[device].headers

    def _check_outcomes(self, outcomes):
        self.errors += [
            f"an offer was not taken: {each}"
            for each in outcomes
            if each["status"] not in TAKEN and each.get("code") not in REFUSED
        ]

    def _check_screen(self, device, before):
        """What was offered in vain is among the rejected changes instead; spaces and members are
        the server's. A record that has moved is shown as it is there until the offer is answered.
        """
        apart = {entry["id"] for entry, _ in device.rejected} | {key for _, key in device.offers}
        kept = {
            key: held
            for key, held in before.items()
            if key not in apart and held["kind"] not in ("space", "member")
        }
        super()._check_screen(device, kept)

    def _check_authors(self, space, news):
        """The backup does not know all devices of the offered writes."""
        told = news.get("authors", {})
        writes = [
            {"by": device}
            for each in news.get("records", ())
            for device in {write["by"] for write in each.get("writes", ())} & told.keys()
        ]
        super()._check_authors(space, {"records": [{"writes": writes}], "authors": told})


def _values_on(device):
    writes = [each["set"] for record in device.copies.values() for each in record.get("writes", ())]
    entries = [*device.outbox, *(entry for entry, _ in device.rejected)]
    for each in [*writes, *(entry["set"] for entry in entries)]:
        yield from (value for value in each.values() if isinstance(value, str))
