"""Serves the built app: hashed assets for ever, the shell and the worker always asked for anew. A missing asset is a 404."""
import mimetypes
from pathlib import Path

from flask import Blueprint, Response, current_app, request, send_file

from server.web.errors import ApiError
from server.web.policy import policy

blueprint = Blueprint("shell", __name__)
ASSET_FOLDER = "assets"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
mimetypes.add_type("application/manifest+json", ".webmanifest")
mimetypes.add_type("text/javascript", ".js")


@blueprint.get("/")
@policy("public")
def home() -> Response:
    """The shell."""
    return file("index.html")


@blueprint.get("/<path:path>")
@policy("public")
def file(path: str) -> Response:
    """A file of the app; for a place in the app (no dot in its last part), the shell."""
    if path.startswith(("api/", "auth/", "sync", "events")):
        raise ApiError(404, "not_found", "There is nothing at this address.")
    wanted = path if "." in path.rsplit("/", 1)[-1] else "index.html"
    response = _precompressed(current_app.config["APP_DIR"], wanted)
    hashed = wanted.startswith(f"{ASSET_FOLDER}/")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
    response.headers["Vary"] = "Accept-Encoding"
    return response


def _precompressed(folder: Path, name: str) -> Response:
    plain = (folder / name).resolve()
    if not plain.is_relative_to(folder.resolve()) or not plain.is_file() or plain.suffix in (".br", ".gz"):
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
