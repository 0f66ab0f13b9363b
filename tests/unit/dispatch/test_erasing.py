"""Of an erased person dispatch keeps no text, and says so once; their work orders go on."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from shared.contracts.intake import CustomerErased
from shared.contracts.terms import TextsErased
from shared.erasing import erased
from shared.event_store import Append
from shared.tables import Query
from shared.vault import ERASED_TEXT, TEXTS
from tests.unit.dispatch.desk import WORK_ORDERS, WorkDesk
from tests.unit.support.examples import AT, CASE, HOUR, REGISTERED, W

ERASED = CustomerErased(customer_ref=CASE.customer_ref, client="crm", at=AT)
CONFIRMED = TextsErased(customer_ref=CASE.customer_ref, at=AT)
OTHER = UUID(int=77)


async def texts(desk: WorkDesk) -> Sequence[str]:
    rows = await desk.heard.service.core.store.query(Query(TEXTS))
    return [row.text for _, row in rows]


async def work(desk: WorkDesk, order: UUID = W) -> None:
    """A department's work with two texts."""
    for path, body in (
        ("acceptance", {}),
        ("contact-attempts", {"channel": "phone", "outcome": "reached", "note": "张女士在家"}),
        ("progress", {"done": False, "reason": "等张女士回电"}),
    ):
        answer = await desk.post(path, body, order=order)
        assert answer.status_code == 200, answer.text


async def of_another_person(desk: WorkDesk) -> UUID:
    """A second ticket's work order."""
    case = msgspec.structs.replace(CASE, customer_ref=UUID(int=6))
    await desk.heard.hear(msgspec.structs.replace(REGISTERED, ticket_id=OTHER, case=case))
    [item] = await desk.items(WORK_ORDERS, ticket_id=OTHER)
    return UUID(item["work_order_id"])


async def test_the_persons_texts_are_deleted_and_no_others(desk: WorkDesk) -> None:
    await work(desk)
    await work(desk, await of_another_person(desk))
    assert len(await texts(desk)) == 4
    await desk.heard.hear(ERASED)
    assert len(await texts(desk)) == 2
    assert await desk.heard.said(TextsErased) == [CONFIRMED]
    person = await desk.heard.service.core.store.read(CASE.customer_ref)
    assert [one.name for one in person] == ["texts-erased.v1"]


async def test_it_is_said_once_however_often_it_is_heard(desk: WorkDesk) -> None:
    await desk.heard.hear(ERASED)
    desk.clock.time += HOUR
    await desk.heard.hear(ERASED)
    assert await desk.heard.said(TextsErased) == [CONFIRMED]


async def test_an_erasure_that_was_interrupted_is_finished_when_it_is_heard_again(
    desk: WorkDesk,
) -> None:
    await work(desk)
    known = Append(rows=[erased(CASE.customer_ref, AT)])
    await desk.heard.service.core.store.append(known)
    await desk.heard.hear(ERASED)
    assert (await texts(desk), await desk.heard.said(TextsErased)) == ([], [CONFIRMED])


async def test_what_is_noted_later_is_kept_as_erased(desk: WorkDesk) -> None:
    await desk.heard.hear(ERASED)
    await work(desk)
    assert await texts(desk) == [ERASED_TEXT, ERASED_TEXT]


async def test_the_work_order_is_shown_without_its_texts(desk: WorkDesk) -> None:
    await work(desk)
    await desk.heard.hear(ERASED)
    shown = (await desk.show()).json()
    assert shown["erased"] is True
    assert [(one["field"], one["text"]) for one in shown["texts"]] == [
        ("note", None),
        ("reason", None),
    ]
    masked = await desk.show(desk.key("crm", "tickets:read"))
    assert "erased" not in masked.json()


async def test_the_work_goes_on_to_its_end(desk: WorkDesk) -> None:
    await work(desk)
    await desk.heard.hear(ERASED)
    await desk.do("completion", {"solution": "更换光猫"})
    told = {"about": "result", "channel": "phone", "outcome": "reached"}
    assert (await desk.do("customer-notice", told))["state"] == "notified"
