"""A restore drill: a backup and a restore by the operator's own commands, on the files of a server
that is stopped for it, in the middle of a history.
"""

import shutil
from pathlib import Path

from server import create_app
from server.database import db
from server.ops.backups import create_backup
from server.ops.restore import restore
from tests.server.conftest import config
from tests.simulation.restore_world import RestoreWorld


class DrillWorld(RestoreWorld):
    """`app` is stopped for the restore; `self.app` is the one that runs."""

    def __init__(self, app, seed, **options):
        self.restored = False
        self.config = config(Path(app.config["DATA_DIR"]))
        super().__init__(app, seed, **options)
        self.backup_at = self.rng.randrange(self.steps // 2)
        self.restore_at = self.rng.randrange(self.backup_at + 1, self.steps)

    def play(self):
        for step in range(self.steps):
            if step == self.backup_at:
                self._back_up()
            if step == self.restore_at:
                self._restore()
            self._step(self.rng.choice(self.devices))
        self._settle()
        return self

    def _actions(self):
        ours = ("_back_up", "_restore")
        return tuple(each for each in super()._actions() if each[0].__name__ not in ours)

    def _back_up(self):
        self.backup = create_backup(self.config, self.config.data_dir / "drill.sqlite3")

    def _restore(self):
        self.known |= self._applied_values()
        with self.app.app_context():
            db.engine.dispose()
        done = restore(self.config, self.backup)
        shutil.rmtree(done.replaced.parent)
        for file in self.config.data_dir.glob("drill.sqlite3*"):
            file.unlink()
        self.app = create_app(self.config)
        self.http = self.app.test_client(use_cookies=False)
        self.headers = self._sign_in()
        self.restored = True

    def violations(self):
        found = super().violations()
        with self.app.app_context():
            db.engine.dispose()
        return found if self.restored else [*found, "nothing was restored"]
