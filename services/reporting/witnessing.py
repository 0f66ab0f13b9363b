"""Has what reporting signs for its own log kept by another service, where reporting cannot undo it.

It comes back as a record of that service, and only then counts here as a checkpoint.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import structlog

from services.reporting.checkpoints import WITNESS, newest_checkpoint
from services.reporting.leaves import OWN
from services.reporting.peers import Silence
from shared.codec import name_of_kind, unpack
from shared.contracts.terms import CheckpointSigned
from shared.event_store import StoreUnavailableError
from shared.evidence.sealing import SEAL_KEY, SEALS, Seal
from shared.evidence.signing import Signing, signing_of
from shared.tables import LARGEST_NUMBER

if TYPE_CHECKING:
    from services.reporting.peers import Peers
    from shared.event_store import Backend
    from shared.service import Core

PAGE = 1000
CHECKPOINT = name_of_kind(CheckpointSigned)

log = structlog.get_logger(__name__)


async def have_witnessed(core: Core, peers: Peers) -> None:
    """Goes on until cancelled."""
    while True:
        await asyncio.sleep(core.settings.checkpoint_seconds)
        try:
            await witness_new(core, peers)
        except StoreUnavailableError as error:
            log.warning("own checkpoints are not sent now", reason=str(error))


async def witness_new(core: Core, peers: Peers) -> int:
    """Sends what the witness is not known to keep, oldest first; how many it took."""
    taken = 0
    for signed in await core.store.run(_unwitnessed):
        headers = {"content-type": "application/json"}
        body = msgspec.json.encode(signed)
        answer = await peers.send(WITNESS, "POST", "log/checkpoints", headers, body=body)
        if isinstance(answer, Silence) or not answer.is_success:
            status = "no answer" if isinstance(answer, Silence) else answer.status_code
            log.warning("own checkpoint not witnessed", witness=WITNESS, status=status)
            break
        taken += 1
    return taken


def witnessed(backend: Backend) -> CheckpointSigned | None:
    """The newest checkpoint of reporting's own log that came back from the witness."""
    return newest_checkpoint(backend, OWN, LARGEST_NUMBER)


def witnessed_signing(backend: Backend) -> Signing:
    """How far the own log is signed for, as far as the witness keeps it."""
    known = witnessed(backend)
    if known is None:
        return signing_of(backend, Seal())
    return signing_of(backend, Seal(known.size, known.position, (), known.at))


def _unwitnessed(backend: Backend) -> list[CheckpointSigned]:
    known = witnessed(backend)
    seal = backend.read_row(SEALS, SEAL_KEY) or Seal()
    after = known.position if known else 0
    if seal.position <= after:
        return []
    found: list[CheckpointSigned] = []
    read = partial(backend.read_log, limit=PAGE)
    while page := read(after):
        after = page[-1].position
        for one in page:
            if one.event.name == CHECKPOINT:
                data = unpack(one.event.state)[1]
                found.append(msgspec.json.decode(data, type=CheckpointSigned))
        if len(page) < PAGE:
            break
    return [one for one in found if known is None or one.size > known.size]
