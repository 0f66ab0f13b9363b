"""Asks sla how all timers stand, once for all who may see the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from services.reporting.canary import canary_standing
from services.reporting.peers import Silence
from services.reporting.projections import CARDS
from services.reporting.queries import numbers_of
from services.reporting.sharing import rights_of
from services.reporting.timer_models import (
    DueItem,
    DuePage,
    EscalationItem,
    EscalationPage,
    TimersBoard,
    TimersQuery,
)
from shared.contracts.timers import TimerGroup, Timers, totals
from shared.http import is_about
from shared.http.known import check_narrowed

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from services.reporting.bootstrap import Reporting
    from shared.event_store import Backend
    from shared.keys import ApiKey

PATIENCE = 10.0
"""Seconds: of a million open tickets sla needs some to count them."""
SHOWN = 100
SEEN = 5
PAGE = 500
MOST_PAGES = 4
Answer = TypeVar("Answer")
Persons = dict["UUID", str]
"""By ticket, the person complained about."""


async def timers_board(
    reporting: Reporting, key: ApiKey, asked: TimersQuery, headers: Mapping[str, str]
) -> TimersBoard:
    """What the key may see; shared with every other key that may see the same.

    So what is about its own person is left out here again (C-10); sums may count it.
    """
    with_canary = key.may("operations")

    async def ask() -> tuple[TimersBoard, Persons]:
        board = await _ask(reporting, asked, headers, with_canary=with_canary)
        return board, await _persons(reporting, board)

    shared_as = ("timers", rights_of(key), with_canary, asked)
    board, persons = await reporting.shared.get(shared_as, ask)
    if board.silent is None:
        check_narrowed(asked, (*board.groups, *board.due, *board.open), reporting)
    own = {ticket_id for ticket_id, person in persons.items() if is_about(key, person)}
    return _without(board, own) if own else board


async def _persons(reporting: Reporting, board: TimersBoard) -> Persons:
    """Whom the listed tickets complain about."""
    listed = {one.ticket_id for one in board.due}
    listed |= {one.ticket_id for one in (*board.open, *board.seen)}

    def read(backend: Backend) -> Persons:
        cards = ((one, backend.read_row(CARDS, str(one))) for one in listed)
        return {one: card.against_person for one, card in cards if card and card.against_person}

    return await reporting.core.store.run(read)


def _without(board: TimersBoard, tickets: Container[UUID]) -> TimersBoard:
    return replace(
        board,
        due=[one for one in board.due if one.ticket_id not in tickets],
        open=[one for one in board.open if one.ticket_id not in tickets],
        seen=[one for one in board.seen if one.ticket_id not in tickets],
    )


class _SilentError(Exception):
    """Sla said nothing that can be shown; the message is why."""


async def _ask(
    reporting: Reporting, asked: TimersQuery, headers: Mapping[str, str], *, with_canary: bool
) -> TimersBoard:
    sent = _as_sla_knows(reporting, asked).narrowed
    near: dict[str, str | int] = {**sent, "within": asked.within, "limit": SHOWN}
    canary = await canary_standing(reporting) if with_canary else None
    board = TimersBoard(as_of=reporting.core.now(), silent=None, canary=canary)
    try:
        timers, due, waiting, seen = await asyncio.gather(
            _said(reporting, "timers", Timers, headers),
            _said(reporting, "due", DuePage, headers, near),
            _escalations(reporting, "open", asked, headers, SHOWN),
            _escalations(reporting, "acknowledged", asked, headers, SEEN),
        )
    except _SilentError as silent:
        return replace(board, silent=str(silent))
    listed = [one for one in due.items if _is_asked(one, asked)]
    board = replace(
        narrowed(board, timers, DuePage(listed, due.next_cursor), asked),
        open=waiting.items,
        more_open=waiting.next_cursor is not None,
        seen=seen.items,
    )
    return await _numbered(reporting, board)


def _as_sla_knows(reporting: Reporting, asked: TimersQuery) -> TimersQuery:
    """Without what is here no more, for sla may refuse it: then everybody's are asked for."""
    lost: dict[str, None] = {}
    if asked.department and not reporting.directory.department(asked.department):
        lost["department"] = None
    if asked.pack and asked.pack not in reporting.core.packs.names:
        lost["pack"] = None
    return asked.model_copy(update=lost)


