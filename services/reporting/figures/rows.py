"""One small row a subject, from which every figure is added up; made from its facts alone."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, assert_never
from uuid import UUID

from msgspec import Struct

from services.reporting.figures.counting import Measure, Rules
from services.reporting.figures.counting_others import (
    contact_measures,
    group_measures,
    task_measures,
)
from services.reporting.figures.counting_tickets import ticket_measures
from services.reporting.figures.facts import ContactFacts, Facts, GroupFacts, TaskFacts, TicketFacts
from shared.listing import column_time
from shared.packs import Packs
from shared.packs.versions import FIRST
from shared.tables import Table

Kind = Literal["ticket", "contact", "task", "group"]
Dimension = Literal[
    "department",
    "category",
    "severity",
    "level",
    "product",
    "channel",
    "merchant",
    "tier",
    "kind",
    "pack",
    "branch",
    "area",
    "finding",
    "status",
    "business",
    "moment",
]


class FigureRow(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a subject counts for, and in which period, for whom, under which heads.

    Ids and times are text, and nothing in it is for the garbage collector: a month's rows are read
    at once.
    """

    view: str
    subject: str
    kind: Kind
    day: str
    """2026-11-23: the day in the pack's zone on which the customer got in touch."""
    client: str
    department: str | None = None
    against_person: str | None = None
    """To whom it isn't there (C-10); the sums count it."""
    number: str | None = None
    entered_on: str | None = None
    """Of what a branch entered: the day on which it did."""
    late_on: str | None = None
    """Of a ticket: the day on which it was entered, if that is a later one."""
    heads: dict[str, str]
    measures: dict[str, tuple[float, int]]
    heard_at: str
    """When the newest of its records was recorded, as a column holds a time."""


class FactsRow(Struct, frozen=True, kw_only=True):
    """What is known of a subject."""

    view: str
    facts: Facts


ROWS = Table(
    "figure_rows",
    FigureRow,
    {
        "view": lambda row: row.view,
        "day": lambda row: row.day,
        "client": lambda row: row.client,
        "department": lambda row: row.department,
        "late_on": lambda row: row.late_on,
    },
    indexes=(
        ("view", "day"),
        ("view", "department", "day"),
        ("view", "client", "day"),
        ("view", "late_on"),
    ),
)
FACTS = Table("figure_facts", FactsRow, {"view": lambda row: row.view}, indexes=(("view",),))


def key_of(view: str, subject: UUID) -> str:
    return f"{view}/{subject}"


def figure_row(view: str, subject: UUID, facts: Facts, packs: Packs) -> FigureRow | None:
    """None as long as nobody has said what the subject is."""
    found = facts.intake.ticket or facts.intake.contact or facts.revisit.task or facts.revisit.group
    if found is None or facts.heard_at is None:
        return None
    rules = Rules.of(packs.find(*_pack_of(found)))
    match found:
        case TicketFacts():
            return _ticket(view, subject, facts, found, rules)
        case ContactFacts():
            return _contact(view, subject, facts, found, rules)
        case TaskFacts():
            return _task(view, subject, facts, found, rules)
        case GroupFacts():
            return _group(view, subject, facts, found)


def _pack_of(found: TicketFacts | ContactFacts | TaskFacts | GroupFacts) -> tuple[str, int]:
    """And its version: what a ticket was promised is counted by its own."""
    match found:
        case TicketFacts():
            return found.case.pack, found.case.pack_version
        case ContactFacts() | TaskFacts():
            return found.pack or "", FIRST
        case GroupFacts():
            return "", FIRST
        case _:
            assert_never(found)


def _ticket(view: str, subject: UUID, facts: Facts, ticket: TicketFacts, rules: Rules) -> FigureRow:
    day, entered_on = rules.day(ticket.received_at), rules.day(ticket.entered_at)
    return FigureRow(
        view=view,
        subject=str(subject),
        kind="ticket",
        day=_text(day),
        client=ticket.case.client,
        department=facts.department,
        against_person=ticket.against_person,
        number=ticket.number,
        entered_on=_text(entered_on) if ticket.branch else None,
        late_on=_text(entered_on) if entered_on > day else None,
        heads=_given(_ticket_heads(facts, ticket)),
        measures=added(ticket_measures(facts, ticket, rules)),
        heard_at=_heard(facts),
    )


def _ticket_heads(facts: Facts, ticket: TicketFacts) -> dict[str, str | None]:
    orders = facts.main_orders
    found = [one.finding for one in orders if one.finding is not None]
    case = ticket.case
    return {
        "department": facts.department,
        "category": case.category,
        "severity": case.severity,
        "level": orders[-1].level if orders else None,
        "product": ticket.product,
        "channel": case.channel,
        "merchant": ticket.merchant,
        "tier": case.tier,
        "kind": case.kind,
        "pack": case.pack,
        "branch": ticket.branch,
        "area": ticket.area,
        "finding": found[-1] if found else None,
        "status": status_of(ticket),
    }


def status_of(ticket: TicketFacts) -> str:
    """How it stands, in four words."""
    if ticket.merged:
        return "merged"
    if ticket.withdrawn:
        return "withdrawn"
    return "closed" if ticket.closed_as else "open"


def _contact(
    view: str, subject: UUID, facts: Facts, contact: ContactFacts, rules: Rules
) -> FigureRow:
    heads: dict[str, str | None] = {
        "channel": contact.channel,
        "tier": contact.tier,
        "branch": contact.branch,
        "business": contact.business,
        "pack": contact.pack,
    }
    return FigureRow(
        view=view,
        subject=str(subject),
        kind="contact",
        day=_text(rules.day(contact.at)),
        client=contact.client,
        entered_on=_text(rules.day(contact.entered_at)) if contact.branch else None,
        heads=_given(heads),
        measures=added(contact_measures(facts, contact, rules)),
        heard_at=_heard(facts),
    )


def _task(view: str, subject: UUID, facts: Facts, task: TaskFacts, rules: Rules) -> FigureRow:
    return FigureRow(
        view=view,
        subject=str(subject),
        kind="task",
        day=_text(rules.day(task.due_at or task.at)),
        client=task.client,
        heads=_given({"pack": task.pack, "moment": task.moment}),
        measures=added(task_measures(facts, task)),
        heard_at=_heard(facts),
    )


def _group(view: str, subject: UUID, facts: Facts, group: GroupFacts) -> FigureRow:
    return FigureRow(
        view=view,
        subject=str(subject),
        kind="group",
        day=f"{group.month}-01",
        client=group.client,
        heads={},
        measures=added(group_measures(group)),
        heard_at=_heard(facts),
    )


def added(measures: Iterable[Measure]) -> dict[str, tuple[float, int]]:
    """Several parts of one figure are one."""
    total: dict[str, tuple[float, int]] = {}
    for name, above, below in measures:
        before = total.get(name, (0.0, 0))
        total[name] = before[0] + above, before[1] + below
    return total


def _given(heads: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in heads.items() if value is not None}


def _text(day: date) -> str:
    return day.isoformat()


def _heard(facts: Facts) -> str:
    assert facts.heard_at is not None  # noqa: S101 - something was heard of what is known
    return column_time(facts.heard_at)
