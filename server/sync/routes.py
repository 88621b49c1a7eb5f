"""POST /sync: one endpoint, JSON, compressed in both directions. Push and pull in one round trip.
POST /sync/offers: only after a restore.
"""

from collections.abc import Sequence

from flask import Blueprint, Response, current_app, g, request

from server import clock
from server.accounts.devices import TooManyDevices
from server.accounts.guard import check_account
from server.core import limits
from server.database import reading
from server.journal import pull
from server.journal.author import Author
from server.journal.encoding import encode
from server.journal.epoch import get_epoch, get_restored_at
from server.journal.offer import AnyOffer, Offer
from server.journal.outcomes import Outcome
from server.journal.wire import Change, InvalidChange
from server.sync import schemas, service
from server.web.errors import ApiError
from server.web.event_log import log_event, log_refusal
from server.web.headers import compressed
from server.web.limits import DEPTH_MAX, read_body
from server.web.policy import policy
from server.web.transactions import writer

blueprint = Blueprint("sync", __name__)

LIMITS = encode(
    {
        "changes": limits.CHANGES_MAX,
        "request_bytes": limits.REQUEST_BYTES_MAX,
        "records": pull.RECORDS_MAX,
        "reply_bytes": pull.BYTES_MAX,
        "depth": DEPTH_MAX,
        "title": limits.TITLE_MAX,
        "description": limits.DESCRIPTION_MAX,
        "name": limits.NAME_MAX,
        "record_bytes": limits.RECORD_BYTES_MAX,
        "number": limits.NUMBER_MAX,
    }
)


@blueprint.post("/sync")
@policy("account")
def sync() -> Response:
    """Applies a device's changes and returns an outcome for each and the records that the device
    lacks. See sync_protocol.md.
    """
    envelope, changes = schemas.parse(read_body(request))
    check_account(envelope["account"], g.caller)
    epoch, now_ms = epoch_of_this_server(), clock.now_ms()
    pushed = _push(envelope, changes, epoch, now_ms)
    with reading() as connection:
        news = service.pull(
            connection, g.caller.user_id, envelope["cursors"], envelope["limit"], epoch
        )
    _log_pull(envelope, news)
    response = Response(_reply(pushed, news, epoch, now_ms), mimetype="application/json")
    return compressed(response, request)


@blueprint.post("/sync/offers")
@policy("account")
def offers() -> Response:
    """Joins what a device offers after a restore; an outcome for each offer. See
    sync_protocol.md, "POST /sync/offers".
    """
    envelope, given = schemas.parse_offers(read_body(request))
    check_account(envelope["account"], g.caller)
    epoch, now_ms = epoch_of_this_server(), clock.now_ms()
    user_id, conflict = g.caller.user_id, {}
    if _is_refused(envelope, user_id, epoch, now_ms):
        conflict = {"device_conflict": True}
        outcomes = service.refused_device(given).outcomes
    else:
        with reading() as connection:
            restored_at = get_restored_at(connection)
        rules = current_app.extensions["rules"]
        outcomes = service.take_offers(writer(), user_id, rules, given, now_ms, epoch, restored_at)
    _log_offers(envelope["device"], given, outcomes)
    reply = {"protocol": schemas.PROTOCOL, "epoch": epoch, "now": now_ms, **conflict}
    body = encode(reply | {"outcomes": outcomes})
    return compressed(Response(body, mimetype="application/json"), request)


def _log_offers(device: str, given: Sequence[AnyOffer], outcomes: Sequence[Outcome]) -> None:
    account = g.caller.user_id
    refused = [
        (offer, outcome)
        for offer, outcome in zip(given, outcomes, strict=True)
        if outcome["status"] == "rejected"
    ]
    log_event("offers", account=account, device=device, offers=len(given), refused=len(refused))
    for offer, outcome in refused:
        record = offer.id if isinstance(offer, Offer) else ""
        log_refusal(account, device, offer.space, record, outcome["code"])


def _push(
    envelope: schemas.Envelope, changes: list[Change | InvalidChange], epoch: str, now_ms: int
) -> service.Pushed:
    caller, device = g.caller, envelope["device"]
    if _is_refused(envelope, caller.user_id, epoch, now_ms):
        pushed = service.refused_device(changes)
    else:
        current_app.extensions["devices"].note(caller, device, now_ms)
        author = Author(caller.user_id, device, current_app.extensions["rules"])
        pushed = service.push(writer(), author, changes, now_ms)
    if changes:
        _log_push(device, changes, pushed)
    return pushed


def _log_push(device: str, changes: list[Change | InvalidChange], pushed: service.Pushed) -> None:
    account = g.caller.user_id
    refused = [
        (change, outcome)
        for change, outcome in zip(changes, pushed.outcomes, strict=True)
        if "seq" not in outcome
    ]
    log_event("push", account=account, device=device, changes=len(changes), refused=len(refused))
    for change, outcome in refused:
        record = change.id if isinstance(change, Change) else ""
        code = outcome.get("code", outcome["status"])
        log_refusal(account, device, change.space, record, code, change.n)


def _log_pull(envelope: schemas.Envelope, news: dict[str, service.SpaceNews]) -> None:
    pages = [each.page for each in news.values() if each.page]
    log_event(
        "pull",
        account=g.caller.user_id,
        device=envelope["device"],
        spaces=len(news),
        records=sum(len(page.bodies) for page in pages),
        resets=sum(each.reset is not None for each in news.values()),
        more=sum(page.more for page in pages),
    )


def epoch_of_this_server() -> str:
    """The database's epoch, read once: it changes only while the server is stopped."""
    if "epoch" not in current_app.extensions:
        with reading() as connection:
            current_app.extensions["epoch"] = get_epoch(connection)
    return str(current_app.extensions["epoch"])


def _is_refused(envelope: schemas.Envelope, user_id: str, epoch: str, now_ms: int) -> bool:
    """Whether the device belongs to another account, or is in another epoch."""
    if envelope["epoch"] not in (None, epoch):
        return True
    try:
        devices: service.Devices = current_app.extensions["devices"]
        session_id = g.caller.session_id
        return devices.owner(envelope["device"], user_id, now_ms, session_id) != user_id
    except TooManyDevices:
        raise ApiError(
            429,
            "too_many_devices",
            "This account has too many devices, or too many new ones today.",
            retry_after_s=3600,
        ) from None


def _reply(
    pushed: service.Pushed, news: dict[str, service.SpaceNews], epoch: str, now_ms: int
) -> bytes:
    """The reply's JSON. Records are joined as stored in the database, ready to send."""
    spaces = ",".join(f"{encode(space_id)}:{_space(found)}" for space_id, found in news.items())
    conflict = ',"device_conflict":true' if pushed.device_conflict else ""
    return (
        f'{{"protocol":{schemas.PROTOCOL},"epoch":"{epoch}","now":{now_ms}{conflict},"outcomes":{encode(pushed.outcomes)},'
        f'"spaces":{{{spaces}}},"limits":{LIMITS}}}'
    ).encode()


def _space(found: service.SpaceNews) -> str:
    if found.role is None:
        return '{"revoked":true}'
    personal = "true" if found.is_personal else "false"
    if found.page is None:
        return f'{{"role":"{found.role}","personal":{personal},"reset":"{found.reset}"}}'
    page = found.page
    more = "true" if page.more else "false"
    authors = f',"authors":{encode(page.authors)}' if page.authors else ""
    return (
        f'{{"role":"{found.role}","personal":{personal},"seq":{found.seq},"records":[{",".join(page.bodies)}],'
        f'"cursor":"{page.cursor}","more":{more}{authors}}}'
    )
