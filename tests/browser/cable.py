"""A cable between a browser and the server that can be cut, and whose streams can go silent."""

import contextlib
import socket
import threading


class Cable:
    """`with Cable(port) as cable:` – what connects to `cable.url` reaches the server's port."""

    def __init__(self, port):
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://localhost:{self.listener.getsockname()[1]}"
        self.pairs, self.streaming = [], set()

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        self.cut()

    @property
    def streams(self):
        """How many open connections carry a stream of events."""
        return len(self.streaming)

    def cut(self):
        """Breaks every connection; new ones can be made."""
        for pair in self.pairs:
            _close(pair)
        self.pairs = []

    def hush(self):
        """Lets the streams of events stand, but nothing passes through them any more."""
        for pair in self.streaming:
            pair.is_silent = True

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listener.accept()
                pair = Pair(near, socket.create_connection(("127.0.0.1", self.target)))
                self.pairs.append(pair)
                for source, target in ((pair.near, pair.far), (pair.far, pair.near)):
                    threading.Thread(
                        target=self._carry, args=(pair, source, target), daemon=True
                    ).start()

    def _carry(self, pair, source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if source is pair.near and data.startswith(b"GET /events"):
                    self.streaming.add(pair)
                if not pair.is_silent:
                    target.sendall(data)
        self.streaming.discard(pair)
        _close(pair)


class Pair:
    def __init__(self, near, far):
        self.near, self.far, self.is_silent = near, far, False


def _close(pair):
    for each in (pair.near, pair.far):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()
