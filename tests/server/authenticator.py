"""A software authenticator: ES256 keys, attestation "none", counters; the output of a browser's
`credential.toJSON()`.
"""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def to_text(raw):
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def to_bytes(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    def __init__(self, origin="http://localhost", verifies=True):
        self.origin, self.verifies = origin, verifies
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id, self.count, self.user_handle, self.rp_id = secrets.token_bytes(20), 0, None, None

    def create(self, options, **turned):
        """The answer to creation options; `turned` changes the signed data."""
        self.user_handle, self.rp_id = to_bytes(options["user"]["id"]), options["rp"]["id"]
        data = self._data(
            ATTESTED, bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._cose_key()
        )
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._credential(
            {
                "clientDataJSON": self._client("webauthn.create", options, turned),
                "attestationObject": to_text(attestation),
                "transports": ["internal", "hybrid"],
                "publicKeyAlgorithm": -7,
                "authenticatorData": to_text(data),
            }
        )

    def get(self, options, **turned):
        """The answer to request options."""
        self.count += 1
        client = self._client("webauthn.get", options, turned)
        data = self._data()
        signature = self.key.sign(
            data + hashlib.sha256(to_bytes(client)).digest(), ec.ECDSA(SHA256())
        )
        return self._credential(
            {
                "clientDataJSON": client,
                "authenticatorData": to_text(data),
                "signature": to_text(signature),
                "userHandle": to_text(self.user_handle),
            }
        )

    def _credential(self, response):
        return {
            "id": to_text(self.id),
            "rawId": to_text(self.id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        }

    def _client(self, kind, options, turned):
        return to_text(
            json.dumps(
                {
                    "type": kind,
                    "challenge": options["challenge"],
                    "origin": self.origin,
                    "crossOrigin": False,
                }
                | turned
            ).encode()
        )

    def _data(self, flags=0, more=b""):
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        return (
            hashlib.sha256(self.rp_id.encode()).digest()
            + bytes([flags])
            + self.count.to_bytes(4, "big")
            + more
        )

    def _cose_key(self):
        point = self.key.public_key().public_numbers()
        return cbor2.dumps(
            {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        )
