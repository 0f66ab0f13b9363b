"""Posts the system's own ticket every few minutes, and takes back the one before.

Every instance does; a canary is one whoever posts it, for its id is that of its interval.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from services.intake.domain.commands import RegisterTicket, WithdrawTicket
from services.intake.rows import CANARIES, OpenCanaries
from shared.background import beside
from shared.canary import CANARY, begun_at, canary_id
from shared.contracts.intake import TicketRegistered
from shared.contracts.terms import Case, Text
from shared.ids import new_id
from shared.messaging.envelope import Cause
from shared.packs import canary_pack
from shared.tables import Fold

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from datetime import datetime, timedelta

    from services.intake.bootstrap import Intake
    from shared.tables import RowChange

LONGEST_SLEEP = 60.0
"""Seconds: a machine's clock may be set, and a machine that was suspended sleeps on."""
PAUSE = 5.0
"""Seconds to the next try after one that could not be stored."""
NOBODY = UUID("ca9a1e00-0000-8000-8000-ffffffffffff")
TEXT = Text(text_id=NOBODY, digest=hashlib.sha256(CANARY.encode()).hexdigest())
"""Stands where a register must have one: there is no such text in the vault."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def posting(intake: Intake) -> AsyncIterator[None]:
    """Posts canaries until the context ends, if there are to be any."""
    interval = intake.core.settings.canary_interval
    if interval is None:
        yield
        return
    async with beside(_post_for_ever(intake, interval), "intake canary"):
        yield


async def _post_for_ever(intake: Intake, interval: timedelta) -> None:
    clock = intake.core.clock
    while True:
        begins_at = begun_at(clock.now(), interval)
        try:
            await post_canary(intake, begins_at, interval)
        except Exception:  # whatever it is, the next try shows whether it is over
            log.exception("no canary could be posted")
            await asyncio.sleep(PAUSE)
        else:
            seconds = clock.seconds_until(begins_at + interval)
            await asyncio.sleep(min(LONGEST_SLEEP, seconds))


async def post_canary(intake: Intake, begins_at: datetime, interval: timedelta) -> None:
    """The interval's own, once, and the end of those before it that are open still.

    Raises what the store raises.
    """
    ticket_id = canary_id(begins_at, interval)
    open_now = await intake.core.store.get(CANARIES, CANARY) or OpenCanaries()
    if ticket_id not in open_now.ticket_ids:
        register = RegisterTicket(register=_register(ticket_id, intake.core.now()))
        added = _changed(add=[ticket_id])
        await intake.tickets.handle(ticket_id, register, _cause(), rows=[added])
    for earlier in open_now.ticket_ids:
        if earlier < ticket_id:
            withdraw = WithdrawTicket(ticket_id=earlier, reason=TEXT, at=intake.core.now())
            taken_back = _cause().with_rows(_changed(remove=[earlier]))
            await intake.tickets.handle(earlier, withdraw, taken_back)


def _changed(add: Iterable[UUID] = (), remove: Iterable[UUID] = ()) -> RowChange:
    def project(row: OpenCanaries | None) -> OpenCanaries:
        left = {*(row.ticket_ids if row else ()), *add} - {*remove}
        return OpenCanaries(tuple(sorted(left)))

    return Fold(CANARIES, CANARY, project)


def _cause() -> Cause:
    return Cause(actor=CANARY, correlation_id=new_id())


def _register(ticket_id: UUID, now: datetime) -> TicketRegistered:
    pack = canary_pack()
    return TicketRegistered(
        ticket_id=ticket_id,
        number=f"{CANARY.upper()}-{now:%Y%m%dT%H%M%S}Z",
        case=Case(
            client=CANARY,
            customer_ref=NOBODY,
            pack=pack.name,
            pack_version=pack.version,
            kind="service_request",
            severity="simple",
            channel="system",
            tier="standard",
        ),
        content=TEXT,
        customer_name=CANARY,
        receiver=CANARY,
        at=now,
    )
