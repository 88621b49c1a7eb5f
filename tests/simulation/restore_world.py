"""A world whose server is restored from a backup in the middle of everything: devices are ahead of
it, behind it, or hold requests of before.
"""

from tests.server.restored import copy_of, put_back
from tests.simulation.world import World


class RestoreWorld(World):
    def __init__(self, app, seed, **options):
        super().__init__(app, seed, **options)
        self.copies, self.backup, self.known = 0, None, set()
        for device in self.devices:  # who has no epoch yet would keep its id after a restore
            self._sync(device)

    def _actions(self):
        others = [each for each in super()._actions() if each[0] != self._time_passes]
        return (*others, (self._back_up, 4), (self._restore, 4))

    def _back_up(self, _):
        self.backup = copy_of(self.app)

    def _restore(self, _):
        if self.backup is None:
            return
        self.known |= super()._applied_values()
        put_back(self.app, self.backup)
        self._sign_in_again()
        self.backup = None

    def _sign_in_again(self):
        self.headers = self._sign_in()

    def _take(self, device, asked, answer):
        super()._take(device, asked, answer)
        while offered := device.offers_request(self.rng.choice((1, 2, 1000))):
            before = len(device.offers)
            device.receive_offers(offered, self._post_offers(device, offered))
            if len(device.offers) == before:
                break

    def _post_offers(self, device, offered):
        if self.rng.random() < 0.3:
            self._offers_of(device, offered)  # the answer is lost; the offers are sent again
        return self._offers_of(device, offered)

    def _offers_of(self, device, offered):
        headers = self._headers_of(device)
        answer = self.http.post("/sync/offers", json=offered, headers=headers)
        if answer.status_code != 200:
            self.errors.append(f"{answer.status_code} {answer.text[:200]}")
            return {"device_conflict": True}
        self._check_outcomes(answer.json["outcomes"])
        return answer.json

    def _headers_of(self, _device):
        return self.headers

    def _check_outcomes(self, outcomes):
        refused = [each for each in outcomes if each["status"] != "applied"]
        self.errors += [f"an offer was not taken: {each}" for each in refused]

    def _applied_values(self):
        return super()._applied_values() | self.known

    def _false_alarms(self):
        return []  # a restore gives everyone a new id

    def violations(self):
        """Besides: nothing is purged here, so each record with a confirmed edit still exists."""
        found = super().violations()
        held = {key for device in self.devices for key in device.confirmed}
        typed = {edit["record"] for edit in self.edits if id(edit) not in self.lost_profiles}
        refused = {entry["id"] for device in self.devices for entry, _ in device.rejected}
        return found + [f"{key} is gone" for key in typed - held - refused]