def _is_asked(one: DueItem | EscalationItem | TimerGroup, asked: TimersQuery) -> bool:
    return asked.pack in {None, one.pack} and asked.department in {None, one.department}


async def _said(
    reporting: Reporting,
    path: str,
    kind: type[Answer],
    headers: Mapping[str, str],
    query: Mapping[str, str | int] | None = None,
) -> Answer:
    said = await reporting.peers.ask("sla", path, kind, headers, query, PATIENCE)
    if isinstance(said, Silence):
        raise _SilentError(said.reason)
    return said


async def _escalations(
    reporting: Reporting,
    state: str,
    asked: TimersQuery,
    headers: Mapping[str, str],
    most: int,
) -> EscalationPage:
    """The newest of that state; sla's list takes no pack, so others' are passed over here."""
    sent = _as_sla_knows(reporting, asked)
    is_whole = asked.pack is None and sent == asked
    query: dict[str, str | int] = {"state": state, "limit": most if is_whole else PAGE}
    if sent.department:
        query["department"] = sent.department
    found: list[EscalationItem] = []
    for _ in range(MOST_PAGES):
        page = await _said(reporting, "escalations", EscalationPage, headers, query)
        found += [one for one in page.items if _is_asked(one, asked)]
        if page.next_cursor is None or len(found) >= most:
            more = page.next_cursor if len(found) <= most else "more"
            return EscalationPage(found[:most], more)
        query["cursor"] = page.next_cursor
    return EscalationPage(found, "more")


def narrowed(board: TimersBoard, timers: Timers, due: DuePage, asked: TimersQuery) -> TimersBoard:
    """The board with what sla says of what was asked for."""
    groups = [one for one in timers.groups if _is_asked(one, asked)]
    return replace(
        board,
        catching_up=timers.catching_up,
        raising=timers.raising,
        waiting_to_be_said=timers.waiting_to_be_said,
        next_due_at=_next_due_at(board, timers, due, asked),
        totals=totals(groups),
        more_unacknowledged=timers.more_unacknowledged,
        groups=groups,
        due=sorted(due.items, key=lambda one: one.due_at),
        more_due=due.next_cursor is not None,
        packs=_words((one.pack for one in timers.groups), asked.pack),
        departments=_words((one.department for one in timers.groups), asked.department),
    )


def _next_due_at(
    board: TimersBoard, timers: Timers, due: DuePage, asked: TimersQuery
) -> datetime | None:
    """Sla counts a ticket by its most urgent limit: a late one's next is in the list alone."""
    upcoming = [one.due_at for one in due.items if one.due_at >= board.as_of]
    if timers.next_due_at and not asked.narrowed:
        upcoming.append(timers.next_due_at)
    return min(upcoming, default=None)


def _words(words: Iterable[str | None], chosen: str | None) -> list[str]:
    return sorted({one for one in (*words, chosen) if one})


async def _numbered(reporting: Reporting, board: TimersBoard) -> TimersBoard:
    """With the numbers that people call tickets by, as far as reporting has heard of them."""
    listed = {one.ticket_id for one in board.due}
    listed |= {one.ticket_id for one in (*board.open, *board.seen)}
    numbers = await numbers_of(reporting, listed)
    return replace(
        board,
        due=[replace(one, number=numbers.get(one.ticket_id)) for one in board.due],
        open=[replace(one, number=numbers.get(one.ticket_id)) for one in board.open],
        seen=[replace(one, number=numbers.get(one.ticket_id)) for one in board.seen],
    )
