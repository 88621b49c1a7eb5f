"""Planted bugs of access control: each rule of sessions, tokens, roles, invites, administrators and
limits disabled, one at a time.
"""

import hashlib
import json
from functools import partial

from sqlalchemy import bindparam, delete, false, or_, select

from server.accounts import audit, caller, devices, guard, registration, service, tokens
from server.accounts.models import AccessToken, Device, PasswordReset, Session, User
from server.admin import service as admin_service
from server.database import Prepared
from server.jobs import expiry
from server.journal import apply as journal
from server.journal import moves, rows, space_authors
from server.journal.models import SpaceAuthor
from server.spaces import access, invites, members
from server.spaces import service as spaces
from server.spaces.models import Space
from server.web.policy import SCOPES

SUITES = {
    "rules": "tests/access/test_rules.py",
    "matrix": "tests/access/test_matrix.py",
    "ends": "tests/access/test_ends.py",
    "swaps": "tests/access/test_body_swaps.py",
    "admin": "tests/server/test_admin.py",
    "authors": "tests/server/test_authors.py",
    "devices": "tests/server/test_device_limits.py",
}
PLANTS = {}
CAUGHT_BY = {}  # {bug: the suite that must see it}


def plant(suite):
    def planted(function):
        PLANTS[function.__name__], CAUGHT_BY[function.__name__] = function, [SUITES[suite]]
        return function

    return planted


@plant("matrix")
def the_guard_checks_no_audience():
    guard.check_audience = lambda caller, audience: None


@plant("matrix")
def the_scope_of_a_token_is_not_asked():
    real = guard.check_audience
    guard.check_audience = lambda caller, audience: (
        None if audience in SCOPES else real(caller, audience)
    )


@plant("matrix")
def tokens_open_what_is_for_sessions():
    real = guard.check_audience
    guard.check_audience = lambda caller, audience: (
        None if caller.scopes is not None and audience not in SCOPES else real(caller, audience)
    )


@plant("matrix")
def the_membership_is_not_asked():
    access.role_of_caller = lambda connection, caller, space_id: "owner"


@plant("matrix")
def every_role_is_enough():
    guard.at_least = lambda role, needed: True


@plant("matrix")
def viewers_may_write():
    real = access.Rules.role
    access.Rules.role = lambda self, *given: {"viewer": "editor"}.get(
        held := real(self, *given), held
    )


@plant("matrix")
def strangers_are_told_that_it_exists():
    real = guard.ApiError
    guard.ApiError = lambda status, code, *given, **named: real(
        403 if code == "no_such_space" else status, code, *given, **named
    )


@plant("rules")
def the_spaces_of_a_token_are_not_asked():
    caller.Caller.reaches = lambda self, space_id: True


@plant("ends")
def expired_tokens_are_taken():
    tokens._LIVE = Prepared(
        select(
            AccessToken.id,
            AccessToken.user_id,
            AccessToken.scopes,
            AccessToken.spaces,
            AccessToken.seen_at,
        )
        .join(User, User.id == AccessToken.user_id)
        .where(
            AccessToken.token_hash == bindparam("hash"),
            User.is_disabled == false(),
            or_(bindparam("now") > 0),
        )
    )


@plant("matrix")
def disabled_accounts_are_let_in():
    service._SESSION = Prepared(
        select(
            Session.id,
            Session.user_id,
            Session.created_at,
            Session.seen_at,
            User.is_admin,
            Session.device_id,
        )
        .join(User, User.id == Session.user_id)
        .where(Session.token_hash == bindparam("hash"))
    )


@plant("ends")
def disabling_ends_nothing():
    admin_service.end_all = lambda connection, user_id: None


@plant("ends")
def sessions_live_however_idle():
    service.SESSION_IDLE_MS = expiry.SESSION_IDLE_MS = 10**15


@plant("ends")
def sessions_live_for_ever():
    service.SESSION_LIFE_MS = expiry.SESSION_LIFE_MS = 10**15


def _keep_after_a_new_password(*kept):
    def set_password(connection, user_id, password_hash):
        connection.execute(
            User.__table__.update().where(User.id == user_id).values(password_hash=password_hash)
        )
        for table in {Session, AccessToken, PasswordReset} - set(kept):
            connection.execute(delete(table).where(table.user_id == user_id))

    return set_password


@plant("ends")
def sessions_survive_a_new_password():
    service.set_password = _keep_after_a_new_password(Session)


@plant("ends")
def tokens_survive_a_new_password():
    service.set_password = _keep_after_a_new_password(AccessToken)


@plant("ends")
def signing_out_forgets_the_cookie_only():
    service.end_session = lambda connection, user_id, session_id: True


@plant("swaps")
def anyone_ends_anyones_session():
    service.end_session = lambda connection, user_id, session_id: (
        connection.execute(delete(Session).where(Session.id == session_id)).rowcount > 0
    )


