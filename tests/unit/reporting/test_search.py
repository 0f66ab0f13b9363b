"""Search of tickets by who acted, which event, under which rule; and who may find what."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.reporting import searching
from services.reporting.acts import ACTS
from services.reporting.figures.views import VIEWS, VIEWS_KEY
from services.reporting.projections import CARDS
from shared.canary import FIRST_ID
from shared.contracts.dispatch import WorkOrderAccepted
from shared.contracts.sla import EscalationRaised
from shared.event_store import Append
from shared.tables import Delete, Fold, Query
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import (
    AT,
    CASE,
    CLOCK_STARTED,
    DUE_AT,
    NUMBER,
    OFFERED,
    REGISTERED,
    TRANSFERRED,
    T,
    W,
)
from tests.until import until

SEARCH = "/reporting/v1/audit/search"
OTHER = UUID(int=0)
"""Of the same partition."""
MINUTE = timedelta(minutes=1)
ACCEPTED = WorkOrderAccepted(work_order_id=W, ticket_id=T, round=1, handler="Wang-Qiang", at=AT)
RAISED = EscalationRaised(
    ticket_id=T,
    clock="answer",
    round=1,
    occurrence="x",
    escalation_id=UUID(int=9),
    step="level-1",
    addressee=("li-na",),
    due_at=DUE_AT,
    at=AT,
)
"""What happened to T, a minute after the other each; OTHER was registered last."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    async with open_any("reporting", tmp_path) as desk:
        for service, event in (
            ("intake", REGISTERED),
            ("dispatch", OFFERED),
            ("dispatch", ACCEPTED),
            ("sla", CLOCK_STARTED),
            ("sla", RAISED),
        ):
            await desk.say(service, event)
            desk.clock.time += MINUTE
        case = msgspec.structs.replace(CASE, customer_ref=UUID(int=6), client="shop")
        another = msgspec.structs.replace(REGISTERED, ticket_id=OTHER, case=case, number="N2")
        await desk.read("intake", another, subject=OTHER)
        yield desk


async def found(desk: AnyDesk, headers: Headers | None = None, **asked: Any) -> list[str]:  # noqa: ANN401 - a query's
    """Types, the newest first; those of the other ticket under its number."""
    asked = {"from" if name == "since" else name: value for name, value in asked.items()}
    items = await desk.items(SEARCH, headers, **asked)
    return [one["number"] if one["number"] == "N2" else one["type"][:-3] for one in items]


async def test_who_acted_is_found_by_key_and_by_name_in_any_spelling(desk: AnyDesk) -> None:
    assert await found(desk, actor="wang-qiang") == ["work-order-accepted"]
    assert await found(desk, actor="\uff37ANG-QIANG") == ["work-order-accepted"]
    assert await found(desk, actor="zhang-min") == ["N2", "ticket-registered"]
    assert len(await found(desk, actor="crm")) == 6
    assert await found(desk, actor="nobody") == []


async def test_a_type_is_found_with_its_version_and_without(desk: AnyDesk) -> None:
    assert await found(desk, type="clock-started") == ["clock-started"]
    assert await found(desk, type="clock-started.v1") == ["clock-started"]
    assert await found(desk, type="clock-started.v2") == []


async def test_a_rule_is_a_routing_rule_a_clock_or_a_clause(desk: AnyDesk) -> None:
    assert await found(desk, rule="billing-matters") == ["work-order-offered"]
    assert await found(desk, rule="answer") == ["escalation-raised", "clock-started"]
    assert await found(desk, rule="h-12") == ["escalation-raised", "clock-started"]
    assert await found(desk, rule="H-13") == [], "this ticket is judged by another clause"
    item = (await desk.items(SEARCH, type="clock-started"))[0]
    assert (item["rule"], item["clause"], item["number"]) == ("answer", "H-12", NUMBER)


async def test_all_that_is_asked_for_narrows_together(desk: AnyDesk) -> None:
    assert await found(desk, actor="crm", type="ticket-registered") == ["N2", "ticket-registered"]
    mine: dict[str, Any] = {"customer": str(CASE.customer_ref)}
    assert await found(desk, actor="crm", type="ticket-registered", **mine) == ["ticket-registered"]
    assert await found(desk, department="billing", actor="zhang-min") == ["ticket-registered"]
    assert len(await found(desk, **mine)) == 5
    span: dict[str, Any] = {"since": (AT + MINUTE).isoformat(), "to": (AT + 3 * MINUTE).isoformat()}
    expected = ["work-order-accepted", "work-order-offered"]
    assert await found(desk, **span) == expected
    assert await found(desk, **span, **mine) == expected
    wrong = {"from": span["to"], "to": span["since"]}
    assert code_of(await desk.client.get(SEARCH, params=wrong)) == (422, "malformed")


async def test_page_by_page_it_is_the_same(desk: AnyDesk) -> None:
    whole = await desk.items(SEARCH)
    assert len(whole) == 6
    assert await desk.pages(f"{SEARCH}?limit=1") == whole
    customer = f"{SEARCH}?limit=2&customer={CASE.customer_ref}"
    assert await desk.pages(customer) == whole[1:]


