"""Who signs: an Ed25519 key pair per service, derived from the secret that the services share.

The public half is what a verifier keeps: it opens nothing and forges nothing.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterable, Mapping

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from shared.secret import keyed_hash
from shared.settings import SERVICES

ALGORITHM = "ed25519"
KEY_SIZE = 32


class WrongKeyError(ValueError):
    """The text holds no public keys; the message says in a sentence what is wrong."""


class PublicKey(msgspec.Struct, frozen=True):
    """A service's public key; on one line it reads `intake ed25519 <base64>`."""

    service: str
    key: bytes

    @property
    def key_id(self) -> str:
        """By which people tell keys apart: the beginning of SHA-256 of the key."""
        return hashlib.sha256(self.key).hexdigest()[:16]

    @property
    def line(self) -> str:
        return f"{self.service} {ALGORITHM} {base64.b64encode(self.key).decode()}"

    def signed(self, message: bytes, signature: str) -> bool:
        """Whether the signature is this key's over the message."""
        try:
            raw = base64.b64decode(signature, validate=True)
            Ed25519PublicKey.from_public_bytes(self.key).verify(raw, message)
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


class Signer:
    """Signs in the name of a service."""

    def __init__(self, service: str, secret: bytes) -> None:
        seed = keyed_hash(secret, "evidence", service)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(service, self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> str:
        """The signature in base64."""
        return base64.b64encode(self._key.sign(message)).decode()


def public_keys(secret: bytes) -> dict[str, PublicKey]:
    """Every service's public key."""
    return {name: Signer(name, secret).public for name in SERVICES}


def lines_of(keys: Iterable[PublicKey]) -> str:
    """The keys as a file of them reads."""
    return "".join(f"{key.line}\n" for key in keys)


def keys_in(text: str) -> Mapping[str, PublicKey]:
    """The keys of a file of them; empty lines and `#` lines say nothing. Raises WrongKeyError."""
    found: dict[str, PublicKey] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        key = _key_of(words)
        if key is None or key.service in found:
            raise WrongKeyError(f"line {number} is no public key of a service, or its second one")
        found[key.service] = key
    if not found:
        raise WrongKeyError("there is no public key in it")
    return found


def _key_of(words: list[str]) -> PublicKey | None:
    try:
        service, algorithm, text = words
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return None
    if algorithm != ALGORITHM or len(raw) != KEY_SIZE or service not in SERVICES:
        return None
    return PublicKey(service, raw)
