"""Where free texts live: in the store of the service that took them in, never in an event.

The event carries SHA-256(salt ‖ text). Erasing a person deletes row and salt; the digest stays and
proves nothing about the text any more.
"""

import hashlib
import secrets
from uuid import UUID, uuid4

import msgspec

from shared.contracts.terms import Text
from shared.tables import Insert, Table


class VaultText(msgspec.Struct, frozen=True, kw_only=True):
    """One text of one person."""

    customer_ref: UUID
    salt: bytes
    text: str


TEXTS = Table("vault_texts", VaultText, {"customer_ref": lambda row: str(row.customer_ref)})


class Sealed(msgspec.Struct, frozen=True):
    """A text split in two: what the event may carry, and the row for the vault."""

    text: Text
    row: Insert[VaultText]


def seal(text: str, customer_ref: UUID) -> Sealed:
    """Splits a text. Raises UnicodeEncodeError for lone surrogates, which requests never hold."""
    salt = secrets.token_bytes(16)
    digest = hashlib.sha256(salt + text.encode()).hexdigest()
    text_id = uuid4()
    row = VaultText(customer_ref=customer_ref, salt=salt, text=text)
    return Sealed(Text(text_id=text_id, digest=digest), Insert(TEXTS, str(text_id), row))


def seal_optional(
    text: str | None, customer_ref: UUID
) -> tuple[Text | None, list[Insert[VaultText]]]:
    """The same for a text that may be missing."""
    if text is None:
        return None, []
    sealed = seal(text, customer_ref)
    return sealed.text, [sealed.row]


def keyed_hash(secret: bytes, *parts: str) -> bytes:
    """32 bytes by which the same parts are found again, and nothing can be guessed.

    BLAKE2b with a key is a MAC by itself (RFC 7693), at a fifth of HMAC-SHA-256's cost here.
    """
    return hashlib.blake2b("\0".join(parts).encode(), key=secret[:64], digest_size=32).digest()


def mask_name(name: str) -> str:
    """`张**`: the first character."""
    return f"{name[:1]}**"


def mask_phone(phone: str) -> str:
    """`138****5678`: the first three and the last four digits, where there are more than seven."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"  # noqa: PLR2004
