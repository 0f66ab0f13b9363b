"""A person whose reference is known is erased, once and for good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.intake import CustomerErased
from shared.contracts.terms import Event
from shared.decider import Decider


@dataclass(frozen=True, kw_only=True)
class EraseCustomer:
    """Forget who that is, and what they said."""

    customer_ref: UUID
    client: str
    at: datetime


def erase(command: EraseCustomer, is_erased: bool) -> list[CustomerErased]:  # noqa: FBT001 - the state
    if is_erased:
        return []  # a repeat
    return [CustomerErased(customer_ref=command.customer_ref, client=command.client, at=command.at)]


def evolve(is_erased: bool, event: Event) -> bool:  # noqa: FBT001 - the state
    return is_erased or isinstance(event, CustomerErased)


CUSTOMER: Decider[EraseCustomer, bool, CustomerErased] = Decider(
    initial=False, decide=erase, evolve=evolve
)
