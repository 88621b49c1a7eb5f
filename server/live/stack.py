"""Opens streams on a stack of their own. What a request's greenlet has once used of its stack stays
with it, and a stream keeps its greenlet: freed, it is 10 of 29 KiB a stream.
"""

import sys
from collections.abc import Callable, Iterable
from typing import Any

WsgiApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


def on_own_stack(app: WsgiApp, path: str) -> WsgiApp:
    """The app, which answers requests for this path in a greenlet of their own (if this process
    serves with gevent) and sends the answer in that of the connection.
    """

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        monkey = sys.modules.get("gevent.monkey")
        if environ.get("PATH_INFO") != path or monkey is None:
            return app(environ, start_response)
        if not monkey.is_module_patched("threading"):
            return app(environ, start_response)
        import gevent

        found: Iterable[bytes] = gevent.spawn(app, environ, start_response).get()
        return found

    return call
