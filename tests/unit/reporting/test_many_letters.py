"""Many dead letters at once: a dry run that counts, and the deed that must say the same count."""

from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from msgspec.structs import replace

from services.reporting import many_letters
from tests.unit.reporting.letter_desks import LETTERS, OTHER, REASON, Desks, open_desks
from tests.unit.support.desk import code_of
from tests.unit.support.ears import EPOCH
from tests.unit.support.examples import CLOCK_STARTED, REGISTERED, T


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    async with open_desks(tmp_path) as desks:
        yield desks


def name(letter_id: str) -> dict[str, str]:
    return {"service": "dispatch", "letter_id": letter_id}


async def test_a_dry_run_tells_the_order_and_changes_nothing(desks: Desks) -> None:
    await desks.park(T, REGISTERED)
    await desks.park(OTHER, REGISTERED, b"{")
    await desks.park(T, CLOCK_STARTED)
    before = await desks.listed()
    found = await desks.said("redrive", service="dispatch", dry_run=True)
    told = [
        (one["subject"], [(item["type"], item["outlook"]) for item in one["items"]])
        for one in found["sequences"]
    ]
    assert told == [
        (
            str(T),
            [("ticket-registered.v1", "handled"), ("clock-started.v1", "handled")],
        ),
        (str(OTHER), [("ticket-registered.v1", "fails")]),
    ]
    assert (found["count"], found["would"], found["more"]) == (3, 2, False)
    assert await desks.listed() == before
    assert not await desks.dispatch.heard.log()


async def test_all_of_a_service_are_redriven_where_the_count_is_confirmed(desks: Desks) -> None:
    await desks.park(T, REGISTERED)
    await desks.park(OTHER, REGISTERED, b"{")
    done = await desks.said("redrive", service="dispatch", expected=2, reason=REASON)
    assert (done["done"], done["left"]) == (1, 1)
    assert [(one["subject"], one["done"]) for one in done["sequences"]] == [
        (str(T), 1),
        (str(OTHER), 0),
    ]
    assert [one["subject"] for one in await desks.listed()] == [str(OTHER)]
    [kept] = await desks.listed(state="redriven")
    assert (kept["state"], kept["closed_by"], kept["reason"]) == ("redriven", "desk", REASON)
    assert kept["closed_at"] is not None


async def test_those_that_were_chosen_and_no_others_are_given_up(desks: Desks) -> None:
    first = await desks.park(T, REGISTERED)
    second = await desks.park(T, CLOCK_STARTED)
    third = await desks.park(OTHER, REGISTERED)
    chosen = [name(first), name(third)]
    found = await desks.said("discard", letters=chosen, dry_run=True)
    assert (found["count"], found["would"]) == (2, 2)
    done = await desks.said("discard", letters=chosen, expected=2, reason="entered twice")
    assert (done["done"], done["left"]) == (2, 0)
    assert [one["letter_id"] for one in await desks.listed()] == [second]
    closed = await desks.listed(state="discarded")
    assert {one["letter_id"]: one["reason"] for one in closed} == {
        first: "entered twice",
        third: "entered twice",
    }


async def test_a_sequence_that_is_chosen_twice_is_counted_once(desks: Desks) -> None:
    chosen = [name(await desks.park(T, event)) for event in (REGISTERED, CLOCK_STARTED)]
    found = await desks.said("redrive", letters=chosen, dry_run=True)
    assert (found["count"], len(found["sequences"])) == (2, 1)
    done = await desks.said("redrive", letters=chosen, expected=2, reason=REASON)
    assert (done["done"], done["left"]) == (2, 0)


async def test_another_count_than_was_confirmed_changes_nothing(desks: Desks) -> None:
    await desks.park(T, REGISTERED)
    for act in ("redrive", "discard"):
        answer = await desks.ask(act, service="dispatch", expected=2, reason=REASON)
        assert code_of(answer) == (409, "letters-changed")
    assert len(await desks.listed()) == 1


async def test_without_a_count_and_a_reason_nothing_is_done(desks: Desks) -> None:
    letter = name(await desks.park(T, REGISTERED))
    for body in (
        {"service": "dispatch"},
        {"service": "dispatch", "expected": 1},
        {"service": "dispatch", "reason": REASON},
        {"service": "dispatch", "expected": 1, "reason": " "},
        {"service": "dispatch", "letters": [letter], "dry_run": True},
        {"dry_run": True},
        {"letters": [], "dry_run": True},
    ):
        assert code_of(await desks.ask("redrive", **body)) == (422, "malformed"), body
    assert len(await desks.listed()) == 1


async def test_a_repeat_under_its_key_gets_the_first_answer(desks: Desks) -> None:
    await desks.park(T, REGISTERED)
    body = {"service": "dispatch", "expected": 1, "reason": REASON}
    once = {"Idempotency-Key": "once"}
    first = await desks.ask("redrive", once, **body)
    again = await desks.ask("redrive", once, **body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["idempotent-replay"] == "true"


async def test_of_very_many_a_part_is_done_and_said_so(
    desks: Desks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many_letters, "MOST", 2)
    monkeypatch.setattr(many_letters, "PAGE", 1)
    for number in range(3):
        await desks.park(UUID(int=100 + number), replace(REGISTERED, number=f"N{number}"))
    found = await desks.said("discard", service="dispatch", dry_run=True)
    assert (found["count"], found["more"]) == (2, True)
    done = await desks.said("discard", service="dispatch", expected=2, reason=REASON)
    assert (done["done"], done["more"]) == (2, True)
    assert len(await desks.listed()) == 1


async def test_whoever_is_silent_is_named_and_nothing_of_theirs_counted(desks: Desks) -> None:
    found = await desks.said("redrive", service="sla", dry_run=True)
    assert (found["count"], found["unreachable"]) == (0, ["sla"])


async def test_a_letter_that_is_gone_is_not_counted(desks: Desks) -> None:
    gone = name(str(uuid5(EPOCH, "none")))
    there = name(await desks.park(T, REGISTERED))
    found = await desks.said("discard", letters=[gone, there], dry_run=True)
    assert found["count"] == 1


async def test_one_letter_is_rehearsed_by_its_own_service(desks: Desks) -> None:
    letter = await desks.park(T, REGISTERED)
    path = f"/dispatch/v1/dead-letters/{letter}/redrive"
    answer = await desks.dispatch.client.post(path, json={"dry_run": True})
    found = answer.json()
    assert (found["would_redrive"], found["would_leave"]) == (1, 0)
    assert [one["outlook"] for one in found["items"]] == ["handled"]
    assert len(await desks.listed()) == 1


async def test_a_header_reaches_the_letters_service_whatever_its_bytes(desks: Desks) -> None:
    letter_id = await desks.park(T, REGISTERED)
    headers = [(b"Idempotency-Key", b"\xe9")]
    answer = await desks.reporting.client.post(f"{LETTERS}/{letter_id}/redrive", headers=headers)
    assert code_of(answer) == (422, "malformed")