async def test_what_was_looked_through_is_limited_and_goes_on(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LOOKED_THROUGH", 2)
    page = (await desk.client.get(SEARCH, params={"department": "billing"})).json()
    assert (len(page["items"]), page["looked_through"]) == (1, 2)
    assert page["next_cursor"]
    assert len(await desk.pages(f"{SEARCH}?department=billing")) == 5


async def test_a_department_that_nobody_knows_is_refused_at_once(
    desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much there would have been to look through without a find."""
    monkeypatch.setattr(searching, "LOOKED_THROUGH", 2)
    answer = await desk.client.get(SEARCH, params={"department": "billling"})
    assert code_of(answer) == (422, "malformed")
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/query/department"
    assert "billing" in error["detail"]
    none = await desk.client.get(SEARCH, params={"department": "key-accounts"})
    assert (none.json()["items"], none.json()["looked_through"]) == ([], 2)


async def test_a_department_of_old_is_searched_by_those_who_may_see_its_tickets(
    desk: AnyDesk,
) -> None:
    """The directory has lost it."""
    lost = msgspec.structs.replace(TRANSFERRED, department="cable-laying")
    await desk.say("dispatch", lost)
    old: dict[str, Any] = {"department": "cable-laying"}
    assert len(await found(desk, **old)) == 6
    assert len(await found(desk, desk.key("crm", "audit:read"), **old)) == 6
    shop = await desk.client.get(SEARCH, params=old, headers=desk.key("shop", "audit:read"))
    assert code_of(shop) == (422, "malformed")


async def test_only_what_is_there_for_the_key_is_found(desk: AnyDesk) -> None:
    shop = desk.key("shop", "audit:read")
    assert await found(desk, shop) == ["N2"]
    billing = desk.key("clerk", "audit:read", departments=("billing",))
    assert len(await found(desk, billing)) == 5
    await desk.say("dispatch", TRANSFERRED)
    assert await found(desk, billing, customer=str(CASE.customer_ref)) == []


async def test_to_the_person_complained_about_it_is_not_there(desk: AnyDesk) -> None:
    """C-10."""
    about = msgspec.structs.replace(
        REGISTERED, ticket_id=UUID(int=41), number="N41", against_person="Wang-Qiang"
    )
    await desk.read("intake", about, subject=UUID(int=41))
    own = desk.key("wang-qiang", "audit:read", departments=("*",))
    assert len(await found(desk)) == 7
    assert len(await found(desk, own)) == 6


async def test_the_canary_is_nobodys_ticket(desk: AnyDesk) -> None:
    ticket_id = UUID(FIRST_ID)
    canary = msgspec.structs.replace(REGISTERED, ticket_id=ticket_id, number="C")
    await desk.read("intake", canary)
    assert len(await found(desk)) == 6


async def test_what_was_searched_for_is_kept(desk: AnyDesk) -> None:
    auditor = desk.key("auditor", "audit:read", departments=("*",))
    await found(desk, auditor, actor="wang-qiang", limit=2)
    await found(desk, auditor, actor="wang-qiang")
    await found(desk, auditor, rule="H-12")
    looks = await desk.items("/reporting/v1/readings")
    assert sorted((one["what"], one["asked"], one["times"]) for one in looks) == [
        ("search", "actor=wang-qiang", 2),
        ("search", "rule=H-12", 1),
    ]


async def test_a_rebuild_makes_the_rows_anew_and_tells_old_cards_whose_they_are(
    desk: AnyDesk,
) -> None:
    whole = await desk.items(SEARCH)
    store = desk.heard.service.core.store
    rows = [Delete(ACTS, key) for key, _ in await store.query(Query(ACTS))]
    older = [
        Fold(CARDS, key, lambda card: card and msgspec.structs.replace(card, customer_ref=None))
        for key, _ in await store.query(Query(CARDS))
    ]
    await store.append(Append(rows=[*rows, *older]))
    assert await found(desk) == []
    begun = (await desk.client.post("/reporting/v1/rebuilds")).json()
    operation = f"/reporting/v1/operations/{begun['operation_id']}"

    async def is_done() -> bool:
        return bool((await desk.client.get(operation)).json()["state"] == "done")

    await until(is_done, "rebuilt")
    assert await desk.items(SEARCH) == whole
    assert len(await found(desk, customer=str(CASE.customer_ref))) == 5


async def test_a_store_of_an_older_release_is_made_searchable_at_its_start(tmp_path: Path) -> None:
    async with open_any("reporting", tmp_path) as desk:
        await desk.say("intake", REGISTERED)
        store = desk.heard.service.core.store
        [(key, _)] = await store.query(Query(ACTS))
        older = Fold(VIEWS, VIEWS_KEY, lambda row: row and msgspec.structs.replace(row, version=2))
        await store.append(Append(rows=[Delete(ACTS, key), older]))
    async with open_any("reporting", tmp_path) as desk:

        async def is_found() -> bool:
            return await found(desk) == ["ticket-registered"]

        await until(is_found, "searchable")
