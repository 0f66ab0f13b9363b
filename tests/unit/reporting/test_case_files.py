"""A case and a period as files for people: each with its hashes and the query that it answers."""

import csv
import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from openpyxl.reader.excel import load_workbook

from services.reporting.evidence_tables import OF_EVENT
from shared.evidence.leaf import Leaf
from shared.evidence.tree import root_by_path
from tests.unit.reporting.test_own_log import Two
from tests.unit.reporting.test_own_log import two as two  # noqa: PLC0414 - a fixture
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.desk import Headers
from tests.unit.support.examples import NUMBER, OFFERED, REGISTERED, T

PROOF = f"/reporting/v1/tickets/{T}/proof"
EVIL = "=HYPERLINK(1)"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """A ticket of two events, for which nobody signed yet."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.say("intake", REGISTERED)
        desk.clock.time += timedelta(seconds=1)
        await desk.say("dispatch", msgspec.structs.replace(OFFERED, department=EVIL))
        yield desk


async def proof(desk: AnyDesk, form: str, headers: Headers | None = None) -> Any:  # noqa: ANN401 - an answer
    answer = await desk.client.get(PROOF, params={"format": form}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def table(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


async def test_a_case_as_a_table_says_hashes_and_query_on_each_line(desk: AnyDesk) -> None:
    auditor = desk.key("auditor", "audit:read", departments=("*",))
    file = await proof(desk, "csv", auditor)
    assert f'filename="{NUMBER}-proof.csv"' in file.headers["content-disposition"]
    assert file.content.startswith("\ufeff".encode())
    rows = table(file.content)
    assert [(one["number"], one["type"]) for one in rows] == [
        ("1", "ticket-registered.v1"),
        ("2", "work-order-offered.v1"),
    ]
    lines = {one["event_id"]: one for one in (await proof(desk, "json")).json()["items"]}
    for row in rows:
        assert row["link"] == lines[row["event_id"]]["link"]
        assert row["digest"] == digest_of(row)
        assert json.loads(row["query"]) == {"ticket": str(T), "format": "csv"}
        assert (row["made_for"], row["index"]) == ("auditor", "")
    looks = await desk.items("/reporting/v1/readings", reader="auditor")
    assert [(one["what"], one["asked"]) for one in looks] == [("proof", "format=csv")]


def digest_of(row: dict[str, str]) -> str:
    """What the table's own members hash to, by the page on the evidence file."""
    texts = {name: row[name] or None for name in OF_EVENT}
    stream = [texts[name] for name in ("source", "epoch", "stream")]
    said = ["huiyin-event/1", *stream, int(row["sequence"])]
    said += [texts[name] for name in OF_EVENT[5:13]]
    head = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    return hashlib.sha256(head + b"\n" + row["data"].encode()).hexdigest()


async def test_a_case_as_a_workbook_has_its_events_and_its_proof(desk: AnyDesk) -> None:
    file = await proof(desk, "xlsx")
    book = load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["事件 events", "证明 proof"]
    events = book["事件 events"]
    assert events["A1"].value == NUMBER
    assert '"format":"xlsx"' in events["A2"].value
    rows = list(events.iter_rows(min_row=5, values_only=True))
    assert [row[5] for row in rows] == ["ticket-registered.v1", "work-order-offered.v1"]
    assert rows[0][1] == "2026-11-23 10:00:00"
    table_rows = table((await proof(desk, "csv")).content)
    assert [row[8] for row in rows] == [one["digest"] for one in table_rows]
    assert [row[9] for row in rows] == [one["link"] for one in table_rows]
    said = {row[0].value: row[1].value for row in book["证明 proof"].iter_rows(min_row=3)}
    assert said["工单 ticket"] == f"{NUMBER} ({T})"
    assert said["为何人制作 made for"] == "desk"
    assert said["intake 事件数 events"] == "1"
    assert said[f"intake 链 chain {T}"] == f"1: {table_rows[0]['link']}"


async def test_what_a_spreadsheet_would_take_for_a_formula_is_text(desk: AnyDesk) -> None:
    book = load_workbook(io.BytesIO((await proof(desk, "xlsx")).content))
    cells = [cell for row in book["事件 events"].iter_rows() for cell in row]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    assert not [cell for cell in cells if str(cell.value).startswith("=")]
    content = (await proof(desk, "csv")).content.decode()
    assert "\n=" not in content
    assert ",=" not in content


async def test_a_period_as_a_table_proves_each_line_by_its_path(two: Two) -> None:
    query = {"format": "csv"}
    file = await two.desk.client.get("/reporting/v1/audit/export", params=query)
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "-proof.csv" in file.headers["content-disposition"]
    rows = table(file.content)
    assert len(rows) == 5
    for row in rows:
        leaf = Leaf(int(row["position"]), bytes.fromhex(row["digest"]))
        path = [bytes.fromhex(step) for step in row["path"].split()]
        root = root_by_path(leaf.hash, int(row["index"]), int(row["checkpoint_size"]), path)
        assert root.hex() == row["checkpoint_root"]
        assert json.loads(row["query"])["format"] == "csv"
