"""What is said about clocks: once each, and again only where it was taken back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from services.sla.domain.commands import AcknowledgeEscalation, PublishClocks
from services.sla.domain.errors import EscalationNotFoundError, EscalationWithdrawnError
from services.sla.domain.facts import Fact
from services.sla.domain.people import responsible_now
from services.sla.domain.publication import CLOCKS, cause_of, is_all_told
from services.sla.domain.published import Published, Said
from services.sla.domain.telling import escalation_id
from shared.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockMissed,
    ClocksEvent,
    ClockStarted,
    DeadlineMoved,
    EscalationAcknowledged,
    EscalationRaised,
    EscalationWithdrawn,
)
from shared.departments import Absence
from shared.directory import load_directory
from shared.testing.decider_spec import DeciderSpec
from tests.unit.sla import examples as ex

MONDAY = ex.at("2026-11-23 10:00")
LIMIT = MONDAY + ex.minutes(30)
DIRECTORY = load_directory()
REGISTERED = ex.registered(MONDAY, ex.case(severity="simple"))
OFFERED = ex.offered(MONDAY)
spec = DeciderSpec(CLOCKS)


def telling(told: Sequence[Fact], now: datetime, **changes: str) -> PublishClocks:
    return PublishClocks(
        ticket_id=ex.TICKET,
        clocks=ex.read(told, now),
        responsible=responsible_now(ex.facts_of(*told)),
        against_person=None,
        directory=DIRECTORY,
        at=now,
        moved_because=changes.get("moved_because"),
    )


def say(told: Sequence[Fact], *moments: datetime) -> list[ClocksEvent]:
    """All that is said, looking at these moments."""
    return list(spec.given().when(*(telling(told, now) for now in moments)).events)


def kinds(events: Sequence[ClocksEvent]) -> list[str]:
    return [
        event.step if isinstance(event, EscalationRaised) else type(event).__name__
        for event in events
    ]


def test_a_clock_is_said_to_start_once() -> None:
    (started,) = say([REGISTERED], MONDAY, MONDAY + ex.minutes(1))
    assert isinstance(started, ClockStarted)
    assert (started.at, started.due_at, started.target_at) == (MONDAY, LIMIT, None)
    assert (started.pack, started.calendar_version) == ("hotline-400", "office.v1")
    assert started.occurrence == REGISTERED.event_id


def test_after_an_outage_every_rung_is_raised_by_its_due_time_with_its_own() -> None:
    told = [ex.registered(MONDAY), ex.offered(MONDAY)]
    now = MONDAY + timedelta(days=30)
    events = say(told, now)
    assert kinds(events) == [
        "ClockStarted",
        "level-1",
        "reminder",
        "warning",
        "level-2",
        "ClockMissed",
        "level-3",
        "level-4",
    ]
    raised = [event for event in events if isinstance(event, EscalationRaised)]
    assert all(event.at == now for event in raised)
    assert ex.local(raised[0].due_at) == "2026-11-24 17:30"
    assert len({event.escalation_id for event in raised}) == 6


def test_the_ladder_calls_on_people_by_name() -> None:
    told = [
        REGISTERED,
        ex.offered(MONDAY, first_owner="desk"),
        ex.accepted(MONDAY + ex.minutes(16)),
    ]
    events = say(told, MONDAY + timedelta(days=1))
    called = {
        event.step: event.addressee for event in events if isinstance(event, EscalationRaised)
    }
    assert called == {
        "reminder": ("xu-lei",),
        "warning": ("xu-lei", "desk"),
        "level-2": ("gao-feng",),
        "level-3": ("shen-guoqiang",),
        "level-4": ("dong-hua",),
    }


def test_the_first_owner_who_is_absent_is_stood_in_for_and_that_is_recorded() -> None:
    """H-30: the escalation names the deputy of that day."""
    offered = ex.offered(MONDAY, first_owner="zhou-ting")
    away = Absence(name="zhou-ting", first_day="2026-11-23", last_day="2026-11-30", deputy="wu-xia")
    command = replace(
        telling([REGISTERED, offered], MONDAY + ex.minutes(25)),
        directory=msgspec.structs.replace(DIRECTORY, absences=(away,)),
    )
    events = spec.given().when(command).events
    (warning,) = [
        one for one in events if isinstance(one, EscalationRaised) and one.step == "warning"
    ]
    assert "wu-xia" in warning.addressee
    assert "zhou-ting" not in warning.addressee


def test_whatever_was_said_is_not_said_again_at_any_later_moment() -> None:
    moments = [MONDAY + ex.minutes(5 * count) for count in range(20)]
    step_by_step = say([REGISTERED, OFFERED], *moments)
    assert kinds(step_by_step) == [
        "ClockStarted",
        "reminder",
        "warning",
        "level-2",
        "ClockMissed",
        "level-3",
        "level-4",
    ]


def test_a_stop_in_time_and_a_late_one() -> None:
    in_time = say([REGISTERED, ex.notified(LIMIT)], LIMIT)
    assert kinds(in_time) == ["ClockStarted", "ClockMet"]
    assert isinstance(in_time[-1], ClockMet)
    assert (in_time[-1].late, in_time[-1].at) == (False, LIMIT)
    late = say([REGISTERED, ex.notified(LIMIT + ex.minutes(1))], LIMIT + ex.minutes(90))
    assert isinstance(late[-1], ClockMet)
    assert late[-1].late
    assert kinds(late) == ["ClockStarted", "ClockMet"], "nobody is called on any more"


def test_a_fact_that_arrives_late_turns_missed_into_met_and_withdraws_the_rungs() -> None:
    """SLA-ENGINE, late facts: nothing is deleted."""
    before = telling([REGISTERED, OFFERED], LIMIT + ex.minutes(20))
    late = ex.notified(MONDAY + ex.minutes(26))
    after = telling([REGISTERED, OFFERED, late], LIMIT + ex.minutes(21))
    past = spec.given().when(before).events
    assert kinds(past) == [
        "ClockStarted",
        "reminder",
        "warning",
        "level-2",
        "ClockMissed",
        "level-3",
    ]
    events = spec.given(*past).when(after, after).events
    met, *taken_back = events
    assert isinstance(met, ClockMet)
    assert not met.late
    assert [type(event) for event in taken_back] == [EscalationWithdrawn] * 2
    steps = [event.step for event in taken_back if isinstance(event, EscalationWithdrawn)]
    assert steps == ["level-2", "level-3"], "reminder and warning were due before it"
    assert cause_of(met, after.clocks) == late
    assert cause_of(taken_back[0], after.clocks) == late


def test_an_acceptance_heard_late_withdraws_the_reminder() -> None:
    past = say([REGISTERED, OFFERED], MONDAY + ex.minutes(16))
    told = [REGISTERED, OFFERED, ex.accepted(MONDAY + ex.minutes(14))]
    (event,) = spec.given(*past).when(telling(told, MONDAY + ex.minutes(17))).events
    assert isinstance(event, EscalationWithdrawn)
    assert (event.step, event.reason) == ("reminder", "accepted")


def test_a_withdrawn_ticket_cancels_and_a_miss_before_it_stays() -> None:
    told = [REGISTERED, ex.withdrawn(LIMIT + ex.minutes(1))]
    events = say(told, MONDAY + timedelta(days=1))
    assert kinds(events) == ["ClockStarted", "ClockMissed", "ClockCancelled"]
    assert isinstance(events[-1], ClockCancelled)
    assert events[-1].reason == "withdrawn"
    in_time = say([REGISTERED, ex.withdrawn(LIMIT)], MONDAY + timedelta(days=1))
    assert kinds(in_time) == ["ClockStarted", "ClockCancelled"]


def test_the_next_round_cancels_the_old_clock_and_starts_its_own() -> None:
    """H-20."""
    told = [REGISTERED, ex.rectified(MONDAY + ex.minutes(10))]
    events = say(told, MONDAY + ex.minutes(10))
    assert [(type(event).__name__, event.round) for event in events] == [
        ("ClockStarted", 1),
        ("ClockCancelled", 1),
        ("ClockStarted", 2),
    ]


def test_the_same_rung_has_the_same_id_whoever_computes_it() -> None:
    (clock,) = ex.read([REGISTERED], MONDAY)
    known = escalation_id(ex.TICKET, clock.key, "level-2", 0)
    assert known == UUID("6ea7d07c-68f7-58f2-b5d9-0e2cf1b12eaa")
    assert known != escalation_id(ex.TICKET, clock.key, "level-2", 1)


def test_a_rung_that_was_withdrawn_may_be_raised_again_under_another_id() -> None:
    past = say([REGISTERED], LIMIT)
    raised = [event for event in past if isinstance(event, EscalationRaised)]
    assert [event.step for event in raised] == ["warning", "level-2"]
    taken_back = EscalationWithdrawn(
        ticket_id=ex.TICKET,
        clock="answer",
        round=1,
        occurrence=REGISTERED.event_id,
        escalation_id=raised[1].escalation_id,
        step="level-2",
        reason="met",
        at=LIMIT,
    )
    (again,) = spec.given(*past, taken_back).when(telling([REGISTERED], LIMIT)).events
    assert isinstance(again, EscalationRaised)
    assert again.step == "level-2"
    assert again.escalation_id != raised[1].escalation_id


def test_a_deadline_moves_only_by_a_recalculation_and_what_stands_is_not_raised_again() -> None:
    past = say([REGISTERED, OFFERED], LIMIT)
    moved_from = [
        _with_due(event, LIMIT - ex.minutes(3)) if isinstance(event, ClockStarted) else event
        for event in past
    ]
    silent = telling([REGISTERED, OFFERED], LIMIT)
    spec.given(*moved_from).when(silent).then_nothing()
    aloud = telling([REGISTERED, OFFERED], LIMIT, moved_because="holiday notice")
    (moved,) = spec.given(*moved_from).when(aloud).events
    assert isinstance(moved, DeadlineMoved)
    assert (moved.previous_due_at, moved.due_at) == (LIMIT - ex.minutes(3), LIMIT)


def _with_due(event: ClockStarted, due_at: datetime) -> ClockStarted:
    return ClockStarted(
        ticket_id=event.ticket_id,
        clock=event.clock,
        round=event.round,
        occurrence=event.occurrence,
        pack=event.pack,
        pack_version=event.pack_version,
        calendar_version=event.calendar_version,
        due_at=due_at,
        at=event.at,
    )


def test_what_was_promised_is_folded_from_the_stream() -> None:
    published: Published = CLOCKS.fold(say([REGISTERED], MONDAY))
    (clock,) = ex.read([REGISTERED], MONDAY)
    assert published == {clock.key: Said(clock.deadline)}


def test_what_was_said_at_one_moment_is_told_until_something_happens() -> None:
    published: Published = CLOCKS.fold(say([REGISTERED, OFFERED], MONDAY))
    later, accepted = MONDAY + ex.minutes(1), ex.accepted(MONDAY + ex.minutes(1))
    assert is_all_told(ex.read([REGISTERED, OFFERED, accepted], later), published)
    assert not is_all_told(ex.read([REGISTERED, OFFERED], LIMIT + ex.minutes(1)), published)
    assert not is_all_told(ex.read([REGISTERED, OFFERED, ex.withdrawn(later)], later), published)
    assert not is_all_told((), published)


def test_what_fell_due_and_was_said_is_told() -> None:
    late = LIMIT + ex.minutes(1)
    published: Published = CLOCKS.fold(say([REGISTERED, OFFERED], MONDAY, late))
    assert any(said.raised for said in published.values())
    missed = ex.read([REGISTERED, OFFERED], late)
    assert is_all_told(missed, published)
    silent = {key: msgspec.structs.replace(said, missed=False) for key, said in published.items()}
    assert not is_all_told(missed, silent)


def test_a_reminder_that_a_late_acceptance_refutes_is_not_told() -> None:
    half, told = MONDAY + ex.minutes(16), [REGISTERED, OFFERED]
    published: Published = CLOCKS.fold(say(told, MONDAY, half))
    accepted = ex.accepted(MONDAY + ex.minutes(1))
    assert is_all_told(ex.read(told, half), published)
    assert not is_all_told(ex.read([*told, accepted], half), published)


def acknowledging(which: UUID) -> AcknowledgeEscalation:
    return AcknowledgeEscalation(
        ticket_id=ex.TICKET, escalation_id=which, acknowledged_by="gao-feng", at=LIMIT
    )


def test_an_escalation_is_acknowledged_once() -> None:
    past = say([REGISTERED], LIMIT)
    last = past[-1]
    assert isinstance(last, EscalationRaised)
    command = acknowledging(last.escalation_id)
    (event,) = spec.given(*past).when(command, command).events
    assert isinstance(event, EscalationAcknowledged)
    assert (event.step, event.acknowledged_by) == ("level-2", "gao-feng")


def test_what_was_never_raised_cannot_be_acknowledged() -> None:
    spec.given(*say([REGISTERED], MONDAY)).when(acknowledging(ex.TICKET)).then_raises(
        EscalationNotFoundError
    )


def test_what_was_withdrawn_cannot_be_acknowledged() -> None:
    past = say([REGISTERED], LIMIT)
    last = past[-1]
    assert isinstance(last, EscalationRaised)
    told = [REGISTERED, ex.notified(MONDAY)]
    more = spec.given(*past).when(telling(told, LIMIT)).events
    spec.given(*past, *more).when(acknowledging(last.escalation_id)).then_raises(
        EscalationWithdrawnError
    )


def test_time_alone_has_no_cause_and_a_start_has_its_fact() -> None:
    command = telling([REGISTERED], LIMIT + ex.minutes(1))
    causes = {
        type(event): cause_of(event, command.clocks) for event in spec.given().when(command).events
    }
    assert causes == {ClockStarted: REGISTERED, EscalationRaised: None, ClockMissed: None}
