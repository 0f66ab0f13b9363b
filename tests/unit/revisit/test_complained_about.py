"""C-10: to the person complained about, the revisits of the ticket are not there."""

from uuid import UUID

import msgspec
import pytest

from services.revisit.domain.stages import revisit_id_of
from tests.unit.revisit.desk import REVISITS, CallDesk
from tests.unit.support.calls import CALL_BACK, CALLS, Call
from tests.unit.support.desk import code_of
from tests.unit.support.examples import REGISTERED, T

ABOUT = UUID(int=41)
AGAINST = msgspec.structs.replace(REGISTERED, ticket_id=ABOUT, against_person="Wang-Qiang")


@pytest.mark.parametrize("is_late", [False, True], ids=["registered first", "told first"])
@pytest.mark.parametrize("call", [one for one in CALLS if one.path.startswith(CALL_BACK)], ids=str)
async def test_whatever_they_ask_of_it(desk: CallDesk, call: Call, *, is_late: bool) -> None:
    """C-10: and whatever their key may besides; in whichever order the topics are read."""
    if is_late:
        await desk.told(ABOUT)
    await desk.heard.hear(AGAINST)
    if not is_late:
        await desk.told(ABOUT)
    before = await desk.heard.log()
    own, other = (
        {**desk.key(name, "admin", "pii:read"), "If-Match": '"1"'}
        for name in ("wang-qiang", "liu-yang")
    )
    path = call.path.format(revisit_id=revisit_id_of(ABOUT, 1))
    answer = await desk.client.request(call.method, path, json=call.body, headers=own)
    assert code_of(answer) == (404, "revisit-not-found")
    assert await desk.heard.log() == before
    answer = await desk.client.request(call.method, path, json=call.body, headers=other)
    assert answer.status_code != 404


async def test_their_lists_leave_it_out_page_by_page(desk: CallDesk) -> None:
    """C-10: the pages go on behind what is left out."""
    await desk.heard.hear(AGAINST)
    await desk.told(ABOUT)
    await desk.told(UUID(int=42))
    own, other = (
        desk.key(name, "tickets:read", departments=("*",)) for name in ("wang-qiang", "liu-yang")
    )
    url = f"{REVISITS}?limit=1"
    everything = [one["ticket_id"] for one in await desk.pages(url, other)]
    assert sorted(everything) == sorted(map(str, (T, ABOUT, UUID(int=42))))
    shown = [one["ticket_id"] for one in await desk.pages(url, own)]
    assert shown == [one for one in everything if one != str(ABOUT)]
    assert await desk.items(REVISITS, own, ticket_id=ABOUT) == []
