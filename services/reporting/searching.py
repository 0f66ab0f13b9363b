"""Search of tickets by what was done with them: who acted, which event, under which rule."""

from __future__ import annotations

import heapq
from functools import partial
from itertools import groupby, islice
from typing import TYPE_CHECKING

from services.reporting.acts import ACTS, ActRow, act_of
from services.reporting.figures.queries import facts_in
from services.reporting.figures.rows import ROWS
from services.reporting.figures.views import VIEWS, VIEWS_KEY, Views
from services.reporting.projections import CARDS, RECORDS, TicketCard
from services.reporting.queries import is_visible
from services.reporting.readings import record_look
from services.reporting.search_models import Found, Place, SearchPage, SearchQuery
from shared.contracts.terms import folded_name
from shared.http import MalformedError
from shared.http.known import check_narrowed
from shared.listing import before, bound, column_time, narrowings
from shared.tables import Query

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from services.reporting.bootstrap import Reporting
    from shared.event_store import Backend
    from shared.http import Caller
    from shared.keys import ApiKey
    from shared.packs import Packs
    from shared.tables import Column

LOOKED_THROUGH = 5_000
"""Events that are read for one answer at most, however few of them the caller may see."""
PAGE = 200
MOST_TICKETS = 500
"""Of one customer."""


async def search(
    reporting: Reporting, caller: Caller, asked: SearchQuery, after: Place | None
) -> SearchPage:
    """What the caller may see of it; that they searched, and for what, is kept first."""
    if asked.since and asked.until and asked.until <= asked.since:
        raise MalformedError(("/to", ("早于 `from`。", "lies before `from`")))
    if asked.department:
        some = partial(_some_of, key=caller.key, department=asked.department)
        check_narrowed(asked, await reporting.core.store.run(some), reporting)
    query = " ".join(f"{name}={value}" for name, value in asked.said().items())
    await record_look(reporting.core, caller, None, TicketCard(), "search", query)
    looking = partial(_search, packs=reporting.core.packs, key=caller.key, asked=asked, after=after)
    return await reporting.core.store.run(looking)


def _some_of(backend: Backend, key: ApiKey, department: str) -> Sequence[object]:
    """Any of the department's tickets that the key may see: it may be one of old.

    A search passes over what others work on, and gives up before it has seen all.
    """
    view = (backend.read_row(VIEWS, VIEWS_KEY) or Views()).live
    for scope in narrowings(key, department):
        equal = {"view": view, "department": department, **scope}
        if found := backend.query(Query(ROWS, equal, order=("day",), limit=1)):
            return found
    return ()


def _search(
    backend: Backend, packs: Packs, key: ApiKey, asked: SearchQuery, after: Place | None
) -> SearchPage:
    if asked.customer:
        acts = _of_customer(backend, asked, after)
    else:
        acts = _acts(backend, packs, asked, after)
    found: list[Found] = []
    looked, place = 0, None
    for act in islice(acts, LOOKED_THROUGH):
        if len(found) == asked.limit:
            return SearchPage(items=found, looked_through=looked, following=place)
        looked, place = looked + 1, (column_time(act.recorded_at), str(act.event_id))
        card = backend.read_row(CARDS, str(act.ticket_id)) or TicketCard()
        if not is_visible(key, card) or asked.department not in {None, card.department}:
            continue
        clause = _clause(backend, packs, act)
        if _is_asked(act, clause, asked):
            found.append(_found(act, card, clause))
    is_cut = looked == LOOKED_THROUGH
    return SearchPage(items=found, looked_through=looked, following=place if is_cut else None)


def _acts(
    backend: Backend, packs: Packs, asked: SearchQuery, after: Place | None
) -> Iterator[ActRow]:
    """By the narrowest index there is, the newest first, each once."""
    equal: dict[str, Column] = {}
    if asked.type:
        equal["stem"] = _stem(asked.type)
    rules: Sequence[str | None] = _rules_named(packs, asked.rule) if asked.rule else [None]
    people = ("actor", "worker") if asked.actor else (None,)
    lanes = [
        _lane(backend, asked, after, equal | _narrowed(rule, who, asked.actor))
        for rule in rules
        for who in people
    ]
    merged = heapq.merge(*lanes, key=lambda act: (act.recorded_at, str(act.event_id)), reverse=True)
    return (act for act, _ in groupby(merged))


