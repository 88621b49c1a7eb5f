"""gunicorn's settings for `make run`: one process, so that group commit, limits and caches are
shared.

gevent instead of threads: with 32 busy connections it handles 2.4 times as many syncs, because
threads queue for the interpreter lock at every SQLite call
(docs/decisions/0008-embedded-process.md).
"""

import os

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
