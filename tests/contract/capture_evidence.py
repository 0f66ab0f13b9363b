"""Keeps a ticket's and a period's file, and the public keys: what later code must still verify.

python -m tests.contract.capture_evidence [name]

Writes tests/contract/evidence/<name> (by default the day's). A folder that is there stays as it is:
it holds what an older code signed.
"""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

from services.reporting.period import as_jsonl, manifest_of
from shared.evidence.keys import lines_of
from tests.unit.reporting.examples import TICKET, minute
from tests.unit.reporting.trail import ASKED, KEYS, SIGNER, Trail, other

FOLDER = Path(__file__).with_name("evidence")


async def capture(folder: Path) -> None:
    """Two checkpoints, the second one's events gone on with, and one event behind it."""
    trail = Trail()
    for _ in range(2):
        await trail.say(TICKET, other(1), TICKET)
        trail.clock.time = minute(trail.intake.log[-1].position)
        await trail.sign()
    since = trail.clock.time
    await trail.say(other(2), TICKET)
    await trail.sign()
    await trail.say(TICKET)
    await trail.carry()
    manifest = await manifest_of(trail.store, since, minute(99), ASKED, SIGNER)
    parts = as_jsonl(trail.store, manifest)
    (folder / "period.jsonl").write_bytes(b"".join([part async for part in parts]))
    (folder / "ticket.jsonl").write_bytes((await trail.prove()).lines())
    (folder / "keys.txt").write_text(lines_of(KEYS.values()))
    await trail.close()


if __name__ == "__main__":
    name = sys.argv[1] if len(sys.argv) > 1 else str(datetime.now(UTC).date())
    if (FOLDER / name).exists():
        sys.exit(f"{FOLDER / name} is there already: it holds what an older code signed.")
    (FOLDER / name).mkdir(parents=True)
    asyncio.run(capture(FOLDER / name))
