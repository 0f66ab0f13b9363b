"""What is kept beside the tickets: their numbers, who the customers are, what was said of them."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.listing import column_time
from shared.tables import Table


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
    """A customer's newest tickets, the last one last."""

    ticket_ids: tuple[UUID, ...]


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
    """

    customer_ref: UUID
    client: str
    name: str
    phone: str | None = None
    email: str | None = None
    account: str | None = None
    phone_hash: str | None = None


KNOWLEDGE = Table("knowledge", KnowledgeRow)
WORDS = Table(
    "knowledge_words",
    WordRow,
    {
        "word": lambda row: row.word,
        "client": lambda row: row.client,
        "published_at": lambda row: column_time(row.published_at),
    },
    indexes=(("word", "published_at"),),
)
CONTACTS = Table("contacts", ContactRow)
NUMBERS = Table("ticket_numbers", NumberRow)
CUSTOMER_TICKETS = Table("customer_tickets", CustomerTickets)
DUPLICATES = Table("possible_duplicates", Duplicates)
CUSTOMERS = Table(
    "vault_customers",
    CustomerRow,
    {"phone_hash": lambda row: row.phone_hash},
    indexes=(("phone_hash",),),
)
