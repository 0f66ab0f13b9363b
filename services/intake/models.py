"""The bodies that intake takes."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.terms import Channel, Kind, Severity, Status, Tier
from shared.http import Body, CommandBody, Label, ListQuery, LongText, Moment

EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=254)]


def _can_be_dialled(phone: str) -> str:
    if sum(map(str.isdecimal, phone)) < FEWEST_DIGITS:
        raise PydanticCustomError("phone-too-short", "holds fewer digits than any phone number")
    return phone


FEWEST_DIGITS = 3
PhoneNumber = Annotated[
    str,
    StringConstraints(pattern=r"^[+0-9][0-9 \-()#*]{2,30}$"),
    AfterValidator(_can_be_dialled),
]


class Customer(Body):
    """Who it is, and at least one way to reach them."""

    name: Label
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None
    account: Label | None = None

    @model_validator(mode="after")
    def _can_be_reached(self) -> "Customer":
        if not (self.phone or self.email or self.account):
            raise PydanticCustomError("reach-missing", "give a phone, an email or an account")
        return self


class Against(Body):
    """Whom the complaint is about, as the directory names them."""

    person: Label


class RegisterTicketRequest(CommandBody):
    """The complaint register (H-03)."""

    kind: Kind
    content: LongText
    customer: Customer
    pack: Label | None = None
    severity: Severity = "general"
    channel: Channel = "system"
    tier: Tier = "standard"
    contact_person: Label | None = None
    receiver: Label | None = None
    product: Label | None = None
    product_serial: Label | None = None
    unit_number: Label | None = None
    area: Label | None = None
    branch: Label | None = None
    merchant: Label | None = None
    subject: Label | None = None
    category: Label | None = None
    external_id: Label | None = None
    requested_remedy: LongText | None = None
    verified_by: Label | None = None
    against: Against | None = None
    received_at: Moment | None = None


class BatchRequest(Body):
    """Up to 500 registers, each judged by itself."""

    items: Annotated[list[Any], Field(min_length=1, max_length=500)]


class TicketQuery(ListQuery):
    """What a list of tickets is narrowed to."""

    status: Status | None = None
    kind: Kind | None = None
    severity: Severity | None = None
    tier: Tier | None = None
    department: Label | None = None
    external_id: Label | None = None
    number: Label | None = None
    customer_phone: Label | None = None
    received_from: Moment | None = None
    received_until: Moment | None = None


class WithdrawTicketRequest(CommandBody):
    """The customer takes it back."""

    reason: LongText


class AnswerTicketRequest(CommandBody):
    """What the customer was told at once."""

    text: LongText


class SupplementTicketRequest(CommandBody):
    """What the customer adds; U-11: asked again, or going public."""

    content: LongText
    repeat: bool = False
    publicity_threat: bool = False


class ReclassifyTicketRequest(CommandBody):
    """How it is classified instead, in one way at least."""

    severity: Severity | None = None
    category: Label | None = None
    kind: Kind | None = None
    reason: LongText

    @model_validator(mode="after")
    def _says_something(self) -> "ReclassifyTicketRequest":
        if not (self.severity or self.category or self.kind):
            raise PydanticCustomError("values-missing", "give a severity, a category or a kind")
        return self


class MergeTicketRequest(CommandBody):
    """The ticket that goes on for both."""

    into: UUID


class UnmergeTicketRequest(CommandBody):
    """Perhaps why it was another matter after all."""

    reason: LongText | None = None


class ReopenTicketRequest(CommandBody):
    """Why it was closed too early."""

    reason: LongText


class AppealRequest(CommandBody):
    """Why the customer takes it above the company's answer, and through whom (U-12)."""

    reason: LongText
    through: Label | None = None


class PublishKnowledgeRequest(CommandBody):
    """What the next one who asks should hear."""

    title: Label
    text: Annotated[LongText, StringConstraints(max_length=4000)]


class KnowledgeQuery(ListQuery):
    """Words, all of which must be there."""

    q: Label | None = None
