"""Passkeys: the options of WebAuthn ceremonies and the verification of their answers, with
py_webauthn.

A challenge works once, within five minutes, for one purpose and, if it has an account, only for
that one. Ceremonies are bound to a `Party`: the host that people see and its origin.
"""

import uuid
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, insert, or_, select, update
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.accounts.challenges import CHALLENGE_LIFE_MS, SIGN_IN, OpenChallenge
from server.accounts.models import Passkey, User
from server.accounts.service import UserFacts

CREDENTIAL_ID_BYTES_MAX = 1023
PASSKEYS_MAX = 20
SERVICE_NAME = "Driftless"


Json = dict[str, Any]  # the format that browsers and the library use


class NewPasskey(NamedTuple):
    credential_id: bytes
    public_key: bytes
    sign_count: int
    transports: str


class StoredPasskey(NamedTuple):
    id: str
    user_id: str
    email: str
    public_key: bytes
    sign_count: int


class Refused(Exception):
    """The answer is not valid, or does not match the challenge."""


class PasskeyTaken(Exception):
    """This credential is already registered."""


class TooManyPasskeys(Exception):
    """The account has PASSKEYS_MAX passkeys."""


@dataclass(frozen=True)
class Party:
    rp_id: str
    origin: str


def creation_options(
    connection: Connection, party: Party, user: UserFacts, challenge: bytes
) -> Json:
    """Input of `PublicKeyCredential.parseCreationOptionsFromJSON`: a new passkey for the account,
    excluding the ones it has.
    """
    return options_to_json_dict(
        generate_registration_options(
            rp_id=party.rp_id,
            rp_name=SERVICE_NAME,
            user_id=uuid.UUID(user.id).bytes,
            user_name=user.email,
            user_display_name=user.name or user.email,
            challenge=challenge,
            timeout=CHALLENGE_LIFE_MS,
            exclude_credentials=_descriptors(connection, user.id),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.PREFERRED,
                user_verification=UserVerificationRequirement.PREFERRED,
            ),
        )
    )


def request_options(
    connection: Connection, party: Party, user_id: str | None, challenge: bytes
) -> Json:
    """Input of `PublicKeyCredential.parseRequestOptionsFromJSON`: any passkey with user
    verification, or one of the account's.
    """
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=party.rp_id,
            challenge=challenge,
            timeout=CHALLENGE_LIFE_MS,
            allow_credentials=None if user_id is None else _descriptors(connection, user_id),
            user_verification=UserVerificationRequirement.REQUIRED
            if user_id is None
            else UserVerificationRequirement.PREFERRED,
        )
    )


def verify_new(party: Party, challenge: bytes, credential: Json) -> NewPasskey:
    """The columns of a new passkey, from the authenticator's answer; Refused if that is not valid."""
    try:
        parsed = parse_registration_credential_json(credential)
        verified = verify_registration_response(
            credential=parsed,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
        )
    except Exception as error:  # the library also raises the errors of CBOR, ASN.1 and keys
        raise Refused(str(error)) from error
    if len(verified.credential_id) > CREDENTIAL_ID_BYTES_MAX:
        raise Refused("the credential's id is too long")
    transports = " ".join(sorted({each.value for each in parsed.response.transports or ()}))
    return NewPasskey(
        verified.credential_id, verified.credential_public_key, verified.sign_count, transports
    )


def add(connection: Connection, user_id: str, name: str, new: NewPasskey, now_ms: int) -> str:
    """The id of a new passkey. PasskeyTaken, TooManyPasskeys."""
    if connection.execute(
        select(Passkey.id).where(Passkey.credential_id == new.credential_id)
    ).first():
        raise PasskeyTaken
    if count(connection, user_id) >= PASSKEYS_MAX:
        raise TooManyPasskeys
    passkey_id = str(uuid.uuid4())
    connection.execute(
        insert(Passkey),
        new._asdict() | {"id": passkey_id, "user_id": user_id, "name": name, "created_at": now_ms},
    )
    return passkey_id


def find(connection: Connection, taken: OpenChallenge, credential: Json) -> StoredPasskey:
    """The passkey of an answer; Refused if it is unknown, not the account's, or its account is
    disabled.
    """
    try:
        parsed = parse_authentication_credential_json(credential)
    except Exception as error:  # also errors of base64
        raise Refused(str(error)) from error
    row = connection.execute(
        select(Passkey.id, Passkey.user_id, User.email, Passkey.public_key, Passkey.sign_count)
        .join(User, User.id == Passkey.user_id)
        .where(Passkey.credential_id == parsed.raw_id, User.is_disabled.is_(False))
    ).first()
    if row is None or taken.user_id not in (None, row.user_id):
        raise Refused("there is no such passkey")
    if parsed.response.user_handle not in (None, b"", uuid.UUID(row.user_id).bytes):
        raise Refused("the passkey names another account")
    return StoredPasskey(*row)


def verify_answer(
    party: Party, taken: OpenChallenge, passkey: StoredPasskey, credential: Json
) -> int:
    """The passkey's new sign count; Refused if the answer is not valid. As the only factor it must
    have verified its user.
    """
    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=taken.challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=taken.purpose == SIGN_IN,
        ).new_sign_count
    except Exception as error:  # as above
        raise Refused(str(error)) from error


def count_use(connection: Connection, passkey: StoredPasskey, sign_count: int, now_ms: int) -> None:
    """Stores the new sign count. Refused if the passkey is gone, its account disabled, or the count
    not higher than that of a concurrent use.
    """
    counted = connection.execute(
        update(Passkey)
        .where(
            Passkey.id == passkey.id,
            Passkey.user_id.in_(select(User.id).where(User.is_disabled.is_(False))),
            or_(Passkey.sign_count < sign_count, (Passkey.sign_count == 0) & (sign_count == 0)),
        )
        .values(sign_count=sign_count, seen_at=now_ms)
    ).rowcount
    if not counted:
        raise Refused("the passkey's sign count did not increase")


def list_passkeys(connection: Connection, user_id: str) -> list[dict[str, object]]:
    rows = connection.execute(
        select(Passkey.id, Passkey.name, Passkey.created_at, Passkey.seen_at)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.created_at, Passkey.id)
    )
    return [dict(row._mapping) for row in rows]


def count(connection: Connection, user_id: str) -> int:
    return connection.execute(
        select(func.count()).select_from(Passkey).where(Passkey.user_id == user_id)
    ).scalar_one()


def remove(connection: Connection, user_id: str, passkey_id: str) -> bool:
    """Whether the account had this passkey."""
    return (
        connection.execute(
            delete(Passkey).where(Passkey.user_id == user_id, Passkey.id == passkey_id)
        ).rowcount
        > 0
    )


def set_second_factor(connection: Connection, user_id: str, on: bool) -> bool:
    """Whether this changed anything."""
    return (
        connection.execute(
            update(User)
            .where(User.id == user_id, User.has_second_factor != on)
            .values(has_second_factor=on)
        ).rowcount
        > 0
    )


def _descriptors(connection: Connection, user_id: str) -> list[PublicKeyCredentialDescriptor]:
    rows = connection.execute(
        select(Passkey.credential_id, Passkey.transports)
        .where(Passkey.user_id == user_id)
        .order_by(Passkey.created_at)
    )
    return [
        PublicKeyCredentialDescriptor(
            id=row.credential_id,
            transports=[AuthenticatorTransport(each) for each in row.transports.split()],
        )
        for row in rows
    ]
