"""What is kept beside the tickets: their numbers, who the customers are, what was said of them."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.listing import column_time
from shared.messaging.topics import PUBLISHERS
from shared.tables import Table

OWN = "intake"


class NumberRow(msgspec.Struct, frozen=True):
    """Makes a ticket's number its own."""

    ticket_id: UUID


class PossibleDuplicate(msgspec.Struct, frozen=True):
    """Another ticket that may be about the same matter."""

    ticket_id: UUID
    number: str


class Duplicates(msgspec.Struct, frozen=True):
    """What the first answer to a registration said, so that it can be said again."""

    found: tuple[PossibleDuplicate, ...]


class CustomerTickets(msgspec.Struct, frozen=True):
    """Whose customer it is, and their newest tickets, the last one last."""

    ticket_ids: tuple[UUID, ...] = ()
    client: str = ""


class Erasure(msgspec.Struct, frozen=True, kw_only=True):
    """A person who was erased, and the services that have confirmed it so far."""

    client: str
    erased_at: datetime
    erased_by: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        return set(PUBLISHERS) <= set(self.erased_by)


class OpenCanaries(msgspec.Struct, frozen=True):
    """The system's own tickets that were not taken back yet: one, after an outage a few."""

    ticket_ids: tuple[UUID, ...] = ()


class ContactRow(msgspec.Struct, frozen=True):
    """In which stream a contact is kept."""

    stream: UUID


class KnowledgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """What was published of a ticket; its texts are in the vault."""

    ticket_id: UUID
    number: str
    title_id: UUID
    text_id: UUID
    category: str | None
    product: str | None
    published_at: datetime


class WordRow(msgspec.Struct, frozen=True, kw_only=True):
    """A word, or two Chinese characters, that stands in what was published of a ticket."""

    word: str
    client: str
    ticket_id: UUID
    published_at: datetime


class CustomerRow(msgspec.Struct, frozen=True, kw_only=True):
    """Who a ticket's customer said to be: the vault of persons, a row per ticket.

    The next ticket from the same phone may come from somebody else, and changes nothing here.
    What was said without a ticket, last, stands under the person's own reference.
    """

    customer_ref: UUID
    client: str
    name: str
    phone: str | None = None
    email: str | None = None
    account: str | None = None
    phone_hash: str | None = None
    said_at: datetime | None = None
    """Without a ticket; else it is when that came in."""


KNOWLEDGE = Table("knowledge", KnowledgeRow)
WORDS = Table(
    "knowledge_words",
    WordRow,
    {
        "word": lambda row: row.word,
        "client": lambda row: row.client,
        "published_at": lambda row: column_time(row.published_at),
        "ticket_id": lambda row: str(row.ticket_id),
    },
    indexes=(("word", "published_at"), ("ticket_id",)),
)
CANARIES = Table("open_canaries", OpenCanaries)
CONTACTS = Table("contacts", ContactRow)
NUMBERS = Table("ticket_numbers", NumberRow)
CUSTOMER_TICKETS = Table("customer_tickets", CustomerTickets)
ERASURES = Table(
    "erasures",
    Erasure,
    {"begun": lambda row: None if OWN in row.erased_by else "begun"},
    indexes=(("begun",),),
)
"""Also what is left to do after a crash: those that this service has only begun."""
DUPLICATES = Table("possible_duplicates", Duplicates)
CUSTOMERS = Table(
    "vault_customers",
    CustomerRow,
    {"phone_hash": lambda row: row.phone_hash},
    indexes=(("phone_hash",),),
)
