"""Notices and inspections over HTTP: who sees what, who may sign, what stays sealed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.reporting.sampling import draw, frame_hash
from shared.contracts.intake import CustomerErased
from shared.contracts.terms import PersonalDataRead
from shared.tables import Query
from shared.vault import TEXTS, VaultText
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CASE, CONCLUDED, OFFERED, REGISTERED, T

NOTICES = "/reporting/v1/notices"
INSPECTIONS = "/reporting/v1/inspections"
ASKED = {"score_ref": str(CONCLUDED.revisit_id), "text": "请三日内整改"}
GOOD = UUID(int=77)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """One ticket of billing, revisited twice: once weak, once well."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.read("intake", REGISTERED)
        await desk.read("dispatch", OFFERED)
        await desk.read("revisit", msgspec.structs.replace(CONCLUDED, score=2))
        good = msgspec.structs.replace(CONCLUDED, revisit_id=GOOD, round=2, score=5)
        await desk.read("revisit", good)
        yield desk


async def issued(desk: AnyDesk) -> str:
    answer = await desk.client.post(NOTICES, json=ASKED)
    assert answer.status_code == 201, answer.text
    return f"{NOTICES}/{answer.json()['notice_id']}"


async def texts(desk: AnyDesk) -> list[VaultText]:
    found = await desk.heard.service.core.store.query(Query(TEXTS))
    return [row for _, row in found]


async def test_a_notice_goes_from_the_weak_score_to_its_end(desk: AnyDesk) -> None:
    """T-09: a rectification notice signed by a leader, followed to its end."""
    url = await issued(desk)
    first = (await desk.client.get(url)).json()
    assert (first["state"], first["score"], first["department"]) == ("issued", 2, "billing")
    assert first["text"] == "请三日内整改"
    early = await desk.client.post(f"{url}/conclusion", json={"text": "已整改"})
    assert code_of(early) == (409, "notice-unsigned")
    manager = desk.key("gao-feng", "work:write", departments=("billing",))
    assert (await desk.client.post(f"{url}/signature", headers=manager)).is_success
    done = await desk.client.post(f"{url}/conclusion", json={"text": "已整改"})
    assert (done.json()["state"], done.json()["signed_by"]) == ("concluded", "gao-feng")
    for state, number in (("concluded", 1), ("issued", 0)):
        assert len(await desk.items(NOTICES, state=state)) == number
    names = await desk.heard.log()
    assert [one for one in names if "notice" in one] == [
        "notice-issued.v1",
        "notice-signed.v1",
        "notice-concluded.v1",
    ]


async def test_a_good_score_and_one_that_nobody_gave_lead_to_none(desk: AnyDesk) -> None:
    """T-09."""
    good = await desk.client.post(NOTICES, json={**ASKED, "score_ref": str(GOOD)})
    assert code_of(good) == (409, "score-not-weak")
    unknown = await desk.client.post(NOTICES, json={**ASKED, "score_ref": str(T)})
    assert code_of(unknown) == (404, "not-found")


async def test_only_a_leader_signs(desk: AnyDesk) -> None:
    """T-09."""
    url = await issued(desk)
    for leader in ("xu-lei", "tang-jing"):
        answer = await desk.client.post(f"{url}/signature", json={"leader": leader})
        assert code_of(answer) == (409, "not-a-leader")
    above = await desk.client.post(f"{url}/signature", json={"leader": "shen-guoqiang"})
    assert above.json()["signed_by"] == "shen-guoqiang"


async def test_a_department_sees_its_own_notices(desk: AnyDesk) -> None:
    await issued(desk)
    billing = desk.key("lee", "reports:read", departments=("billing",))
    field = desk.key("lee", "reports:read", departments=("field-service",))
    assert len(await desk.items(NOTICES, billing)) == 1
    assert len(await desk.items(NOTICES, billing, department="billing")) == 1
    assert await desk.items(NOTICES, billing, department="field-service") == []
    assert await desk.items(NOTICES, field) == []


async def test_what_a_notice_says_is_sealed_and_each_look_at_it_recorded(desk: AnyDesk) -> None:
    """H-25: events hold no text; it goes with the person."""
    url = await issued(desk)
    reader = desk.key("lee", "reports:read", departments=("*",))
    assert (await desk.client.get(url, headers=reader)).json()["text"] is None
    assert await desk.heard.said(PersonalDataRead) == []
    await desk.client.get(url)
    [look] = await desk.heard.said(PersonalDataRead)
    assert (look.subject_id, look.fields) == (T, ("text",))
    assert [one.text for one in await texts(desk)] == ["请三日内整改"]
    erased = CustomerErased(customer_ref=CASE.customer_ref, client="crm", at=AT)
    await desk.read("intake", erased)
    assert await texts(desk) == []
    assert (await desk.client.get(url)).json()["text"] is None


async def test_a_sample_is_told_by_seed_and_frame(desk: AnyDesk) -> None:
    """H-23: the seed is recorded, so it can be drawn again."""
    body = {"n": 3, "seed": 42, "scope": {"month": "2026-11", "department": "billing"}}
    drawn = (await desk.client.post(INSPECTIONS, json=body)).json()
    assert (drawn["seed"], drawn["frame_count"], drawn["drawn"]) == ("42", 1, [str(T)])
    assert drawn["frame_sha256"] == frame_hash([T])
    assert tuple(map(UUID, drawn["drawn"])) == draw([T], "42", 3)
    again = (await desk.client.post(INSPECTIONS, json=body)).json()
    assert (again["drawn"], again["frame_sha256"]) == (drawn["drawn"], drawn["frame_sha256"])
    nobodys = {**body, "scope": {"month": "2026-11", "department": "billling"}}
    refused = await desk.client.post(INSPECTIONS, json=nobodys)
    assert code_of(refused) == (422, "malformed")
    assert refused.json()["errors"][0]["pointer"] == "/scope/department"
    others = {**body, "scope": {"month": "2026-10"}}
    assert (await desk.client.post(INSPECTIONS, json=others)).json()["drawn"] == []
    of_itself = (await desk.client.post(INSPECTIONS, json={"n": 1})).json()
    assert len(of_itself["seed"]) == 16


async def test_findings_are_published(desk: AnyDesk) -> None:
    """H-23: what was found of each, to all who may see the inspection."""
    drawn = (await desk.client.post(INSPECTIONS, json={"n": 1})).json()
    url = f"{INSPECTIONS}/{drawn['inspection_id']}"
    finding = {"ticket_id": str(T), "verdict": "failed", "finding": "未按时联系"}
    assert (await desk.client.post(f"{url}/findings", json=finding)).is_success
    changed = await desk.client.post(f"{url}/findings", json={**finding, "verdict": "passed"})
    assert code_of(changed) == (409, "finding-stands")
    other = {**finding, "ticket_id": str(GOOD)}
    answer = await desk.client.post(f"{url}/findings", json=other)
    assert code_of(answer) == (409, "not-in-sample")
    everybody = desk.key("lee", "reports:read", departments=("*",))
    shown: dict[str, Any] = (await desk.client.get(url, headers=everybody)).json()
    [found] = shown["findings"]
    assert (found["verdict"], found["found_by"], found["finding"]) == ("failed", "desk", None)
    assert (await desk.client.get(url)).json()["findings"][0]["finding"] == "未按时联系"
    assert len(await desk.items(INSPECTIONS)) == 1
    mine = desk.key("lee", "reports:read", departments=("billing",))
    assert await desk.items(INSPECTIONS, mine) == []
    assert code_of(await desk.client.get(url, headers=mine)) == (404, "not-found")
