"""`huiyin reports`, `notices` and `inspections`, asked of the service itself."""

import json
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from services.reporting.own_projections import REPORTS, ReportRow
from shared.event_store import Append
from shared.tables import Put
from tests.unit.support.any_desk import AnyDesk, open_any
from tests.unit.support.cli import Huiyin, huiyin_at
from tests.unit.support.examples import CONCLUDED, OFFERED, REGISTERED

UNSEEN = "请\x1b[31m整改\u202e"
WHEN = ("--month", f"{CONCLUDED.at:%Y-%m}")


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[AnyDesk]:
    """One ticket of billing, whose revisit was scored weakly."""
    async with open_any("reporting", tmp_path) as desk:
        await desk.read("intake", REGISTERED)
        await desk.read("dispatch", OFFERED)
        await desk.read("revisit", msgspec.structs.replace(CONCLUDED, score=2))
        yield desk


@pytest.fixture
def huiyin(desk: AnyDesk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Huiyin:
    return huiyin_at(desk, monkeypatch, tmp_path)


def named(told: str, name: str) -> str:
    """What stands beside the name in a table of facts."""
    found = re.search(rf"^ ?{re.escape(name)}  +(.*?) *$", told, re.MULTILINE)
    assert found, told
    return found[1]


def workbooks(folder: Path) -> list[Path]:
    return list(folder.glob("*.xlsx"))


async def test_a_report_is_built_shown_listed_and_taken_away_as_it_was_archived(
    huiyin: Huiyin, tmp_path: Path
) -> None:
    """T-10, H-31."""
    built = await huiyin("reports", "build", "month", "--period", WHEN[1])
    report_id, archived = named(built, "report"), named(built, "SHA-256")
    assert named(built, "period") == f"month {WHEN[1]}"
    assert named(built, "for")
    assert named(built, "lies at") == f"/reporting/v1/reports/{report_id}/file"
    assert await huiyin("reports", "show", report_id) == built
    listed = await huiyin("reports", "list")
    assert report_id in listed
    assert archived in listed
    assert json.loads(await huiyin("reports", "list", "--json"))["items"][0]["sha256"] == archived
    told = await huiyin("reports", "download", report_id)
    assert "as archived" in told
    content = (tmp_path / f"huiyin-{WHEN[1]}.xlsx").read_bytes()
    assert sha256(content).hexdigest() == archived
    await huiyin("reports", "download", report_id, "--output", "mine.xlsx")
    assert (tmp_path / "mine.xlsx").read_bytes() == content


async def test_a_report_whose_bytes_were_changed_is_not_taken_away(
    huiyin: Huiyin, desk: AnyDesk, tmp_path: Path
) -> None:
    report_id = named(await huiyin("reports", "build", "month", "--period", WHEN[1]), "report")
    store = desk.heard.service.core.store
    row = await store.get(REPORTS, report_id)
    assert isinstance(row, ReportRow)
    spoilt = msgspec.structs.replace(row, content=b"other figures")
    await store.append(Append(rows=[Put(REPORTS, report_id, spoilt)]))
    told = await huiyin("reports", "download", report_id, code=1)
    assert f"was archived with {row.sha256}" in told
    assert workbooks(tmp_path) == []


async def test_what_is_not_there_is_said_with_where_to_look(huiyin: Huiyin) -> None:
    for what in ("reports", "notices", "inspections"):
        told = await huiyin(what, "show", str(uuid4()), code=1)
        assert f"`huiyin {what} list`" in told
        assert (await huiyin(what, "list")).strip() == f"No {what}."


async def test_a_notice_goes_from_the_weak_score_to_its_end(huiyin: Huiyin, desk: AnyDesk) -> None:
    """T-09."""
    issued = await huiyin("notices", "issue", str(CONCLUDED.revisit_id), "--text", UNSEEN)
    notice_id = named(issued, "notice").partition(",")[0]
    shown = await huiyin("notices", "show", notice_id)
    assert named(shown, "says") == "请\\x1b[31m整改\\u202e"
    assert named(shown, "score").startswith("2,")
    assert named(shown, "department") == "billing"
    assert "signed" not in shown
    early = await huiyin("notices", "conclude", notice_id, "--text", "已整改", code=1)
    assert early.strip().endswith(".")
    manager = desk.key("gao-feng", "work:write", departments=("billing",))
    await huiyin("notices", "sign", notice_id, headers=manager)
    await huiyin("notices", "conclude", notice_id, "--text", "已整改")
    done = await huiyin("notices", "show", notice_id)
    assert named(done, "notice") == f"{notice_id}, concluded"
    assert named(done, "signed").endswith("by gao-feng")
    assert named(done, "result") == "已整改"
    assert notice_id in await huiyin("notices", "list", "--state", "concluded")
    assert "No notices." in await huiyin("notices", "list", "--state", "issued")
    assert "No notices." in await huiyin("notices", "list", "--department", "key-accounts")


async def test_a_leader_may_be_named_and_only_one_of_that_department_signs(
    huiyin: Huiyin,
) -> None:
    """T-09."""
    issued = json.loads(
        await huiyin("notices", "issue", str(CONCLUDED.revisit_id), "--text", "整改", "--json")
    )
    await huiyin("notices", "sign", issued["notice_id"], "--leader", "tang-jing", code=1)
    signed = await huiyin("notices", "sign", issued["notice_id"], "--leader", "shen-guoqiang")
    assert named(signed, "signed").endswith("by shen-guoqiang")


async def test_a_sample_is_drawn_again_by_its_seed_and_its_findings_recorded(
    huiyin: Huiyin,
) -> None:
    """H-23."""
    options = (*WHEN, "--department", "billing", "--kind", "complaint", "--seed", "七")
    drawn = json.loads(await huiyin("inspections", "draw", "5", *options, "--json"))
    again = json.loads(await huiyin("inspections", "draw", "5", *options, "--json"))
    assert drawn["drawn"] == again["drawn"] == [str(REGISTERED.ticket_id)]
    assert (drawn["seed"], drawn["department"], drawn["kind"]) == ("七", "billing", "complaint")
    inspection_id, ticket_id = drawn["inspection_id"], drawn["drawn"][0]
    verdict = ("--verdict", "failed", "--finding", UNSEEN)
    told = await huiyin("inspections", "find", inspection_id, ticket_id, *verdict)
    assert "failed" in told
    shown = await huiyin("inspections", "show", inspection_id)
    assert f"seed 七, frame SHA-256 {drawn['frame_sha256']}" in shown
    assert "1 of 1 tickets" in shown
    assert "请\\x1b[31m整改\\u202e" in shown
    assert inspection_id in await huiyin("inspections", "list")


async def test_without_a_seed_a_new_one_is_told(huiyin: Huiyin) -> None:
    """H-23."""
    told = await huiyin("inspections", "draw", "1", *WHEN)
    assert re.search(r"seed [0-9a-f]{16}, frame", told)
    assert re.search(rf"{REGISTERED.ticket_id} +-", told)
