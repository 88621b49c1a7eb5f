"""The health check of the server."""

from flask import Blueprint, Response, jsonify

from server.database import reading
from server.journal.epoch import get_epoch
from server.web.policy import policy

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
@policy("public")
def healthz() -> Response:
    """200 if the process and its database work."""
    with reading() as connection:
        get_epoch(connection)
    return jsonify({"status": "ok"})
