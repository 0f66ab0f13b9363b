"""What a register carries, as it stands in the event."""

from pathlib import Path

from services.intake.handlers import HANDLERS
from services.intake.main import create_app
from shared.contracts.intake import TicketRegistered
from tests.unit.intake.test_api import COMPLAINT, TICKETS
from tests.unit.support.desk import Desk, open_desk
from tests.unit.support.examples import AT


async def test_how_the_customer_was_verified_stands_in_the_register(tmp_path: Path) -> None:
    """U-17."""
    async with open_desk(Desk, create_app, HANDLERS, tmp_path, AT) as desk:
        body = {**COMPLAINT, "verified_by": "service-password"}
        await desk.client.post(TICKETS, json=body, headers={"Idempotency-Key": "a"})
        (registered,) = await desk.heard.said(TicketRegistered)
    assert registered.verified_by == "service-password"
