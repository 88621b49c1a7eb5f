"""Serves the built app: hashed assets are cached for ever, the shell and the service worker are
always revalidated. A missing asset is a 404.
"""

import mimetypes
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file
from werkzeug.exceptions import MethodNotAllowed

from server.web.errors import ApiError
from server.web.policy import policy

blueprint = Blueprint("shell", __name__)
ASSET_FOLDER = "assets"
SERVER_PLACES = frozenset(
    {"api", "auth", "sync", "events", "presence", "healthz", "readyz", "metrics"}
)
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


@blueprint.get("/")
@policy("public")
def home() -> Response:
    """The app shell."""
    return file("index.html")


@blueprint.get("/<path:path>")
@policy("public")
def file(path: str) -> Response:
    """A file of the app, or the app shell for a route of the app (no dot in its last part)."""
    first, last = path.split("/", 1)[0], path.rsplit("/", 1)[-1]
    if first in SERVER_PLACES:
        check_method()
        raise ApiError(404, "not_found", "There is nothing at this address.")
    wanted = path if "." in last or first == ASSET_FOLDER else "index.html"
    is_off = wanted == "sw.js" and current_app.config["KILL_SWITCH"]
    response = _precompressed(current_app.config["APP_DIR"], "sw_off.js" if is_off else wanted)
    if is_off:
        response.headers["Driftless-Worker"] = "off"
    hashed = first == ASSET_FOLDER
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if hashed else "no-cache"
    )
    response.headers["Vary"] = "Accept-Encoding"
    return response


def check_method() -> None:
    """405 if another route has this path with other methods: the shell matches every path by GET."""
    adapter = current_app.create_url_adapter(request)
    allowed = [
        method
        for method in ("DELETE", "PATCH", "POST", "PUT")
        if adapter and adapter.test(method=method)
    ]
    if allowed:
        raise MethodNotAllowed([*allowed, "OPTIONS"])


def _find(folder: Path, name: str) -> Path | None:
    """The file with exactly this name in the folder, never one reached by `..` or a link."""
    try:
        plain = (folder / name).resolve()
        is_there = plain == folder.resolve() / name and plain.is_file()
    except (OSError, ValueError):
        return None
    return plain if is_there and plain.suffix not in (".br", ".gz") else None


def _precompressed(folder: Path, name: str) -> Response:
    plain = _find(folder, name)
    if plain is None:
        raise ApiError(404, "not_found", "There is no such file.")
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    accepted = request.headers.get("Accept-Encoding", "")
    for encoding, suffix in _ENCODINGS:
        packed = plain.with_name(plain.name + suffix)
        if encoding in accepted and packed.is_file():
            response = send_file(packed, mimetype=kind, conditional=True, etag=True)
            response.headers["Content-Encoding"] = encoding
            return response
    return send_file(plain, mimetype=kind, conditional=True, etag=True)
