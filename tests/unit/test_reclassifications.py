"""H-07 over all services with a part in it: what becomes severe is the manager's, at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support.calls import COMPLAINT, TICKETS
from tests.unit.support.examples import AT
from tests.unit.support.joined import Joined, join

SEVERE = {"severity": "major", "reason": "整栋楼断网"}
TOLD = {"about": "result", "channel": "phone", "outcome": "reached"}


@pytest.fixture
async def company(tmp_path: Path) -> AsyncIterator[Joined]:
    async with join(tmp_path, AT, "intake", "dispatch", "revisit") as found:
        yield found


async def register(company: Joined) -> str:
    body = {**COMPLAINT, "category": "billing", "external_id": "CRM-1"}
    answer = await company["intake"].client.post(TICKETS, json=body)
    await company.pass_on()
    return str(answer.json()["links"]["self"])


async def reclassify(company: Joined, at: str) -> None:
    client = company["intake"].client
    version = {"If-Match": (await client.get(at)).headers["etag"]}
    done = await client.post(f"{at}/reclassification", json=SEVERE, headers=version)
    assert done.is_success, done.text
    await company.pass_on()


async def post(company: Joined, path: str, body: object) -> None:
    done = await company[path.split("/")[1]].client.post(path, json=body)
    assert done.is_success, done.text
    await company.pass_on()


async def orders(company: Joined, at: str) -> list[Any]:
    found = await company["dispatch"].items(
        "/dispatch/v1/work-orders", ticket_id=at.rpartition("/")[2]
    )
    return sorted(found, key=lambda order: order["round"])


async def test_what_becomes_severe_is_taken_over_by_the_departments_manager(
    company: Joined,
) -> None:
    """H-07."""
    at = await register(company)
    await reclassify(company, at)
    [order] = await orders(company, at)
    assert (order["severity"], order["handler"], order["level"]) == ("major", "gao-feng", "manager")
    assert order["department"] == (await company["intake"].client.get(at)).json()["department"]


async def test_what_is_found_severe_after_the_result_is_the_managers_in_the_next_round(
    company: Joined,
) -> None:
    """H-07, H-20: revisit was told of the case before."""
    at = await register(company)
    [order] = await orders(company, at)
    here = order["links"]["self"]
    await post(company, f"{here}/acceptance", {"handler": "xu-lei"})
    await post(company, f"{here}/completion", {"solution": "更正账单"})
    await post(company, f"{here}/customer-notice", TOLD)
    await reclassify(company, at)
    [due] = await company["revisit"].items("/revisit/v1/revisits", state="due")
    await post(company, f"{due['links']['self']}/result", {"solved": False})

    first, second = await orders(company, at)
    assert (first["severity"], first["handler"]) == ("general", "xu-lei")
    assert (second["severity"], second["handler"]) == ("major", "gao-feng")
    assert (first["version"], second["rule"]) == (second["version"], "rectification")
