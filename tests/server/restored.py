"""Puts an earlier copy of the database back below a running app, as `make restore` does below a
stopped one: the data of then, a new epoch, no sessions.
"""

import sqlite3
from contextlib import closing

from server import clock
from server.database import db
from server.journal.epoch import renew_epoch
from server.sync.service import Devices
from tests.server.people import PASSWORD


def copy_of(app):
    """The database as it is now, in memory."""
    copy = sqlite3.connect(":memory:")
    with app.app_context(), closing(sqlite3.connect(db.engine.url.database)) as live:
        live.backup(copy)
    return copy


def put_back(app, copy):
    writer = app.extensions["writer"]
    with app.app_context():
        db.engine.dispose()
        with closing(sqlite3.connect(db.engine.url.database)) as live:
            copy.backup(live)
        writer.run(lambda connection: renew_epoch(connection, clock.now_ms()))
    app.extensions.pop("epoch", None)
    app.extensions["devices"] = Devices(writer)


def sign_in(http, email):
    """The headers of a new session."""
    given = {"email": email, "password": PASSWORD, "session": "bearer"}
    answer = http.post("/auth/sign-in", json=given)
    return {"Authorization": f"Bearer {answer.json['token']}"}
