"""How soon each page and list answers over a million tickets.

    python -m tests.bench.pages [--tickets 1000000] [--open 50000]

The whole product in one process over SQLite. Its rows are put there directly, a year of closed
tickets and the newest ones open; sla's clocks are those of some real tickets, many times over.
"""

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from statistics import median

import httpx
from msgspec.structs import replace

from services.intake.projections import TICKETS, TicketSummary, project_summary
from services.reporting.bootstrap import TABLES
from services.reporting.figures.periods import UNITS
from services.reporting.figures.rows import ROWS
from services.reporting.figures.stale import STALE
from services.reporting.figures.summing import Summing
from services.reporting.projections import CARDS, TicketCard
from shared.event_store import Append
from shared.service import open_core
from shared.settings import Settings
from shared.tables import Delete
from tests.bench import figures
from tests.bench.copies import DEPARTMENT, MOMENT, NUMBER, TICKET, copy
from tests.bench.sla_line import multiply
from tests.e2e.desk import register
from tests.e2e.system import System, embedded
from tests.eventually import eventually
from tests.unit.support import examples

REAL = 100
"""Tickets that come in by their POST."""
TIMES = 5
MONTH = "2026-11"
PAGES = (
    "tickets",
    "tickets?status=registered",
    "tickets?kind=praise",
    "tickets?severity=major",
    "tickets?department=department-7",
    "tickets?department=department-7&status=registered",
    "tickets?since=2026-03-01&until=2026-03-02",
    f"figures?month={MONTH}",
    f"figures?month={MONTH}&group_by=department",
    f"figures?month={MONTH}&group_by=channel",
    f"figures/tickets?month={MONTH}",
    f"figures/answer_in_time?month={MONTH}&part=unmet",
    f"figures/tickets?month={MONTH}&group_by=department&value=department-7",
    "timers",
    "topics",
    "messages",
)
ANSWERS = (
    "intake/v1/tickets",
    "intake/v1/tickets?status=registered",
    "intake/v1/tickets?kind=praise&severity=major",
    "intake/v1/tickets?external_id=nobody-has-it",
    f"intake/v1/tickets?number={NUMBER}",
    "dispatch/v1/work-orders",
    "revisit/v1/revisits",
    "sla/v1/due",
    "sla/v1/timers",
    "sla/v1/escalations",
    f"reporting/v1/figures?month={MONTH}",
    f"reporting/v1/figures/tickets/subjects?month={MONTH}",
    "reporting/v1/timers",
    "reporting/v1/topics",
    "reporting/v1/messages",
    "reporting/v1/readings",
    "reporting/v1/reports",
)


def told() -> TicketSummary:
    registered = replace(examples.REGISTERED, ticket_id=TICKET, number=NUMBER, at=MOMENT)
    view = project_summary(None, registered, 1)
    assert view is not None
    return replace(view, department=DEPARTMENT)


def fill(data: Path, tickets: int, are_open: int) -> None:
    """The rows of so many tickets, into the stores of a system that does not run."""
    ticket, key = told(), str(TICKET)
    closed = replace(ticket, end="closed", closed_as="solved")
    copy(data / "intake.db", TICKETS, key, closed, range(tickets - are_open))
    copy(data / "intake.db", TICKETS, key, ticket, range(tickets - are_open, tickets))
    card = TicketCard(client="crm", number=NUMBER, department=DEPARTMENT)
    copy(data / "reporting.db", CARDS, key, card, range(tickets))
    row = replace(figures.row(0, MOMENT.date()), subject=key, number=NUMBER, department=DEPARTMENT)
    row = replace(row, heads={**row.heads, "department": DEPARTMENT})
    copy(data / "reporting.db", ROWS, f"a/{key}", row, range(tickets))


async def add_up(data: Path) -> float:
    """Beforehand, as the running product does beside all else; how long it took."""
    async with open_core(Settings(data=data), "reporting", TABLES) as core:
        await core.store.append(Append(rows=[Delete(STALE, "a")]))
        began = time.perf_counter()
        await Summing(core.store).catch_up()
        return time.perf_counter() - began


def look(system: System) -> None:
    """Says of each page how long its first answer took, and a later one."""
    headers = {"Authorization": f"Bearer {system.key}"}
    addresses = [f"/reporting/console/{page}" for page in PAGES] + [f"/{one}" for one in ANSWERS]
    with httpx.Client(base_url=system.urls["reporting"], headers=headers, timeout=120) as client:
        eventually(lambda: _has_reports(client), "the reports of the past are sent", 120)
        for address in addresses:
            times = [_asked(client, address) for _ in range(TIMES)]
            size = len(client.get(address).content)
            line = f"{times[0]:7.3f} s, {median(times):7.3f} s, {size / 1000:7.1f} kB  {address}"
            print(line, flush=True)  # noqa: T201 - a benchmark's answer


def _asked(client: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    client.get(address).raise_for_status()
    return time.perf_counter() - began


def _has_reports(client: httpx.Client) -> bool:
    return len(client.get("/reporting/v1/reports").json()["items"]) >= len(UNITS)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.pages")
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=50_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        system = embedded(Path(folder))
        client = system.client()
        for _ in range(REAL):
            register(client)
        client.close()
        system.stop()
        data = Path(folder) / "data"
        fill(data, asked.tickets, asked.open)
        took = asyncio.run(add_up(data))
        print(f"{asked.tickets} tickets, added up in {took:.1f} s")  # noqa: T201 - for people
        asyncio.run(multiply(data, asked.open // REAL))
        system.start()
        try:
            look(system)
        finally:
            system.stop()


if __name__ == "__main__":
    main()
