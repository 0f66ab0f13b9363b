"""Another matter that a customer brings up in a revisit becomes a ticket of its own (T-13)."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.intake.domain.errors import TicketNotRegisteredError
from services.intake.domain.stages import Open
from services.intake.raising import raised_ticket_id
from services.intake.rows import CUSTOMER_TICKETS, CUSTOMERS, NUMBERS
from shared.contracts.revisit import RevisitConcluded
from shared.event_store import AlreadyProcessedError, Append
from shared.tables import Delete
from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.examples import AT, CONCLUDED, TEXT


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def first(desk: FrontDesk) -> UUID:
    answer = await desk.register("a", category="billing", severity="complex", area="north-3")
    return UUID(answer.json()["ticket_id"])


def heard_in(ticket_id: UUID, **changes: Any) -> RevisitConcluded:  # noqa: ANN401 - any field
    said = {"ticket_id": ticket_id, "new_complaint": TEXT, "at": AT, **changes}
    return msgspec.structs.replace(CONCLUDED, **said)


async def shown(desk: FrontDesk, ticket_id: UUID) -> Any:  # noqa: ANN401 - JSON
    return (await desk.client.get(f"{TICKETS}/{ticket_id}")).json()


async def test_it_becomes_its_own_ticket_linked_to_the_first(desk: FrontDesk) -> None:
    """T-13."""
    old = await first(desk)
    event = heard_in(old)
    await desk.heard.hear(event)
    new = raised_ticket_id(event.revisit_id)
    view = await shown(desk, new)
    assert view["raised_in"] == {"ticket_id": str(old), "revisit_id": str(event.revisit_id)}
    assert (view["kind"], view["severity"], view["channel"], view["category"]) == (
        "complaint",
        "general",
        "phone",
        None,
    )
    assert (view["status"], view["area"], view["receiver"]) == ("registered", "north-3", "crm")
    assert (await shown(desk, old))["raised"] == [str(new)]
    assert len(await desk.items(TICKETS)) == 2


async def test_what_was_said_is_read_in_the_revisit_where_it_was_heard(desk: FrontDesk) -> None:
    """T-13: texts stay with the service that took them in; who the customer is, is known here."""
    old = await first(desk)
    event = heard_in(old)
    await desk.heard.hear(event)
    view = await shown(desk, raised_ticket_id(event.revisit_id))
    assert view["content"] is None
    assert view["links"]["raised_in"] == f"/revisit/v1/revisits/{event.revisit_id}"
    assert view["customer"]["name"] == COMPLAINT["customer"]["name"]  # type: ignore[index]
    assert view["customer"]["customer_ref"] == (await shown(desk, old))["customer"]["customer_ref"]


@pytest.mark.parametrize(("solved", "status"), [(True, "closed"), (False, "in_revisit")])
async def test_the_first_ticket_closes_or_goes_on_as_before(
    desk: FrontDesk, *, solved: bool, status: str
) -> None:
    old = await first(desk)
    await desk.heard.hear(heard_in(old, solved=solved))
    view = await shown(desk, old)
    assert (view["status"], view["severity"], view["category"]) == (status, "complex", "billing")


async def test_a_revisit_without_it_raises_nothing(desk: FrontDesk) -> None:
    old = await first(desk)
    await desk.heard.hear(heard_in(old, new_complaint=None))
    assert (await shown(desk, old))["raised"] == []
    assert len(await desk.items(TICKETS)) == 1


async def test_a_conclusion_heard_twice_registers_it_once(desk: FrontDesk) -> None:
    old = await first(desk)
    arrival = desk.heard.arrival(heard_in(old, solved=False))
    await desk.heard.take(arrival)
    before = await desk.heard.log()
    with pytest.raises(AlreadyProcessedError):
        await desk.heard.take(arrival)
    assert await desk.heard.log() == before
    assert len(await desk.items(TICKETS)) == 2


async def test_a_crash_between_the_two_is_made_good_by_hearing_it_again(desk: FrontDesk) -> None:
    """The registration carries no mark: what followed it did not happen yet."""
    old = await first(desk)
    event = heard_in(old)
    await desk.heard.hear(event)
    again = desk.heard.arrival(event)  # as though the mark had never been stored
    await desk.heard.take(again)
    assert (await desk.heard.log()).count("ticket-registered.v1") == 2
    assert (await desk.heard.log()).count("ticket-closed.v1") == 1


async def test_it_has_a_number_of_its_own_and_stands_among_the_customers_tickets(
    desk: FrontDesk,
) -> None:
    old = await first(desk)
    event = heard_in(old)
    await desk.heard.hear(event)
    new, store = raised_ticket_id(event.revisit_id), desk.heard.service.core.store
    ticket, _ = await desk.heard.service.tickets.load(new)
    assert isinstance(ticket, Open)
    number = await store.get(NUMBERS, ticket.register.number)
    known = await store.get(CUSTOMER_TICKETS, str(ticket.case.customer_ref))
    assert number is not None
    assert known is not None
    assert (number.ticket_id, known.ticket_ids) == (new, (old, new))


async def test_another_revisit_of_the_ticket_raises_another_one(desk: FrontDesk) -> None:
    old = await first(desk)
    one, other = heard_in(old, solved=False), heard_in(old, round=2, revisit_id=UUID(int=77))
    await desk.heard.hear(one, other)
    raised = [str(raised_ticket_id(event.revisit_id)) for event in (one, other)]
    assert (await shown(desk, old))["raised"] == raised


async def test_of_a_person_of_whom_nothing_is_kept_nothing_is_kept_again(desk: FrontDesk) -> None:
    old = await first(desk)
    store = desk.heard.service.core.store
    await store.append(Append(rows=[Delete(CUSTOMERS, str(old))]))
    event = heard_in(old)
    await desk.heard.hear(event)
    assert await store.get(CUSTOMERS, str(raised_ticket_id(event.revisit_id))) is None


async def test_of_a_ticket_that_nobody_registered_it_is_parked(desk: FrontDesk) -> None:
    with pytest.raises(TicketNotRegisteredError):
        await desk.heard.hear(heard_in(UUID(int=404)))
    assert await desk.heard.log() == []
