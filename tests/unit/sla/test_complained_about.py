"""C-10: to the person complained about, the ticket's clocks and escalations are not there."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from services.sla.projections import ESCALATIONS
from shared.tables import Query
from tests.unit.support.any_desk import MONTH, AnyDesk, open_any
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import AT, OFFERED, REGISTERED, T

ABOUT = UUID(int=41)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """Two tickets of thirty days ago, one of them about somebody; all their steps are raised."""
    async with open_any("sla", tmp_path) as desk:
        for shelf in desk.heard.service.book.shelves:
            shelf.caught_up = True  # as if every topic was read to the end
        for ticket_id, person in ((T, None), (ABOUT, "Wang-Qiang")):
            old = msgspec.structs.replace(
                REGISTERED, ticket_id=ticket_id, at=AT - MONTH, against_person=person
            )
            await desk.read("intake", old, subject=ticket_id)
            offered = msgspec.structs.replace(OFFERED, ticket_id=ticket_id)
            await desk.read("dispatch", offered, subject=ticket_id)
        yield desk


def keys(desk: AnyDesk) -> tuple[Headers, Headers]:
    """Of the one complained about, whatever it may besides, and of a colleague."""
    own, other = (desk.key(name, "admin") for name in ("wang-qiang", "liu-yang"))
    return own, other


@pytest.mark.parametrize("path", ["clocks", "clocks/answer/explanation"])
async def test_its_clocks(desk: AnyDesk, path: str) -> None:
    """C-10."""
    own, other = keys(desk)
    url = f"/sla/v1/tickets/{ABOUT}/{path}"
    assert code_of(await desk.client.get(url, headers=own)) == (404, "ticket-not-found")
    assert (await desk.client.get(url, headers=other)).status_code == 200


@pytest.mark.parametrize("path", ["/sla/v1/due", "/sla/v1/escalations"])
async def test_their_lists_leave_it_out_page_by_page(desk: AnyDesk, path: str) -> None:
    """C-10: the pages go on behind what is left out."""
    own, other = keys(desk)
    everything = await desk.pages(f"{path}?limit=1", other)
    shown = await desk.pages(f"{path}?limit=1", own)
    assert {one["ticket_id"] for one in everything} == {str(T), str(ABOUT)}
    assert shown == [one for one in everything if one["ticket_id"] != str(ABOUT)]


async def test_its_escalations_are_not_theirs_to_acknowledge(desk: AnyDesk) -> None:
    """C-10."""
    own, other = keys(desk)
    query = Query(ESCALATIONS, {"ticket_id": str(ABOUT)}, limit=1)
    key, _ = (await desk.heard.service.core.store.query(query))[0]
    url = f"/sla/v1/escalations/{key}/acknowledgement"
    refused = await desk.client.post(url, json={}, headers=own)
    assert code_of(refused) == (404, "escalation-not-found")
    assert (await desk.client.post(url, json={}, headers=other)).status_code == 200


async def test_the_timers_do_not_count_it(desk: AnyDesk) -> None:
    """C-10."""
    own, other = [
        (await desk.client.get("/sla/v1/timers", headers=headers)).json()["totals"]
        for headers in keys(desk)
    ]
    for name in ("overdue", "unacknowledged"):
        assert 0 < own[name] < other[name]
