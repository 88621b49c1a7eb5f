"""GET /events: a stream of what changed. POST /presence: which shared space its person has open."""

from collections.abc import Iterator

from flask import Blueprint, Response, current_app, g, jsonify, request
from marshmallow import fields, validate

from server.accounts.guard import check_account, check_fetched_here, session_ended
from server.database import reading
from server.live.hub import ServerFull, TooManyStreams
from server.live.outlet import find_outlet
from server.live.rights import find_members
from server.live.streams import Stream
from server.live.teller import ServerStops, SessionEnded, Teller
from server.web.errors import NO_SUCH_SPACE, ApiError
from server.web.policy import policy
from server.web.schemas import StrictSchema, load_json

blueprint = Blueprint("live", __name__)
RETRY_AFTER_S, RETRY_SOON_S = 60, 2
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class PresenceSchema(StrictSchema):
    stream = fields.String(required=True, validate=validate.Length(max=40))
    space = fields.String(required=True, allow_none=True, validate=validate.Length(max=36))


class Feed:
    """The body of a response with a stream. The server closes it at the end, also if unread."""

    __slots__ = ("_stream", "_teller")

    def __init__(self, stream: Stream, teller: Teller) -> None:
        self._stream, self._teller = stream, teller

    def __iter__(self) -> Iterator[bytes]:
        return self._stream.chunks()

    def close(self) -> None:
        self._teller.close(self._stream)


@blueprint.get("/events")
@policy("account")
def events() -> Response:
    """A stream of server-sent events about the account's spaces. See sync_protocol.md."""
    check_account(request.args.get("account"), g.caller)
    if g.caller.is_cookie:
        check_fetched_here(request)  # an open stream takes a place, so it is more than a read
    response = Response(content_type="text/event-stream", headers=_HEADERS)
    if request.method == "GET":
        response.response = Feed(_open(), teller())
        response.direct_passthrough = True  # each layer around it costs stack while it waits
    return response


@blueprint.post("/presence")
@policy("account")
def presence() -> Response:
    """Says which shared space the person of a stream has open, null for none."""
    given = load_json(PresenceSchema(), request)
    stream = teller().find_stream(given["stream"], g.caller.session_id)
    if stream is None:
        raise ApiError(404, "no_such_stream", "There is no such stream of this session.")
    if given["space"] is not None:
        with reading() as connection:
            found = find_members(connection, given["space"])
        if not found.is_shared or g.caller.user_id not in found.roles:
            raise ApiError(404, "no_such_space", NO_SUCH_SPACE)
    teller().move(stream, given["space"])
    return jsonify({})


def teller() -> Teller:
    found: Teller = current_app.extensions["teller"]
    return found


def _open() -> Stream:
    caller = g.caller
    try:
        with reading() as connection:
            return teller().open(
                connection, caller.user_id, caller.session_id, find_outlet(request.environ)
            )
    except SessionEnded:
        raise session_ended() from None
    except TooManyStreams:
        raise ApiError(
            429,
            "too_many_streams",
            "This session or account has too many open streams.",
            retry_after_s=RETRY_AFTER_S,
        ) from None
    except (ServerFull, ServerStops):
        raise ApiError(
            503,
            "unavailable",
            "The server has no place for another stream. Try again in a moment.",
            retry_after_s=RETRY_SOON_S,
        ) from None
