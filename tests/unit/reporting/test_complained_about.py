"""C-10: to the person complained about, the ticket is in no list of reporting's either."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.reporting.figures.views import VIEWS, VIEWS_KEY
from services.reporting.projections import CARDS
from shared.event_store import Append
from shared.tables import Fold
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import CONCLUDED, REGISTERED, T
from tests.until import until

ABOUT = UUID(int=41)
REPORTING = "/reporting/v1"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """Two tickets, one of them about somebody."""
    async with open_any("reporting", tmp_path) as desk:
        for ticket_id, person in ((T, None), (ABOUT, "Wang-Qiang")):
            event = msgspec.structs.replace(
                REGISTERED, ticket_id=ticket_id, number=f"N-{ticket_id}", against_person=person
            )
            await desk.read("intake", event, subject=ticket_id)
        yield desk


def keys(desk: AnyDesk) -> tuple[Headers, Headers]:
    """Of the one complained about, whatever it may besides, and of a colleague."""
    own, other = (desk.key(name, "admin") for name in ("wang-qiang", "liu-yang"))
    return own, other


async def tickets(desk: AnyDesk, path: str, headers: Headers, name: str) -> list[Any]:
    return sorted(one[name] for one in await desk.items(REPORTING + path, headers))


BOTH = sorted((str(T), str(ABOUT)))


async def test_what_lies_behind_a_number_leaves_it_out_page_by_page(desk: AnyDesk) -> None:
    """C-10: and the number itself is everybody's."""
    own, other = keys(desk)
    url = f"{REPORTING}/figures/tickets/subjects?month=2026-11&limit=1"
    assert sorted(one["subject"] for one in await desk.pages(url, other)) == BOTH
    assert [one["subject"] for one in await desk.pages(url, own)] == [str(T)]


async def test_samples_leave_it_out(desk: AnyDesk) -> None:
    """C-10: nobody inspects how the complaint about themselves was handled."""
    for headers, drawn in zip(keys(desk), ([str(T)], BOTH), strict=True):
        body = {"n": 2, "scope": {"month": "2026-11"}}
        answer = await desk.client.post(f"{REPORTING}/inspections", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        assert sorted(answer.json()["drawn"]) == drawn


async def test_nor_is_it_in_a_sample_that_a_colleague_drew(desk: AnyDesk) -> None:
    """C-10: nor does anybody publish what was found of the complaint about themselves."""
    own, other = keys(desk)
    body: dict[str, Any] = {"n": 2, "scope": {"month": "2026-11"}}
    drawn = await desk.client.post(f"{REPORTING}/inspections", json=body, headers=other)
    url = f"{REPORTING}/inspections/{drawn.json()['inspection_id']}"
    body = {"ticket_id": str(ABOUT), "verdict": "passed", "finding": "处理得当"}
    refused = await desk.client.post(f"{url}/findings", json=body, headers=own)
    assert code_of(refused)[0] == 404
    assert (await desk.client.post(f"{url}/findings", json=body, headers=other)).is_success
    seen = {
        name: (await desk.client.get(url, headers=headers)).json()
        for name, headers in (("own", own), ("other", other))
    }
    assert sorted(seen["other"]["drawn"]) == BOTH
    assert [one["ticket_id"] for one in seen["other"]["findings"]] == [str(ABOUT)]
    assert (seen["own"]["drawn"], seen["own"]["findings"]) == ([str(T)], [])


async def test_nor_is_it_in_a_report_that_a_colleague_built(desk: AnyDesk) -> None:
    """C-10: the day's register names each ticket (H-31)."""
    own, other = keys(desk)
    url, body = f"{REPORTING}/reports", {"period": "2026-11-23"}
    theirs = (await desk.client.post(f"{url}/day", json=body, headers=other)).json()
    for path in ("", "/file"):
        answers = [
            (await desk.client.get(f"{url}/{theirs['report_id']}{path}", headers=one)).status_code
            for one in (other, own)
        ]
        assert answers == [200, 404]
    built = (await desk.client.post(f"{url}/day", json=body, headers=own)).json()
    assert await tickets(desk, "/reports", own, "report_id") == [built["report_id"]]
    assert len(await tickets(desk, "/reports", other, "report_id")) == 2


async def test_the_messages_of_a_topic_leave_it_out(desk: AnyDesk) -> None:
    """C-10."""
    own, other = keys(desk)
    assert await tickets(desk, "/messages?topic=intake", other, "ticket_id") == BOTH
    assert await tickets(desk, "/messages?topic=intake", own, "ticket_id") == [str(T)]
    answer = await desk.client.get(f"{REPORTING}/messages?ticket={ABOUT}", headers=own)
    assert answer.status_code == 404


async def test_looks_at_it_are_not_shown_to_them(desk: AnyDesk) -> None:
    """C-10."""
    own, other = keys(desk)
    for ticket_id in (T, ABOUT):
        seen = await desk.client.get(f"{REPORTING}/tickets/{ticket_id}/state", headers=other)
        assert seen.status_code == 200
    assert await tickets(desk, "/readings", other, "ticket_id") == BOTH
    assert await tickets(desk, "/readings", own, "ticket_id") == [str(T)]
    answer = await desk.client.get(f"{REPORTING}/readings?ticket_id={ABOUT}", headers=own)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["proof", "proof?format=jsonl", "history?format=csv", "history?format=jsonl"]
)
async def test_nobody_takes_away_what_is_about_themselves(desk: AnyDesk, path: str) -> None:
    """C-10."""
    own, _ = keys(desk)
    answer = await desk.client.get(f"{REPORTING}/tickets/{ABOUT}/{path}", headers=own)
    assert answer.status_code == 404


async def test_nor_writes_or_reads_a_notice_about_its_score(desk: AnyDesk) -> None:
    """C-10."""
    weak = msgspec.structs.replace(CONCLUDED, ticket_id=ABOUT, score=1)
    await desk.read("revisit", weak, subject=ABOUT)
    own, other = keys(desk)
    body = {"score_ref": str(CONCLUDED.revisit_id), "text": "请整改"}
    refused = await desk.client.post(f"{REPORTING}/notices", json=body, headers=own)
    assert code_of(refused)[0] == 404
    made = await desk.client.post(f"{REPORTING}/notices", json=body, headers=other)
    assert made.status_code == 201, made.text
    notice = f"/notices/{made.json()['notice_id']}"
    assert await tickets(desk, "/notices", other, "ticket_id") == [str(ABOUT)]
    assert await tickets(desk, "/notices", own, "ticket_id") == []
    for headers, status in ((own, 404), (other, 200)):
        answer = await desk.client.get(REPORTING + notice, headers=headers)
        assert answer.status_code == status


async def test_a_rebuild_tells_cards_of_an_older_release(desk: AnyDesk) -> None:
    """C-10."""
    store = desk.heard.service.core.store
    forgotten = Fold(
        CARDS, str(ABOUT), lambda card: card and msgspec.structs.replace(card, against_person=None)
    )
    await store.append(Append(rows=[forgotten]))
    own, _ = keys(desk)
    url = f"{REPORTING}/tickets/{ABOUT}/state"
    assert (await desk.client.get(url, headers=own)).status_code == 200
    begun = (await desk.client.post(f"{REPORTING}/rebuilds", json={})).headers["location"]
    await until(lambda: done(desk, begun), "rebuilt")
    assert (await store.get(VIEWS, VIEWS_KEY)).live == "b"
    assert (await desk.client.get(url, headers=own)).status_code == 404


async def done(desk: AnyDesk, path: str) -> bool:
    state: str = (await desk.client.get(path)).json()["state"]
    return state not in {"waiting", "running"}
