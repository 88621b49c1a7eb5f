"""gunicorn's settings for `make run`: one process, so that group commit, limits and caches are
shared.

gevent instead of threads: with 32 busy connections it handles 2.4 times as many syncs, because
threads queue for the interpreter lock at every SQLite call
(docs/decisions/0008-embedded-process.md).
"""

import os
import resource
import signal

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