@plant("swaps")
def anyone_ends_anyones_token():
    tokens.end_token = lambda connection, user_id, token_id: (
        connection.execute(delete(AccessToken).where(AccessToken.id == token_id)).rowcount > 0
    )


@plant("matrix")
def other_sites_may_use_the_cookie():
    guard.check_same_site = lambda asked: None


@plant("rules")
def the_bearer_wins_over_the_cookie():
    real = guard._cookie
    guard._cookie = lambda asked: None if guard._bearer(asked) else real(asked)


@plant("rules")
def the_last_owner_may_go():
    members._keep_an_owner = lambda connection, space_id, leaving_id: None


@plant("admin")
def the_last_administrator_may_go():
    admin_service._keep_an_admin = lambda connection, actor_id, user_id: None


@plant("rules")
def invites_are_never_used_up():
    invites.use = lambda connection, invite, now_ms: None


@plant("rules")
def invites_never_expire():
    real = invites._live
    invites._live = lambda connection, chosen, now_ms: real(connection, chosen, 0)
    invites.use = partial(
        lambda use, connection, invite, now_ms: use(connection, invite, 0), invites.use
    )


@plant("rules")
def an_invite_makes_an_owner():
    real = members.add_member
    members.add_member = lambda connection, space_id, user_id, role, now_ms: real(
        connection, space_id, user_id, "owner", now_ms
    )


@plant("rules")
def an_addressed_invite_is_for_anyone():
    invites.find_addressed = lambda connection, invite_id, email, now_ms: invites._live(
        connection, invites.Invite.id == invite_id, now_ms
    )
    real = invites.accept
    invites.accept = lambda connection, invite, user_id, email, now_ms: real(
        connection, invite, user_id, invite.email or email, now_ms
    )


@plant("matrix")
def anyone_restores_a_deleted_space():
    spaces.restore_space = lambda connection, user_id, space_id: connection.execute(
        Space.__table__.update().where(Space.id == space_id).values(deleted_at=None)
    )


@plant("rules")
def anyone_may_have_added_it():
    rows.has_added_all = lambda connection, space_id, user_id, ids: True


@plant("rules")
def anyone_edits_anyones_comment():
    journal._Batch._check_author = lambda self, record, change: None


@plant("swaps")
def the_role_where_it_goes_is_not_asked():
    moves.refusal = lambda *given: None


@plant("authors")
def authors_of_every_space_are_told():
    space_authors.find_authors = lambda connection, space_id, devices: dict(
        connection.execute(select(SpaceAuthor.device_id, SpaceAuthor.user_id)).all()
    )


@plant("authors")
def a_device_may_change_its_account():
    real = space_authors._NOTE

    def note(connection, space_id, device, user_id):
        connection.execute(delete(SpaceAuthor).where(SpaceAuthor.device_id == device))
        real.rows(connection, space=space_id, device=device, user=user_id)

    space_authors.note_author = note


@plant("admin")
def the_audit_log_is_not_chained():
    def hash_of(entry, before):
        members = [
            entry[name] for name in ("n", "at", "actor_id", "act", "subject", "address", "detail")
        ]
        return hashlib.sha256(json.dumps(members).encode()).digest()

    audit.hash_of = hash_of


@plant("admin")
def acts_of_administrators_are_not_noted():
    admin_service._acts = lambda new: []


@plant("admin")
def administrators_see_titles():
    real = admin_service.list_accounts

    def wrong(connection, text, cursor):
        found, more = real(connection, text, cursor)
        titles = connection.exec_driver_sql("SELECT body FROM record").scalars().all()
        return [account | {"titles": titles} for account in found], more

    admin_service.list_accounts = wrong


@plant("admin")
def registration_is_always_open():
    registration.find_mode = lambda connection: "open"


@plant("admin")
def quotas_are_not_asked():
    access.Rules.has_room = lambda self, connection, space_id, more=1, source=None: True


@plant("admin")
def an_ipv6_network_is_many_addresses():
    guard.address_of = lambda asked: asked.remote_addr or "unknown"


@plant("admin")
def public_requests_are_not_counted():
    guard._count_public = lambda wanted: None


@plant("admin")
def deleted_spaces_are_kept():
    expiry.purge_deleted_spaces = lambda connection, now_ms: 0


@plant("devices")
def devices_of_ended_sessions_count():
    devices._COUNTS = Device.seen_at > 0


@plant("devices")
def forgotten_devices_count():
    devices._COUNTS = Device.session_id.is_(None) | Device.session_id.in_(select(Session.id))


@plant("devices")
def a_device_stays_with_the_session_that_bound_it():
    real = devices.touch_device
    devices.touch_device = lambda connection, device, now_ms, session_id: real(
        connection, device, now_ms
    )


@plant("devices")
def nothing_bounds_the_devices_of_ended_sessions():
    devices._check_limits = lambda connection, user_id, now_ms: None
