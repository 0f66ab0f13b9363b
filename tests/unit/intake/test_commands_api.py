"""What the routes of a ticket's commands add to what was decided."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import pytest
from httpx import Response

from services.intake.guards import while_revisits_are
from services.intake.projections import TICKETS as TICKET_ROWS
from shared.contracts.terms import PersonalDataRead
from shared.event_store import Append, RowConflictError
from tests.unit.intake.service import TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import CONCLUDED


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def test_a_supplement_leaves_its_text_in_the_vault(desk: FrontDesk) -> None:
    """U-11."""
    at = (await desk.register("a")).headers["location"]
    body = {"content": "再不处理就找媒体", "repeat": True, "publicity_threat": True}
    done = await desk.client.post(f"{at}/supplements", json=body)
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (
        200,
        "registered",
        2,
    )
    logged = await desk.heard.service.core.store.read_log(0)
    assert "媒体".encode() not in logged[-1].event.state


async def test_what_was_said_later_is_read_by_who_may_and_the_reading_is_kept(
    desk: FrontDesk,
) -> None:
    at = (await desk.register("a", kind="complaint")).headers["location"]
    await desk.client.post(f"{at}/supplements", json={"content": "又断了"})
    body = {"severity": "complex", "reason": "多户受影响"}
    await desk.client.post(f"{at}/reclassification", json=body, headers={"If-Match": "*"})
    shown = (await desk.client.get(at)).json()
    said = [(one["field"], one["text"]) for one in shown["texts"]]
    assert said == [("content", "又断了"), ("reason", "多户受影响")]
    assert (await desk.heard.said(PersonalDataRead))[-1].fields == ("customer", "content", "reason")
    blind = await desk.client.get(at, headers=desk.key("desk", "tickets:read"))
    assert "texts" not in blind.json()
    await desk.client.delete(f"/intake/v1/customers/{shown['customer']['customer_ref']}")
    assert [one["text"] for one in (await desk.client.get(at)).json()["texts"]] == [None, None]


async def test_a_reclassified_ticket_shows_and_is_found_by_the_new_values(desk: FrontDesk) -> None:
    at = (await desk.register("a", category="billing")).headers["location"]
    body = {"severity": "complex", "kind": "fault_report", "reason": "多户受影响"}
    done = await desk.client.post(f"{at}/reclassification", json=body, headers={"If-Match": '"1"'})
    assert done.status_code == 200
    shown = (await desk.client.get(at)).json()
    assert (shown["severity"], shown["kind"], shown["category"]) == (
        "complex",
        "fault_report",
        "billing",
    )
    assert len(await desk.items(TICKETS, severity="complex")) == 1


async def test_a_reclassification_without_a_value_is_refused(desk: FrontDesk) -> None:
    at = (await desk.register("a")).headers["location"]
    answer = await desk.client.post(
        f"{at}/reclassification", json={"reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert code_of(answer) == (422, "malformed")


async def two(desk: FrontDesk, **changes: object) -> tuple[str, str]:
    """The places of two tickets; what is given tells the second from the first."""
    answers = [await desk.register("a"), await desk.register("b", **changes)]
    return answers[0].headers["location"], answers[1].headers["location"]


async def merge(desk: FrontDesk, at: str, into: str) -> Response:
    body = {"into": into.rpartition("/")[2]}
    return await desk.client.post(f"{at}/merge", json=body, headers={"If-Match": '"1"'})


async def test_a_merged_ticket_says_into_which_one(desk: FrontDesk) -> None:
    first, second = await two(desk)
    done = await merge(desk, first, second)
    assert (done.status_code, done.json()["status"]) == (200, "merged")
    shown = (await desk.client.get(first)).json()
    assert (shown["status"], shown["merged_into"]) == ("merged", second.rpartition("/")[2])
    assert len(await desk.items(TICKETS, status="merged")) == 1


async def test_what_is_merged_takes_no_other_ticket_in(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    assert code_of(await merge(desk, second, first)) == (409, "merge-target-not-open")


async def test_of_two_that_are_merged_into_each_other_at_once_one_goes_on(desk: FrontDesk) -> None:
    first, second = await two(desk)
    answers = await asyncio.gather(merge(desk, first, second), merge(desk, second, first))
    assert sorted(one.status_code for one in answers) == [200, 409]
    assert {(await desk.client.get(at)).json()["status"] for at in (first, second)} == {
        "registered",
        "merged",
    }


async def test_a_withdrawn_ticket_takes_no_other_in(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await desk.client.post(f"{second}/withdrawal", json={"reason": "x"})
    assert code_of(await merge(desk, first, second)) == (409, "merge-target-not-open")


async def test_another_customers_ticket_is_not_merged(desk: FrontDesk) -> None:
    first, second = await two(desk, customer={"name": "王", "phone": "13912345678"})
    assert code_of(await merge(desk, first, second)) == (409, "other-customer")


async def test_a_ticket_that_is_not_there_takes_none_in(desk: FrontDesk) -> None:
    first, _ = await two(desk)
    assert code_of(await merge(desk, first, str(UUID(int=9)))) == (404, "ticket-not-found")


async def test_a_merger_is_taken_back_whatever_became_of_the_other_ticket(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    await desk.client.post(f"{second}/withdrawal", json={"reason": "x"})
    done = await desk.client.post(f"{first}/unmerge", json={"reason": "另一件事"})
    assert (done.status_code, done.json()["status"], done.json()["version"]) == (
        200,
        "registered",
        3,
    )
    shown = (await desk.client.get(first)).json()
    assert (shown["status"], shown["merged_into"]) == ("registered", None)
    assert await desk.items(TICKETS, status="merged") == []
    again = await desk.client.post(f"{first}/unmerge")
    assert again.status_code == 200, "at the same moment, since the clock stands still: a repeat"
    at = desk.clock.time - timedelta(seconds=1)
    other = await desk.client.post(f"{first}/unmerge", json={"at": at.isoformat()})
    assert code_of(other) == (409, "not-merged")


async def test_a_chain_of_mergers_comes_apart_at_any_link(desk: FrontDesk) -> None:
    first, second = await two(desk)
    third = (await desk.register("c")).headers["location"]
    await merge(desk, first, second)
    await merge(desk, second, third)
    assert (await desk.client.post(f"{first}/unmerge")).status_code == 200
    shown = [(await desk.client.get(at)).json()["status"] for at in (first, second, third)]
    assert shown == ["registered", "merged", "registered"]


async def test_the_reason_of_it_stays_in_the_vault(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    await desk.client.post(f"{first}/unmerge", json={"reason": "另一件事"})
    logged = await desk.heard.service.core.store.read_log(0)
    assert logged[-1].event.name == "ticket-unmerged.v1"
    assert "另一件事".encode() not in logged[-1].event.state


def id_in(at: str) -> UUID:
    return UUID(at.rpartition("/")[2])


async def test_what_was_concluded_while_it_was_merged_counts_then(desk: FrontDesk) -> None:
    """SLA-ENGINE: as though never merged; whoever was called back need not be called again."""
    first, second = await two(desk)
    await merge(desk, first, second)
    await desk.heard.hear(msgspec.structs.replace(CONCLUDED, ticket_id=id_in(first)))
    assert (await desk.client.get(first)).json()["status"] == "merged"
    done = await desk.client.post(f"{first}/unmerge")
    assert done.json()["status"] == "closed"
    assert (await desk.client.get(first)).json()["closed_as"] == "solved"


async def test_a_conclusion_at_the_same_moment_is_not_lost(desk: FrontDesk) -> None:
    """Whoever commits first."""
    _, into = await two(desk)
    for number in range(20):
        at = (await desk.register(f"r{number}")).headers["location"]
        await merge(desk, at, into)
        concluded = msgspec.structs.replace(CONCLUDED, ticket_id=id_in(at))
        arrival = desk.heard.arrival(concluded)
        await asyncio.gather(desk.client.post(f"{at}/unmerge"), desk.heard.take(arrival))
        assert (await desk.client.get(at)).json()["status"] == "closed"


async def test_what_was_read_before_a_conclusion_is_decided_on_again(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    store = desk.heard.service.core.store
    row = await store.get(TICKET_ROWS, str(id_in(first)))
    assert row is not None
    await desk.heard.hear(msgspec.structs.replace(CONCLUDED, ticket_id=id_in(first)))
    with pytest.raises(RowConflictError):
        await store.append(Append(rows=[while_revisits_are(row)]))


async def test_a_ticket_shows_what_its_revisits_came_to(desk: FrontDesk) -> None:
    """H-19: the result stands on the ticket's record too."""
    at = (await desk.register("a")).headers["location"]
    concluded = msgspec.structs.replace(CONCLUDED, ticket_id=id_in(at))
    unsolved = msgspec.structs.replace(concluded, solved=False, score=2)
    given_up = msgspec.structs.replace(concluded, round=2, solved=None, score=None)
    await desk.heard.hear(unsolved, given_up)
    told = "2026-11-23T02:00:00Z"
    assert (await desk.client.get(at)).json()["revisits"] == [
        {"round": 1, "solved": False, "score": 2, "at": told},
        {"round": 2, "solved": None, "score": None, "at": told},
    ]
    assert (await desk.client.get(at)).json()["closed_as"] == "unreachable"


async def test_how_often_the_customer_asked_again_shows_also_in_lists(desk: FrontDesk) -> None:
    """U-11: what escalates the complaint is on record."""
    at = (await desk.register("a")).headers["location"]
    for said in ({"repeat": True}, {"repeat": True, "publicity_threat": True}, {}):
        await desk.client.post(f"{at}/supplements", json={"content": "还没修好", **said})
    shown = (await desk.client.get(at)).json()
    [listed] = await desk.items(TICKETS)
    for one in (shown, listed):
        assert (one["repeats"], one["publicity_threat"]) == (2, True)


async def test_a_merged_ticket_counts_as_no_repeat_of_the_other(desk: FrontDesk) -> None:
    first, second = await two(desk)
    await merge(desk, first, second)
    shown = (await desk.client.get(second)).json()
    assert (shown["repeats"], shown["publicity_threat"]) == (0, False)
