"""The events that tell a seeded history, as each service publishes them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from shared.codec import Metadata, encode, name_of, pack
from shared.contracts import dispatch, intake, revisit, sla
from shared.contracts.sla import STEPS
from shared.contracts.terms import Event
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Record
from shared.messaging.topics import partition_of
from tests.unit.reporting.histories import (
    DEPARTMENTS,
    MONTH,
    SPACE,
    TEXT,
    ClockStory,
    ContactStory,
    RoundStory,
    TaskStory,
    TicketStory,
    World,
)
from tests.unit.shared.messaging.records import to_record

HOUR = timedelta(hours=1)
SIGNATORIES: tuple[dispatch.Signatory, ...] = ("handler", "department_manager", "project_manager")
FIELDS = ("name", "phone", "address", "birthday", "occupation")


@dataclass
class Wire:
    """Each service's log, and its records in their order."""

    logs: dict[str, list[Record]] = field(default_factory=dict)
    sequences: dict[tuple[str, UUID], int] = field(default_factory=dict)
    newest: dict[tuple[str, int], int] = field(default_factory=dict)

    def say(
        self,
        source: str,
        subject: UUID,
        event: Event,
        recorded_at: datetime | None = None,
        actor: str = "xu-lei",
        event_id: UUID | None = None,
    ) -> None:
        log = self.logs.setdefault(source, [])
        position, lane = len(log) + 1, (source, partition_of(subject))
        sequence = self.sequences[source, subject] = self.sequences.get((source, subject), 0) + 1
        metadata = Metadata(
            event_id=event_id or uuid5(SPACE, f"{source}/{subject}/{sequence}"),
            recorded_at=recorded_at or event.at,
            actor=actor,
            correlation_id=SPACE,
        )
        stored = StoredEvent(subject, sequence, name_of(event), pack(metadata, encode(event)))
        logged = LoggedEvent(position, stored)
        log.append(to_record(source, uuid5(SPACE, source), logged, self.newest.get(lane, 0)))
        self.newest[lane] = position

    def interleaved(self, seed: int) -> Iterator[tuple[str, Record]]:
        """All records: each service's in its order, the services as the seed has it."""
        random = Random(seed)  # noqa: S311 - test data
        waiting = {source: list(log) for source, log in self.logs.items()}
        while waiting:
            source = random.choice(sorted(waiting))
            yield source, waiting[source].pop(0)
            if not waiting[source]:
                del waiting[source]


def wire(told: World) -> Wire:
    """Everything that happened, as events."""
    found = Wire()
    for story in told.tickets:
        _tell_ticket(found, story)
    for contact in told.contacts:
        _tell_contact(found, contact)
    for task in told.tasks:
        _tell_task(found, task)
    group = revisit.ServedGroupImported(
        client="crm", month="2026-11", customer_refs=(), start_count=told.start_count, at=MONTH
    )
    end = revisit.ServedGroupImported(
        client="crm", month="2026-11", customer_refs=(), end_count=told.end_count, at=MONTH
    )
    for one in (group, end):
        found.say("revisit", uuid5(SPACE, "group"), one)
    return found


def _tell_ticket(found: Wire, story: TicketStory) -> None:
    registered = intake.TicketRegistered(
        ticket_id=story.ticket_id,
        number=story.number,
        case=story.case,
        content=TEXT,
        customer_name="张**",
        product=story.product,
        merchant=story.merchant,
        branch=story.branch,
        against_person=story.staff,
        at=story.received_at,
    )
    found.say("intake", story.ticket_id, registered, story.entered_at)
    for number, one in enumerate(story.rounds, 1):
        _tell_round(found, story, number, one)
    for clock in story.clocks:
        _tell_clock(found, story.ticket_id, story.received_at, clock)
    for event in _ends(story):
        found.say("intake", story.ticket_id, event)


