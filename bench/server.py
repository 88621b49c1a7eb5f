"""A real server for a benchmark, started like `make run`, and its costs: CPU of its process tree,
bytes, wall time.
"""

import atexit
import functools
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Server:
    """`with Server() as server:` – an empty database in its own folder, a free port, gunicorn with
    deploy/gunicorn.py.
    """

    def __init__(self, data_dir=None, port=None, **env):
        self.folder = tempfile.TemporaryDirectory() if data_dir is None else None
        self.data_dir = Path(data_dir or self.folder.name)
        self.port = port or free_port()
        self.env = (
            dict(os.environ)
            | {
                "DATA_DIR": str(self.data_dir),
                "PORT": str(self.port),
                "PYTHONPATH": str(ROOT),
                "SECRET_KEY": "a key for nobody but benches and tests " + "0123456789",
                "SIGN_UPS_PER_HOUR": "100000",
                "REQUESTS_PER_MINUTE": "1000000",
                "PUBLIC_REQUESTS_PER_MINUTE": "1000000",
            }
            | env
        )

    def __enter__(self):
        if self.folder:
            shutil.copytree(_migrated(), self.data_dir, dirs_exist_ok=True)
        else:
            _migrate(self.env)
        self.start()
        return self

    def __exit__(self, *_):
        self.kill()
        if self.folder:
            self.folder.cleanup()

    def start(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "deploy/gunicorn.py"), "wsgi:app"],
            env=self.env,
            cwd=ROOT,
            start_new_session=True,
        )
        self._wait_until_alive()

    def stop(self, how=signal.SIGTERM):
        if self.process.poll() is None:
            os.killpg(self.process.pid, how)
            self.process.wait(30)

    def kill(self):
        """kill -9, of the whole process tree at once."""
        self.stop(signal.SIGKILL)

    @property
    def url(self):
        return f"http://localhost:{self.port}"

    def cpu_s(self):
        """User and system seconds of the process tree so far."""
        return sum(_cpu_ticks(pid) for pid in process_tree(self.process.pid)) * TICK_S

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def sign_up(self, email=None):
        """The headers of a new account."""
        with closing(Client(self, {})) as client:
            answer = client.post(
                "/auth/sign-up",
                {
                    "email": email or f"{secrets.token_hex(6)}@example.org",
                    "password": "a password for benches",
                    "session": "bearer",
                },
            )
        return {"Authorization": f"Bearer {answer['token']}"}

    def _wait_until_alive(self):
        for _ in range(200):
            try:
                with closing(Client(self, {})) as client:
                    client.get("/healthz")
                return
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError("the server did not start") from None
                time.sleep(0.05)
        raise RuntimeError("the server does not answer")


class Client:
    """One keep-alive connection of one account."""

    def __init__(self, server, headers):
        self.http, self.headers, self.bytes_received = server.connection(), headers, 0

    def close(self):
        self.http.close()

    def get(self, path):
        return self._ask("GET", path, None, {})

    def post(self, path, value, **headers):
        return self._ask(
            "POST", path, json.dumps(value).encode(), {"Content-Type": "application/json"} | headers
        )

    def delete(self, path):
        return self._ask("DELETE", path, None, {})

    def raw(self, path, body, headers):
        """(status, headers, body without decompression)."""
        self.http.request(
            "POST", path, body, self.headers | {"Content-Type": "application/json"} | headers
        )
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()

    def _ask(self, method, path, body, headers):
        self.http.request(method, path, body, self.headers | headers)
        answer = self.http.getresponse()
        text = answer.read()
        self.bytes_received += len(text)
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} {text[:300]!r}")
        return json.loads(text)


def _migrate(env):
    subprocess.run([sys.executable, "-m", "server", "migrate"], env=env, check=True, cwd=ROOT)


@functools.cache
def _migrated():
    """A folder with an empty database of this version, created once."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(dict(os.environ) | {"DATA_DIR": folder})
    return folder


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_tree(root):
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            waiting += [int(child) for child in task.read_text().split()]
    return found


def _cpu_ticks(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
