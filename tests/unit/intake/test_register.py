"""What a register carries, as it stands in the event."""

from pathlib import Path

from services.intake.handlers import HANDLERS
from services.intake.main import create_app
from shared.contracts.intake import TicketRegistered
from shared.contracts.terms import PersonalDataRead
from tests.unit.intake.service import COMPLAINT, TICKETS, open_front_desk
from tests.unit.support.desk import Desk, open_desk
from tests.unit.support.examples import AT


async def test_how_the_customer_was_verified_stands_in_the_register(tmp_path: Path) -> None:
    """U-17."""
    async with open_desk(Desk, create_app, HANDLERS, tmp_path, AT) as desk:
        body = {**COMPLAINT, "verified_by": "service-password"}
        await desk.client.post(TICKETS, json=body, headers={"Idempotency-Key": "a"})
        (registered,) = await desk.heard.said(TicketRegistered)
    assert registered.verified_by == "service-password"


REGISTER = {
    "receiver": "zhang-min",
    "branch": "东城分公司",
    "merchant": "云海酒店",
    "verified_by": "service-password",
}
SEALED = {
    "subject": "断网",
    "requested_remedy": "减免一个月月租",
    "contact_person": "张小明",
    "product_serial": "GM-2201",
    "unit_number": "3-1201",
}


async def test_a_ticket_shows_all_that_its_register_carries(tmp_path: Path) -> None:
    """H-03."""
    async with open_front_desk(tmp_path) as desk:
        await desk.register("a", **REGISTER, **SEALED)
        (listed,) = await desk.items(TICKETS)
        at = listed["links"]["self"]
        shown = (await desk.client.get(at)).json()
        masked = (await desk.client.get(at, headers=desk.key("desk", "tickets:read"))).json()
        (read,) = await desk.heard.said(PersonalDataRead)
    assert shown.items() >= (REGISTER | SEALED).items()
    assert masked.items() >= REGISTER.items()
    assert not SEALED.keys() & masked.keys()
    assert not (REGISTER | SEALED).keys() & listed.keys()
    assert set(read.fields) == {"customer", "content", *SEALED}
