"""Where free texts live: in the store of the service that took them in, never in an event.

The event carries SHA-256(salt ‖ text). Erasing a person deletes row and salt; the digest stays and
proves nothing about the text any more.
"""

import hashlib
import secrets
from collections.abc import Iterable
from typing import overload
from uuid import UUID

import msgspec

from shared.contracts.terms import Text
from shared.event_store import Append, Backend
from shared.group_commit import EventStore
from shared.ids import new_id
from shared.keys import SecretBrokenError
from shared.tables import Insert, Put, Table

MOBILE_DIGITS = 11
LANDLINE_DIGITS = 8


class VaultText(msgspec.Struct, frozen=True, kw_only=True):
    """One text of one person."""

    customer_ref: UUID
    salt: bytes
    text: str


class SecretMark(msgspec.Struct, frozen=True):
    """By which a store knows the secret that it was made with."""

    digest: str


SECRET_MARKS = Table("secret_mark", SecretMark)
MARK_KEY = "store"
TEXTS = Table("vault_texts", VaultText, {"customer_ref": lambda row: str(row.customer_ref)})


class Deposit:
    """What one request puts into the vault; `rows` are stored with its events, or not at all."""

    def __init__(self, customer_ref: UUID) -> None:
        self.customer_ref = customer_ref
        self.rows: list[Insert[VaultText]] = []

    @overload
    def seal(self, text: str) -> Text: ...
    @overload
    def seal(self, text: str | None) -> Text | None: ...
    def seal(self, text: str | None) -> Text | None:
        """What an event may carry in the text's place; None for a text that was not given.

        Raises UnicodeEncodeError for lone surrogates, which requests never hold.
        """
        if text is None:
            return None
        salt = secrets.token_bytes(16)
        digest = hashlib.sha256(salt + text.encode()).hexdigest()
        text_id = new_id()
        row = VaultText(customer_ref=self.customer_ref, salt=salt, text=text)
        self.rows.append(Insert(TEXTS, str(text_id), row))
        return Text(text_id=text_id, digest=digest)


async def read_texts(store: EventStore, text_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The texts that are still there; record the reading first."""
    wanted = list(text_ids)

    def read(backend: Backend) -> dict[UUID, str]:
        rows = {text_id: backend.read_row(TEXTS, str(text_id)) for text_id in wanted}
        return {text_id: row.text for text_id, row in rows.items() if row is not None}

    return await store.run(read)


def keyed_hash(secret: bytes, *parts: str) -> bytes:
    """32 bytes by which the same parts are found again, and nothing can be guessed.

    BLAKE2b with a key is a MAC by itself (RFC 7693), at a fifth of HMAC-SHA-256's cost here.
    """
    return hashlib.blake2b("\0".join(parts).encode(), key=secret[:64], digest_size=32).digest()


async def check_secret(store: EventStore, secret: bytes) -> None:
    """Marks a new store with its secret. Raises SecretBrokenError for one made with another."""
    digest = keyed_hash(secret, "secret").hex()
    mark = await store.get(SECRET_MARKS, MARK_KEY)
    if mark is None:
        await store.append(Append(rows=[Put(SECRET_MARKS, MARK_KEY, SecretMark(digest))]))
    elif mark.digest != digest:
        raise SecretBrokenError(
            "The secret is not the one that the store was made with, and knows its customers by: "
            "restore that one from the backup."
        )


def mask_name(name: str) -> str:
    """`张**`: the first character."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """`138****5678` of eleven digits and more; of eight to ten the last two, else none."""
    digits = "".join(filter(str.isdecimal, phone))
    if len(digits) >= MOBILE_DIGITS:
        return f"{digits[-MOBILE_DIGITS:][:3]}****{digits[-4:]}"
    return f"****{digits[-2:]}" if len(digits) >= LANDLINE_DIGITS else "****"
