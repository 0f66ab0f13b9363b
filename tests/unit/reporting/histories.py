"""Seeded histories: what happened to many customers, and the events that tell it.

What a test knows of a month is this, not what the product makes of the events.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Literal
from uuid import UUID, uuid5

from shared.contracts.terms import Case, DepartmentLevel, Text

Outcome = Literal["kept", "late", "missed", "running", "void"]
MONTH = datetime(2026, 11, 1, tzinfo=UTC)
SPACE = UUID(int=20261101)
TEXT = Text(text_id=SPACE, digest="d")
DEPARTMENTS: dict[str, DepartmentLevel] = {
    "billing": "city",
    "network": "city",
    "province-service": "province",
}
CATEGORIES = (
    "mobile-network",
    "mobile-network-coverage",
    "broadband-install",
    "broadband-repair-town",
    "broadband-repair-town-fibre",
    "broadband-repair-country",
    "billing",
    None,
)
CLOCKS = (
    "answer",
    "solve",
    "dispatch",
    "accept",
    "contact",
    "handling-notice",
    "overdue-notice",
    "report-back",
    "follow-up",
    "written-answer",
    "answer-review",
    "revisit",
    "takeover",
    "appeal",
    "help",
    "install-or-repair",
)


@dataclass
class ClockStory:
    """A promise and what became of it."""

    name: str
    outcome: Outcome
    took: float
    """Hours."""
    target: float | None
    levels: tuple[int, ...] = ()
    occurrence: str = ""


@dataclass
class RoundStory:
    """One round; `told` hours after the customer got in touch."""

    answered_at_once: bool
    completed: bool
    solved: bool
    finding: Literal["substantiated", "unsubstantiated"] | None
    signed: int
    told: float | None
    revisit: Literal["solved", "unsolved", "unreachable", "cancelled", "due"] | None
    score: int | None


@dataclass
class TicketStory:
    """One ticket, from its customer's side."""

    ticket_id: UUID
    number: str
    case: Case
    received_at: datetime
    entered_at: datetime
    department: str
    product: str | None
    merchant: str | None
    branch: str | None
    staff: str | None
    end: Literal["open", "solved", "unreachable", "answered", "withdrawn", "merged"]
    rounds: list[RoundStory] = field(default_factory=list)
    clocks: list[ClockStory] = field(default_factory=list)
    transferred_from: str | None = None


@dataclass
class ContactStory:
    """Somebody who got in touch."""

    contact_id: UUID
    channel: Literal["phone", "counter", "web"]
    tier: Literal["standard", "gold"]
    at: datetime
    branch: str | None
    entered_at: datetime
    business: str | None
    is_abandoned: bool
    by_machine: bool
    rings: int | None
    wait: int | None
    took: float | None
    """Minutes."""
    call_back: Outcome | None
    warnings: int
    by_seat: bool
    """Whether the seat ended the call."""


@dataclass
class TaskStory:
    """A key moment."""

    task_id: UUID
    created_at: datetime
    due_at: datetime
    is_exempt: bool
    is_tried: bool
    is_reached: bool
    outcome: Literal["done", "refused", "unreachable"] | None
    score: int | None
    passed_on: float | None
    """Hours before it was due that the information was passed; None: nobody took it on."""
    filled: int
    clock: Outcome


def moment(random: Random) -> datetime:
    """In November or a little outside it, at any minute."""
    return MONTH + timedelta(minutes=random.randrange(-2000, 32 * 24 * 60))


def tickets(random: Random, number: int) -> Iterator[TicketStory]:
    for index in range(number):
        yield _ticket(random, index)


def _ticket(random: Random, index: int) -> TicketStory:
    ticket_id = uuid5(SPACE, f"ticket/{random.random()}")
    received_at = moment(random)
    category = random.choice(CATEGORIES)
    case = Case(
        client=random.choice(("crm", "shop")),
        customer_ref=uuid5(ticket_id, "customer"),
        pack=random.choice(("hotline-400", "telecom-carrier", "travel-platform")),
        pack_version=1,
        kind=random.choice(("complaint", "fault_report", "consultation")),
        severity=random.choice(("simple", "general", "major")),
        channel=random.choice(("phone", "web", "counter")),
        tier=random.choice(("standard", "silver", "diamond")),
        category=category,
    )
    story = TicketStory(
        ticket_id=ticket_id,
        number=f"T20261101-{index:08}",
        case=case,
        received_at=received_at,
        entered_at=received_at + timedelta(hours=random.choice((0, 0, 1, 50, 100))),
        department=random.choice(list(DEPARTMENTS)),
        product=random.choice(("broadband", "mobile", None)),
        merchant=random.choice(("m-1", "m-2", None)),
        branch=random.choice(("城东", "城西", None, None)),
        staff=random.choice((None, None, None, "xu-lei")),
        end=random.choice(
            ("open", "solved", "solved", "solved", "unreachable", "withdrawn", "merged")
        ),
        transferred_from=random.choice((None, None, "billing")),
    )
    story.rounds = list(_rounds(random, story))
    if story.rounds[-1].answered_at_once and story.end == "solved":
        story.end = "answered"
    story.clocks = [_clock(random, name) for name in CLOCKS if random.random() < 0.4]
    story.clocks += [_clock(random, "promise") for _ in range(random.choice((0, 0, 1, 2)))]
    return story


