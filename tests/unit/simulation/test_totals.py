import json
from datetime import timedelta

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import app
from services.cli.simulation.tally import Tally
from services.cli.simulation.totals import Totals, as_data, as_tables, count_up
from services.cli.terminal import console
from tests.unit.simulation.office import NOW, Office, desk_at, problem

cli = CliRunner()


def lists(request: httpx.Request) -> httpx.Response:
    """Tickets a to d, of which a and b are ours; the last escalation was raised before."""
    tickets = [
        {"ticket_id": "d", "number": "T-d", "pack": "hotline-400", "status": "closed"},
        {"ticket_id": "a", "number": "T-a", "pack": "hotline-400", "status": "closed"},
        {"ticket_id": "b", "number": "T-b", "pack": "travel-platform", "status": "notified"},
    ]
    found = [{**ticket, "kind": "complaint", "rounds": 2} for ticket in tickets]
    now, before = NOW.isoformat(), (NOW - timedelta(hours=1)).isoformat()
    raised = [
        {"ticket_id": "a", "step": "level-1", "state": "open", "raised_at": now},
        {"ticket_id": "a", "step": "warning", "state": "withdrawn", "raised_at": now},
        {"ticket_id": "d", "step": "level-2", "state": "open", "raised_at": now},
        {"ticket_id": "b", "step": "level-4", "state": "open", "raised_at": before},
    ]
    items: object = found if "tickets" in request.url.path else raised
    return httpx.Response(200, json={"items": items, "next_cursor": None})


async def counted() -> Totals:
    async with desk_at(Office(lists)) as desk:
        return await count_up(desk, {"a", "b"}, NOW)


async def test_only_what_this_run_made_is_counted() -> None:
    totals = await counted()
    assert totals.tickets == {"hotline-400": {"closed": 1}, "travel-platform": {"notified": 1}}
    assert totals.kinds == {"complaint": 2}
    assert totals.rounds == {2: 2}
    assert totals.escalations == {"level-1": 1}
    assert (totals.withdrawn, totals.longest) == (1, "T-a")


async def test_the_figures_are_told_to_people_and_to_programs() -> None:
    tally = Tally(calls=9)
    tally.refused(problem(409, "already-accepted"), "POST /x")
    tally.refused(problem(500, "internal"), "POST /x")
    tally.refused(problem(409, "outbound-not-offered"), "POST /x")
    tally.surprised("not-found", "Nobody knows it.")
    totals = await counted()
    out = console()
    with out.capture() as captured:
        out.print(as_tables(totals, tally))
    told = captured.get()
    assert "1 level-1" in told
    assert "somebody was faster: 1 already-accepted" in told
    assert "left out: 1 outbound tasks, for which" in told
    assert "1 times internal: POST /x: What internal means." in told
    assert "1 times not-found: Nobody knows it.\n" in told
    data = json.loads(json.dumps(as_data(totals, tally, 7)))
    assert (data["seed"], data["calls"], data["rounds"]) == (7, 9, {"2": 2})
    assert data["not_offered"] == 1
    assert [one["code"] for one in data["problems"]] == ["internal", "not-found"]


@pytest.fixture
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIYIN_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("HUIYIN_KEY", "hy_key")


@pytest.mark.usefixtures("_nobody")
@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        ((), 3, "Nobody answers at http://127.0.0.1:9"),
        (("--go-on",), 2, "Give --days too."),
        (("--rate", "0"), 2, "--rate"),
        (("--count", "0"), 2, "--count"),
    ],
)
def test_what_cannot_be_simulated_is_said_at_once(
    arguments: tuple[str, ...], code: int, sentence: str
) -> None:
    result = cli.invoke(app, ["simulate", *arguments])
    assert result.exit_code == code
    assert sentence in result.stderr
