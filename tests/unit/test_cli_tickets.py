"""`huiyin tickets`, asked of intake itself."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.calls import COMPLAINT
from tests.unit.support.cli import Huiyin, huiyin_at

TICKETS = "/intake/v1/tickets"
OTHER = {"name": "李桂芳", "phone": "13912345678"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """A complaint and a query."""
    async with open_any("intake", tmp_path) as desk:
        for name, sent in (("a", {}), ("b", {"kind": "query", "customer": OTHER})):
            body = {**COMPLAINT, **sent, "external_id": name}
            answer = await desk.client.post(TICKETS, json=body)
            assert answer.status_code == 201, answer.text
        yield desk


@pytest.fixture
def huiyin(desk: AnyDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Huiyin:
    return huiyin_at(desk, monkeypatch, tmp_path)


async def test_tickets_are_listed_with_where_they_stand(huiyin: Huiyin) -> None:
    told = await huiyin("tickets", "--external-id", "b")
    assert re.search(r"T\d{8}-\w{8} .* registered +query +general", told)
    assert "李" in told


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--kind", "query"), {"b"}),
        (("--kind", "complaint"), {"a"}),
        (("--status", "closed"), set()),
        (("--severity", "simple"), set()),
        (("--phone", "13912345678"), {"b"}),
        (("--department", "billing", "--kind", "query"), set()),
        (("--to", "2020-01-01T00:00+08:00"), set()),
        (("--from", "2020-01-01T00:00+08:00", "--kind", "query"), {"b"}),
    ],
)
async def test_they_are_narrowed(options: tuple[str, ...], found: set[str], huiyin: Huiyin) -> None:
    items = json.loads(await huiyin("tickets", *options, "--json"))["items"]
    assert {one["external_id"] for one in items} & {"a", "b"} == found
    if not found:
        assert "No tickets are like this." in await huiyin("tickets", *options)


async def test_a_list_goes_on_where_it_ended(huiyin: Huiyin) -> None:
    first = await huiyin("tickets", "--limit", "1", "--kind", "query")
    cursor = re.search(r"More: --cursor (\S+)", first)
    assert cursor is not None
    rest = await huiyin("tickets", "--limit", "1", "--kind", "query", "--cursor", cursor[1])
    assert "No tickets are like this." in rest


async def test_a_kind_that_there_is_not_is_refused_in_a_sentence(huiyin: Huiyin) -> None:
    assert "kind" in await huiyin("tickets", "--kind", "wish", code=1)
