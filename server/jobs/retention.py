"""Purges trash and tombstones, space by space, and removes expired data, at start and every hour."""

import logging
import threading
from functools import partial

from flask import Flask

from server import clock
from server.database import Writer, reading
from server.jobs import expiry
from server.journal import retention

EVERY_S = 3600
log = logging.getLogger(__name__)


def run_once(writer: Writer) -> int:
    """The number of purged records. One transaction per space, so that nobody waits long."""
    now_ms = clock.now_ms()
    writer.run(partial(expiry.expire, now_ms=now_ms))
    with reading() as connection:
        due = retention.spaces_due(connection, now_ms)
    return sum(
        writer.run(partial(retention.retire, space_id=space_id, now_ms=now_ms)) for space_id in due
    )


def start(app: Flask) -> threading.Thread:
    """Starts a daemon thread that runs it as long as the process lives."""

    def loop() -> None:
        pause = threading.Event()
        while True:
            try:
                with app.app_context():
                    run_once(app.extensions["writer"])
            except Exception:
                log.exception("retention failed; trying again in an hour")
            pause.wait(EVERY_S)

    thread = threading.Thread(target=loop, name="retention", daemon=True)
    thread.start()
    return thread
