"""Where free texts live: in the store of the service that took them in, never in an event.

The event carries SHA-256(salt ‖ text). Erasing a person deletes row and salt; the digest stays and
proves nothing about the text any more. What an erased person says later is kept as `[erased]`.
"""

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import overload
from uuid import UUID

import msgspec

from shared.contracts.terms import Text
from shared.decider import ErasedError
from shared.event_store import Backend
from shared.group_commit import EventStore
from shared.ids import new_id
from shared.tables import Fold, Row, RowChange, Table

ERASED_TEXT = "[erased]"


class VaultText(msgspec.Struct, frozen=True, kw_only=True):
    """One text of one person."""

    customer_ref: UUID
    salt: bytes
    text: str


class ErasedPerson(msgspec.Struct, frozen=True):
    """A person of whom nothing is kept any more, under their `customer_ref`."""

    erased_at: datetime


TEXTS = Table(
    "vault_texts",
    VaultText,
    {"customer_ref": lambda row: str(row.customer_ref)},
    indexes=(("customer_ref",),),
)
ERASED = Table("erased_persons", ErasedPerson)


class Deposit:
    """What one request keeps of a person; `rows` are stored with its events, or not at all.

    Whether the person is erased is learnt in that same transaction, so that no text slips in
    between, and nothing is read beforehand.
    """

    def __init__(self, customer_ref: UUID) -> None:
        self.customer_ref = customer_ref
        self._kept: list[RowChange] = []
        self._is_erased = False

    @property
    def rows(self) -> Sequence[RowChange]:
        """In this order: the first one learns what the others depend on."""
        if not self._kept:
            return ()
        return (Fold(ERASED, str(self.customer_ref), self._learn), *self._kept)

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
        # Without the salt: with it the digest would still prove a guess.
        erased = VaultText(customer_ref=self.customer_ref, salt=b"", text=ERASED_TEXT)
        self._keep(TEXTS, str(text_id), row, erased)
        return Text(text_id=text_id, digest=digest)

    def keep(self, table: Table[Row], key: str, row: Row) -> None:
        """Another row about the person; there is none of an erased one."""
        self._keep(table, key, row, None)

    def _keep(self, table: Table[Row], key: str, row: Row, erased: Row | None) -> None:
        self._kept.append(Fold(table, key, lambda _: erased if self._is_erased else row))

    def _learn(self, person: ErasedPerson | None) -> None:
        self._is_erased = person is not None


def unless_erased(customer_ref: UUID) -> RowChange:
    """Lets an append through only while the person is not erased: judged under the write lock.

    Raises ErasedError from the append.
    """

    def project(person: ErasedPerson | None) -> None:
        if person is not None:
            raise ErasedError

    return Fold(ERASED, str(customer_ref), project)


async def read_texts(store: EventStore, text_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The texts that are still there, of whomever."""
    wanted = list(text_ids)
    return await store.run(lambda backend: _texts(backend, wanted))


async def read_texts_of(
    store: EventStore, customer_ref: UUID, text_ids: Iterable[UUID]
) -> dict[UUID, str] | None:
    """The person's texts; None once they are erased, deleted yet or not.

    Record the reading first.
    """
    wanted = list(text_ids)

    def read(backend: Backend) -> dict[UUID, str] | None:
        if backend.read_row(ERASED, str(customer_ref)) is not None:
            return None
        return _texts(backend, wanted)

    return await store.run(read)


def _texts(backend: Backend, wanted: Iterable[UUID]) -> dict[UUID, str]:
    rows = {text_id: backend.read_row(TEXTS, str(text_id)) for text_id in wanted}
    return {text_id: row.text for text_id, row in rows.items() if row is not None}