def _rounds(random: Random, story: TicketStory) -> Iterator[RoundStory]:
    number = random.choice((1, 1, 1, 2, 3))
    for index in range(number):
        is_last = index == number - 1
        is_open = is_last and story.end in {"open", "withdrawn", "merged"}
        told = random.uniform(0.1, 90) + 100 * index
        yield RoundStory(
            answered_at_once=random.random() < 0.2 and not is_open,
            completed=not is_open,
            solved=random.random() < 0.8,
            finding=random.choice((None, "substantiated", "unsubstantiated")),
            signed=random.choice((0, 2, 3, 3)),
            told=None if is_open else told,
            revisit=_revisit(random, story, is_last=is_last, is_open=is_open),
            score=None,
        )


def _revisit(
    random: Random, story: TicketStory, *, is_last: bool, is_open: bool
) -> Literal["solved", "unsolved", "unreachable", "cancelled", "due"] | None:
    if is_open:
        return random.choice((None, None, "cancelled"))
    if not is_last:
        return "unsolved"
    return "unreachable" if story.end == "unreachable" else random.choice(("solved", "due"))


def _clock(random: Random, name: str) -> ClockStory:
    outcome: Outcome = random.choice(("kept", "kept", "late", "missed", "running", "void"))
    levels = random.choice(((), (), (1,), (1, 2), (1, 2, 3, 4))) if outcome != "kept" else ()
    target = random.choice((None, 5.0))
    occurrence = str(uuid5(SPACE, f"{name}/{random.random()}"))
    return ClockStory(name, outcome, random.uniform(0.1, 9.9), target, levels, occurrence)


def scored(random: Random, stories: list[TicketStory]) -> None:
    """Gives scores to who was heard in a revisit."""
    for story in stories:
        for one in story.rounds:
            if one.revisit in {"solved", "unsolved"}:
                one.score = random.choice((None, 1, 2, 3, 4, 5, 5))


def contacts(random: Random, number: int) -> Iterator[ContactStory]:
    for _ in range(number):
        at = moment(random)
        is_abandoned = random.random() < 0.2
        channel: Literal["phone", "counter", "web"] = random.choice(
            ("phone", "phone", "phone", "counter", "web")
        )
        yield ContactStory(
            contact_id=uuid5(SPACE, f"contact/{random.random()}"),
            channel=channel,
            tier=random.choice(("standard", "gold")),
            at=at,
            branch=random.choice(("城东", "城北", None)),
            entered_at=at + timedelta(hours=random.choice((0, 0, 30, 80))),
            business=random.choice((None, "3G 办理")),
            is_abandoned=is_abandoned and channel == "phone",
            by_machine=random.random() < 0.2,
            rings=random.choice((None, 1, 3, 4)),
            wait=random.choice((None, 5, 20, 21, 400, 700, 1000)),
            took=random.choice((None, 4.0, 10.0, 12.0)),
            call_back=random.choice(("kept", "late", "missed")) if is_abandoned else None,
            warnings=random.choice((0, 1, 2, 3)),
            by_seat=not is_abandoned and random.random() < 0.3,
        )


def tasks(random: Random, number: int) -> Iterator[TaskStory]:
    for _ in range(number):
        created_at = moment(random)
        outcome: Literal["done", "refused", "unreachable"] | None = random.choice(
            (None, "done", "done", "refused", "unreachable")
        )
        yield TaskStory(
            task_id=uuid5(SPACE, f"task/{random.random()}"),
            created_at=created_at,
            due_at=created_at + timedelta(hours=random.choice((10, 30, 60))),
            is_exempt=random.random() < 0.2,
            is_tried=outcome == "unreachable" and random.random() < 0.5,
            is_reached=outcome in {"done", "refused"},
            outcome=outcome,
            score=random.choice((None, 2, 5)) if outcome == "done" else None,
            passed_on=random.choice((None, 3.0, -3.0)),
            filled=random.randrange(6),
            clock=random.choice(("kept", "late", "missed", "running")),
        )


@dataclass
class World:
    """All that happened."""

    tickets: list[TicketStory]
    contacts: list[ContactStory]
    tasks: list[TaskStory]
    start_count: int = 400
    end_count: int = 390


def world(seed: int, number: int = 45) -> World:
    random = Random(seed)  # noqa: S311 - test data
    found = list(tickets(random, number))
    scored(random, found)
    return World(found, list(contacts(random, number)), list(tasks(random, number // 2)))
