"""gunicorn as `make run` starts it: one process, so that group commit, limits and caches are truly in-process."""
import os

bind = f"{os.environ.get('HOST') or '127.0.0.1'}:{os.environ.get('PORT') or 8000}"
workers = 1
worker_class = os.environ.get("WK") or "gevent"
threads = int(os.environ.get("THREADS") or 16)
keepalive = 75
timeout = 60
graceful_timeout = 20
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "warning"


def post_worker_init(worker):
    from server.jobs import retention
    retention.start(worker.wsgi)