def _narrowed(rule: str | None, who: str | None, name: str | None) -> dict[str, Column]:
    narrowed: dict[str, Column] = {} if rule is None else {"rule": rule}
    return narrowed | ({who: folded_name(name)} if who and name else {})


def _rules_named(packs: Packs, name: str) -> list[str]:
    """The rule or clock of that name, and every clock that the clause judges in some regulation."""
    clocks = {
        clock.name
        for pack in packs
        for clock in pack.clocks
        if any(_same(rule.clause, name) for rule in clock.rules)
    }
    return sorted({name, *clocks})


def _lane(
    backend: Backend, asked: SearchQuery, after: Place | None, equal: dict[str, Column]
) -> Iterator[ActRow]:
    while True:
        query = Query(
            ACTS,
            equal,
            at_least=bound("recorded_at", asked.since),
            at_most=before("recorded_at", asked.until),
            order=("recorded_at",),
            after=after,
            descending=True,
            limit=PAGE,
        )
        rows = backend.query(query)
        yield from (row for _, row in rows)
        if len(rows) < PAGE:
            return
        after = column_time(rows[-1][1].recorded_at), rows[-1][0]


def _of_customer(backend: Backend, asked: SearchQuery, after: Place | None) -> Iterator[ActRow]:
    """All of one person's tickets, out of the records: they are few."""
    tickets = backend.query(Query(CARDS, {"customer": str(asked.customer)}, limit=MOST_TICKETS))
    acts = [act for ticket, _ in tickets for act in _of_ticket(backend, ticket)]
    places = {act.event_id: (column_time(act.recorded_at), str(act.event_id)) for act in acts}
    wanted = [
        act
        for act in acts
        if (after is None or places[act.event_id] < after)
        and (asked.since is None or act.recorded_at >= asked.since)
        and (asked.until is None or act.recorded_at < asked.until)
    ]
    return iter(sorted(wanted, key=lambda act: places[act.event_id], reverse=True))


def _of_ticket(backend: Backend, ticket: str) -> Iterable[ActRow]:
    rows = backend.query(Query(RECORDS, {"about": ticket}, limit=LOOKED_THROUGH))
    return (act for _, row in rows if (act := act_of(row)) is not None)


def _is_asked(act: ActRow, clause: str | None, asked: SearchQuery) -> bool:
    names = {folded_name(name) for name in (act.actor, act.worker) if name}
    return (
        (asked.actor is None or folded_name(asked.actor) in names)
        and (asked.type is None or asked.type in {act.type, act.stem})
        and (asked.rule is None or asked.rule == act.rule or _same(clause, asked.rule))
    )


def _stem(type_: str) -> str:
    """With a version or without; a type's own words hold no full stop."""
    return type_.partition(".")[0]


def _same(clause: str | None, name: str) -> bool:
    return clause is not None and clause.casefold() == name.casefold()


def _clause(backend: Backend, packs: Packs, act: ActRow) -> str | None:
    """Which clause judges the clock that the event is about; None of what is about none."""
    facts = facts_in(backend, act.ticket_id) if act.source == "sla" and act.rule else None
    ticket = facts.intake.ticket if facts else None
    if ticket is None or act.rule is None:
        return None
    pack = packs.find(ticket.case.pack, ticket.case.pack_version)
    rule = pack.rule(act.rule, ticket.case, act.round) if pack else None
    return rule.clause if rule else None


def _found(act: ActRow, card: TicketCard, clause: str | None) -> Found:
    return Found(
        ticket_id=act.ticket_id,
        number=card.number,
        department=card.department,
        event_id=act.event_id,
        source=act.source,
        type=act.type,
        actor=act.actor,
        worker=act.worker,
        rule=act.rule,
        clause=clause,
        occurred_at=act.occurred_at,
        recorded_at=act.recorded_at,
    )
