"""Whether the server is alive."""

from flask import Blueprint, Response, jsonify

from server.database import reading
from server.journal.epoch import get_epoch
from server.web.policy import policy

blueprint = Blueprint("ops", __name__)


@blueprint.get("/healthz")
@policy("public")
def healthz() -> Response:
    """200 while this process answers and its database does."""
    with reading() as connection:
        get_epoch(connection)
    return jsonify({"status": "ok"})
