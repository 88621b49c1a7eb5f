"""gunicorn's settings for `make run`: one process, so that group commit, limits and caches are
shared.

gevent instead of threads: with 32 busy connections it handles 2.4 times as many syncs, because
threads queue for the interpreter lock at every SQLite call
(docs/decisions/0008-embedded-process.md).
"""

import importlib.util
import os
import resource
import signal
import sys
from pathlib import Path

bind = ":".join([os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"])
workers = 1
worker_class = "gevent"
worker_connections = 10_000
keepalive = 75
timeout = 60
graceful_timeout = (
    3  # seconds for running requests; idle connections are kept alive no longer than that
)
control_socket_disable = True
umask = 0o077
accesslog = None
errorlog = "-"
loglevel = "warning"


def on_starting(server):
    """One server on a data directory, and none during a restore. The worker inherits the locks.
    PostgreSQL can serve several servers.
    """
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        return
    locks = _locks()
    try:
        locks.claim_for_server(Path(os.environ.get("DATA_DIR") or "var").resolve())
    except locks.Locked as error:
        sys.exit(str(error))


def _locks():
    """server/ops/locks.py alone: the worker imports `server` after gevent has patched the standard
    library.
    """
    path = Path(__file__).resolve().parent.parent / "server/ops/locks.py"
    spec = importlib.util.spec_from_file_location("locks", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def post_worker_init(worker):
    from server.jobs import retention

    retention.start(worker.wsgi)
    _end_streams_at_sigterm(worker)


def _end_streams_at_sigterm(worker):
    import gevent

    stop, teller = signal.getsignal(signal.SIGTERM), worker.wsgi.extensions["teller"]

    def handle(signum, frame):
        gevent.spawn(teller.stop)  # a signal handler itself must not wait for a lock
        stop(signum, frame)

    signal.signal(signal.SIGTERM, handle)


def _raise_file_limit():
    """One open file for each connection, and some more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2 * worker_connections:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


_raise_file_limit()