def _ends(story: TicketStory) -> Iterator[Event]:
    at, ticket_id = story.received_at + 300 * HOUR, story.ticket_id
    match story.end:
        case "withdrawn":
            yield intake.TicketWithdrawn(ticket_id=ticket_id, reason=TEXT, at=at)
        case "merged":
            yield intake.TicketMerged(ticket_id=ticket_id, into=SPACE, at=at)
        case "solved" | "unreachable" | "answered" as closed_as:
            rounds = len(story.rounds)
            yield intake.TicketClosed(ticket_id=ticket_id, round=rounds, closed_as=closed_as, at=at)
        case _:
            pass


def _tell_round(found: Wire, story: TicketStory, number: int, one: RoundStory) -> None:
    ticket_id, order_id = story.ticket_id, uuid5(story.ticket_id, f"{number}/main")
    named: dict[str, Any] = {"work_order_id": order_id, "ticket_id": ticket_id, "round": number}
    told_at = story.received_at + timedelta(hours=one.told or 0)
    for event in _handling(story, named, one, told_at):
        found.say("dispatch", ticket_id, event)
    if one.answered_at_once:
        answered = intake.TicketAnswered(
            ticket_id=ticket_id,
            round=number,
            case=story.case,
            answer=TEXT,
            answered_by="li-na",
            revisit=True,
            at=told_at,
        )
        found.say("intake", ticket_id, answered)
    for event in _call_back(story, number, one, told_at):
        found.say("revisit", ticket_id, event)


def _handling(
    story: TicketStory, named: dict[str, Any], one: RoundStory, told_at: datetime
) -> Iterator[Event]:
    first = story.transferred_from or story.department
    offered = dispatch.WorkOrderOffered(
        **named,
        case=story.case,
        number=story.number,
        department=first,
        rule="r",
        department_level=DEPARTMENTS[first],
        at=story.received_at,
    )
    yield offered
    if story.transferred_from:
        yield dispatch.WorkOrderTransferred(
            **named,
            from_department=first,
            department=story.department,
            reason=TEXT,
            department_level=DEPARTMENTS[story.department],
            at=story.received_at,
        )
    if one.answered_at_once:
        yield dispatch.WorkOrderCancelled(**named, reason="answered", at=told_at)
        return
    if one.finding:
        yield dispatch.ComplaintVerified(**named, finding=one.finding, at=told_at)
    if one.completed:
        yield dispatch.WorkOrderCompleted(
            **named,
            department=story.department,
            solution=TEXT,
            solved=one.solved,
            at=told_at,
        )
        for signatory in SIGNATORIES[: one.signed]:
            yield dispatch.FormSigned(
                **named,
                signed_as=signatory,
                signed_by="x",
                opinion=TEXT,
                at=told_at,
            )
        yield dispatch.CustomerNotified(
            **named,
            case=story.case,
            number=story.number,
            department=story.department,
            about="result",
            channel="phone",
            outcome="reached",
            at=told_at,
        )


def _call_back(story: TicketStory, number: int, one: RoundStory, at: datetime) -> Iterator[Event]:
    if one.revisit is None:
        return
    named: dict[str, Any] = {
        "revisit_id": uuid5(story.ticket_id, f"revisit/{number}"),
        "ticket_id": story.ticket_id,
        "round": number,
        "at": at,
    }
    yield revisit.RevisitScheduled(**named, case=story.case, number=story.number)
    match one.revisit:
        case "solved" | "unsolved" as said:
            yield revisit.RevisitConcluded(**named, solved=said == "solved", score=one.score)
        case "unreachable":
            yield revisit.RevisitConcluded(**named)
        case "cancelled":
            yield revisit.RevisitCancelled(**named, reason="closed")
        case _:
            pass


def _tell_clock(found: Wire, subject: UUID, start: datetime, clock: ClockStory) -> None:
    for event in _clock_events(subject, start, clock):
        found.say("sla", subject, event)


