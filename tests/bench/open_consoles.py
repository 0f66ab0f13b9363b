"""What open consoles cost: `python -m tests.bench.open_consoles [consoles] [seconds] [tickets]`.

A system in one process, and as many who look at the topics and at the timers as a browser does:
the next question a while after the last answer. Says how much of a core the process used, less
what it uses when nobody looks.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

import httpx

from tests.e2e.desk import register
from tests.e2e.system import System, embedded

PAGES = (("/reporting/console/topics", 2.0), ("/reporting/console/timers", 5.0))
FRAGMENT = {"Huiyin-Fragment": "1"}


def used(pid: int) -> float:
    """Seconds of a core that the process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def look(client: httpx.AsyncClient, path: str, every: float) -> None:
    """One open page."""
    while True:
        (await client.get(path, headers=FRAGMENT)).raise_for_status()
        await asyncio.sleep(every)


async def share(system: System, pid: int, consoles: int, seconds: float) -> float:
    """Per cent of a core while so many of each page are open."""
    headers = {"Authorization": f"Bearer {system.key}"}
    url = system.urls["reporting"]
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=30) as client:
        pages = [
            asyncio.create_task(look(client, path, every))
            for path, every in PAGES
            for _ in range(consoles)
        ]
        before = used(pid)
        await asyncio.sleep(seconds)
        after = used(pid)
        for one in pages:
            one.cancel()
        await asyncio.gather(*pages, return_exceptions=True)
    return 100 * (after - before) / seconds


def main(consoles: int = 20, seconds: float = 20.0, tickets: int = 200) -> None:
    """Says what all of them cost, and what the system uses without."""
    with tempfile.TemporaryDirectory() as folder:
        system = embedded(Path(folder))
        client = system.client()
        for _ in range(tickets):
            register(client)
        process = system.programs["run"].process
        assert process is not None
        idle = asyncio.run(share(system, process.pid, 0, seconds))
        busy = asyncio.run(share(system, process.pid, consoles, seconds))
        system.stop()
    told = f"{busy - idle:.1f} % of a core for {consoles} of each page, besides {idle:.1f} %"
    print(told)  # noqa: T201 - for people


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:]))
