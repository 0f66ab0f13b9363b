"""Reads of what reporting keeps; nothing here writes."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from services.reporting.bootstrap import Reporting
from services.reporting.models import ReadingsQuery, ReadingView
from services.reporting.projections import CARDS, RECORDS, RecordRow, TicketCard
from services.reporting.readings import READINGS, ReadingRow
from services.reporting.standing import LaneRecords, Unread
from shared.decider import UnknownSubjectError
from shared.event_store import Backend
from shared.http import Caller, is_about, sees
from shared.keys import ApiKey
from shared.listing import column_time, find, narrowings
from shared.tables import Column, Query

PAGE = 500
Place = tuple[str, str]
"""A look's place in the list: when it began, key."""


async def visible_ticket(
    reporting: Reporting, caller: Caller, named: str
) -> tuple[UUID, TicketCard]:
    """The ticket of that id or number, if there for this caller. Raises UnknownSubjectError."""
    store = reporting.core.store
    ticket_id = await _ticket_id(reporting, named)
    card = await store.get(CARDS, str(ticket_id)) if ticket_id else None
    if ticket_id is None or card is None or is_about(caller.key, card.against_person):
        raise UnknownSubjectError
    # A ticket whose registration is not heard of yet has no client; no key has that name.
    if not await sees(store, caller, card.client or "", card.department):
        raise UnknownSubjectError
    return ticket_id, card


async def _ticket_id(reporting: Reporting, named: str) -> UUID | None:
    try:
        return UUID(named)
    except ValueError:
        query = Query(CARDS, {"number": named.upper()}, limit=1)
        return next((UUID(key) for key, _ in await reporting.core.store.query(query)), None)


def is_visible(key: ApiKey, card: TicketCard) -> bool:
    """Whether the card's ticket is there for the key now; one without a client is nobody's."""
    return not is_about(key, card.against_person) and key.may_see(
        card.client or "", card.department
    )


async def numbers_of(
    reporting: Reporting, tickets: Iterable[UUID | None]
) -> dict[UUID | None, str | None]:
    """What people call those tickets, as far as reporting has heard of them."""
    wanted = {one for one in tickets if one is not None}

    def read(backend: Backend) -> dict[UUID | None, str | None]:
        cards = ((one, backend.read_row(CARDS, str(one))) for one in wanted)
        return {one: card.number for one, card in cards if card is not None}

    return await reporting.core.store.run(read)


async def records_of(reporting: Reporting, ticket_id: UUID) -> list[RecordRow]:
    """Every record about the ticket, in no particular order."""

    def read(backend: Backend) -> list[RecordRow]:
        rows: list[RecordRow] = []
        after: tuple[Column, ...] | None = None
        while True:
            query = Query(
                RECORDS, {"about": str(ticket_id)}, order=("position",), after=after, limit=PAGE
            )
            page = backend.query(query)
            rows += [row for _, row in page]
            if len(page) < PAGE:
                return rows
            after = (page[-1][1].position, page[-1][0])

    return await reporting.core.store.run(read)


async def find_readings(
    reporting: Reporting, caller: Caller, asked: ReadingsQuery, after: Place | None
) -> tuple[list[ReadingView], Place | None]:
    """Looks at one ticket that the caller may see, or at all that were theirs to see then.

    Raises UnknownSubjectError.
    """
    scopes: list[dict[str, Column]] = narrowings(caller.key)
    if asked.ticket_id is not None:
        await visible_ticket(reporting, caller, str(asked.ticket_id))
        scopes = [{}]
    query = Query(
        READINGS,
        asked.equal("ticket_id", "reader"),
        order=("first_at",),
        after=after,
        descending=True,
        limit=asked.limit,
    )
    found, following = await find(reporting.core.store, query, scopes, _place_of)
    views = [reading_view(row) for row in found if not is_about(caller.key, row.against_person)]
    return views, following


def reading_view(row: ReadingRow) -> ReadingView:
    """As a list shows it."""
    return ReadingView(
        ticket_id=row.ticket_id,
        reader=row.reader,
        what=row.what,
        first_at=row.first_at,
        last_at=row.last_at,
        times=row.times,
        asked=row.asked,
    )


def _place_of(key: str, row: ReadingRow) -> Place:
    return column_time(row.first_at), key


async def lane_records(
    reporting: Reporting, marks: Mapping[str, Iterable[int]]
) -> dict[str, LaneRecords]:
    """By partition what was kept of it: up to now, and from each of the marks on."""

    def read(backend: Backend) -> dict[str, LaneRecords]:
        return {lane: _lane_records(backend, lane, asked) for lane, asked in marks.items()}

    return await reporting.core.store.run(read)


def _lane_records(backend: Backend, lane: str, marks: Iterable[int]) -> LaneRecords:
    newest = _last(backend, lane, None)
    if newest is None:
        return LaneRecords(unread={0: Unread(0, None)})
    unread = {}
    for mark in marks:
        if mark < newest.position:
            at = _last(backend, lane, mark)
            unread[mark] = Unread(at.ordinal if at else 0, _first(backend, lane, mark))
        elif mark == newest.position:
            unread[mark] = Unread(newest.ordinal, None)
    return LaneRecords(newest.position, newest.ordinal, unread)


def _last(backend: Backend, lane: str, at_most: int | None) -> RecordRow | None:
    query = Query(
        RECORDS,
        {"lane": lane},
        at_most={} if at_most is None else {"position": at_most},
        order=("position",),
        descending=True,
        limit=1,
    )
    return next((row for _, row in backend.query(query)), None)


def _first(backend: Backend, lane: str, after: int) -> datetime | None:
    query = Query(
        RECORDS, {"lane": lane}, at_least={"position": after + 1}, order=("position",), limit=1
    )
    return next((row.recorded_at for _, row in backend.query(query)), None)