def _clock_events(subject: UUID, start: datetime, clock: ClockStory) -> Iterator[Event]:
    named: dict[str, Any] = {
        "ticket_id": subject,
        "clock": clock.name,
        "round": 1,
        "occurrence": clock.occurrence,
    }
    due_at, ended_at = start + 10 * HOUR, start + timedelta(hours=clock.took)
    yield sla.ClockStarted(
        **named,
        pack="p",
        pack_version=1,
        calendar_version="c",
        due_at=due_at,
        at=start,
        target_at=None if clock.target is None else start + timedelta(hours=clock.target),
    )
    if clock.outcome in {"late", "missed"}:
        yield sla.ClockMissed(**named, at=due_at)
    for level in clock.levels:
        yield sla.EscalationRaised(
            **named,
            escalation_id=uuid5(subject, f"{clock.occurrence}/{level}"),
            step=STEPS[level + 1],
            addressee=("boss",),
            due_at=due_at,
            at=due_at,
        )
    match clock.outcome:
        case "kept":
            yield sla.ClockMet(**named, late=False, at=ended_at)
        case "late":
            yield sla.ClockMet(**named, late=True, at=ended_at + 10 * HOUR)
        case "void":
            yield sla.ClockCancelled(**named, reason="restated", at=ended_at)
        case _:
            pass


def _tell_contact(found: Wire, story: ContactStory) -> None:
    answered_at = None if story.is_abandoned else story.at + timedelta(seconds=7)
    ended_at = None
    if answered_at is not None and story.took is not None:
        ended_at = answered_at + timedelta(minutes=story.took)
    recorded = intake.ContactRecorded(
        contact_id=story.contact_id,
        client="crm",
        customer_ref=SPACE,
        channel=story.channel,
        tier=story.tier,
        branch=story.branch,
        business=story.business,
        answered_by="machine" if story.by_machine else "person",
        rings=story.rings,
        wait_seconds=story.wait,
        warnings=story.warnings,
        ended_by="seat" if story.by_seat else None,
        offered_at=story.at,
        answered_at=answered_at,
        abandoned_at=story.at + HOUR if story.is_abandoned else None,
        ended_at=ended_at,
        at=story.at,
    )
    found.say("intake", story.contact_id, recorded, story.entered_at)
    if story.call_back is not None:
        call_back = ClockStory("call-back", story.call_back, 1.0, None)
        _tell_clock(found, story.contact_id, story.at, call_back)


def _tell_task(found: Wire, story: TaskStory) -> None:
    named: dict[str, Any] = {
        "task_id": story.task_id,
        "customer_ref": SPACE,
        "at": story.created_at,
    }
    about: dict[str, Any] = {
        **named,
        "client": "crm",
        "pack": "mobile-key-account",
        "pack_version": 1,
    }
    events: Sequence[Event]
    if story.is_exempt:
        events = [revisit.OutboundTaskSuppressed(**about, moment="m", exempted_by="client")]
    else:
        created = revisit.OutboundTaskCreated(**about, moment="m", due_at=story.due_at)
        events = [created, *_task_ends(story, named)]
    for event in events:
        found.say("revisit", story.task_id, event)
    if not story.is_exempt:
        _tell_clock(
            found,
            story.task_id,
            story.created_at,
            ClockStory("outbound-task", story.clock, 1, None),
        )


def _task_ends(story: TaskStory, named: dict[str, Any]) -> Iterator[Event]:
    if story.outcome is None:
        return
    if story.is_reached:
        yield revisit.OutboundTaskAttempted(**named, channel="phone", outcome="reached")
    if story.is_tried:
        yield revisit.OutboundTaskAttempted(**named, channel="phone", outcome="no_answer")
    passed = story.passed_on
    yield revisit.OutboundTaskConcluded(
        **named,
        outcome=story.outcome,
        score=story.score,
        passed_to=None if passed is None else "counter",
        information_passed_at=None if passed is None else story.due_at - passed * HOUR,
        filled_fields=FIELDS[: story.filled],
    )
