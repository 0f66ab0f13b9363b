"""Intake goes by the version of the pack that was in force when the customer got in touch."""

from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.intake.raising import raised_ticket_id
from shared.contracts.intake import ContactRecorded, TicketAnswered, TicketRegistered
from tests.unit.intake.service import TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CONCLUDED, HOUR, TEXT
from tests.unit.support.published import published, second_version

SINCE = AT - HOUR
REVISIT = second_version("hotline-400").revisit
NO_REVISIT = second_version(
    "hotline-400", revisit=msgspec.structs.replace(REVISIT, exempt=("complaint",))
)
PUBLISHED = published(NO_REVISIT, SINCE)
BEFORE, AFTER = (SINCE - HOUR / 60).isoformat(), SINCE.isoformat()


async def versions(desk: FrontDesk) -> list[int]:
    return [one.case.pack_version for one in await desk.heard.said(TicketRegistered)]


async def test_a_ticket_is_stamped_with_the_version_in_force_at_its_time(tmp_path: Path) -> None:
    """ARCHITECTURE: chosen by the ticket's `at`, whenever it is entered."""
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED, PUBLISHED)
        for key, said in enumerate(({"received_at": BEFORE}, {"at": BEFORE}, {"at": AFTER}, {})):
            answer = await desk.register(str(key), **said)
            assert answer.status_code == 201, answer.text
        assert await versions(desk) == [1, 1, 2, 2]


async def test_what_follows_is_decided_by_the_version_that_it_carries(tmp_path: Path) -> None:
    """H-19: the second version calls nobody back about a complaint answered at once."""
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED)
        for key in (BEFORE, AFTER):
            ticket_id = (await desk.register(key, received_at=key)).json()["ticket_id"]
            url = f"{TICKETS}/{ticket_id}/answer"
            assert (await desk.client.post(url, json={"text": "已退费"})).status_code == 200
        assert [one.revisit for one in await desk.heard.said(TicketAnswered)] == [True, False]


async def test_a_version_that_was_heard_is_known_after_a_restart(tmp_path: Path) -> None:
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED)
    async with open_front_desk(tmp_path) as desk:
        await desk.register("a", received_at=BEFORE)
        await desk.register("b", received_at=AFTER)
        assert await versions(desk) == [1, 2]


async def test_a_pack_that_is_not_there_is_refused_as_before(tmp_path: Path) -> None:
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED)
        assert code_of(await desk.register("a", pack="winery")) == (422, "malformed")


async def test_a_pack_has_no_tickets_from_before_its_first_version(tmp_path: Path) -> None:
    """Its file may have gone since: what was published stays."""
    acme = msgspec.structs.replace(NO_REVISIT, name="acme")
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(published(acme, SINCE))
        refused = await desk.register("a", pack="acme", received_at=BEFORE)
        assert code_of(refused) == (422, "malformed")
        answer = await desk.register("b", pack="acme", received_at=AFTER)
        assert answer.status_code == 201, answer.text
        assert await versions(desk) == [2]


@pytest.mark.parametrize(("offered_at", "version"), [(BEFORE, 1), (AFTER, 2)])
async def test_a_contact_goes_by_the_version_of_its_own_time(
    tmp_path: Path, offered_at: str, version: int
) -> None:
    """H-29."""
    call = {"channel": "phone", "offered_at": offered_at, "abandoned_at": offered_at}
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED)
        answer = await desk.client.post("/intake/v1/contacts", json=call)
        assert answer.status_code == 201, answer.text
        assert [one.pack_version for one in await desk.heard.said(ContactRecorded)] == [version]


async def test_another_complaint_in_a_revisit_goes_by_the_version_of_that_time(
    tmp_path: Path,
) -> None:
    """T-13."""
    async with open_front_desk(tmp_path) as desk:
        await desk.heard.hear(PUBLISHED)
        first = UUID((await desk.register("a", received_at=BEFORE)).json()["ticket_id"])
        said = msgspec.structs.replace(CONCLUDED, ticket_id=first, new_complaint=TEXT, at=AT)
        await desk.heard.hear(said)
        raised = raised_ticket_id(said.revisit_id)
        found = {one.ticket_id: one for one in await desk.heard.said(TicketRegistered)}
        assert [found[one].case.pack_version for one in (first, raised)] == [1, 2]
