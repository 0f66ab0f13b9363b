"""What moves a limit: pauses, a longer time, another classification; and facts heard late."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.sla.domain.clocks import Clock
from services.sla.domain.commands import PublishClocks
from services.sla.domain.facts import Fact, FactName
from services.sla.domain.people import responsible_now
from services.sla.domain.publication import CLOCKS, cause_of
from services.sla.domain.published import NOTHING, Published
from services.sla.domain.reading import clocks
from services.sla.packing import Shared
from services.sla.packing_said import pack_published, unpack_published
from shared.contracts.sla import (
    ClockCancelled,
    ClockMet,
    ClockMissed,
    ClockPaused,
    ClockResumed,
    ClocksEvent,
    DeadlineMoved,
    EscalationRaised,
    EscalationWithdrawn,
)
from shared.contracts.terms import Kind, Severity
from shared.directory import load_directory
from tests.unit.sla import examples as ex
from tests.unit.sla import rows

HOTLINE, TRAVEL, CARRIER = "hotline-400", "travel-platform", "telecom-carrier"
NAMES: Shared[str] = Shared()
MONDAY = ex.at("2026-11-23 10:00")
LATE = ex.at("2027-06-01 00:00")
REGISTERED, OFFERED = ex.registered(MONDAY), ex.offered(MONDAY)
BEGUN = [REGISTERED, OFFERED]
DIRECTORY = load_directory()


def suspended(when: str, reason: FactName = "awaiting_customer") -> Fact:
    return rows.on_main(reason, ex.at(f"2026-11-{when}"), event=f"{reason} {when}")


def resumed(when: str) -> Fact:
    return rows.on_main("handling-resumed", ex.at(f"2026-11-{when}"), event=f"resumed {when}")


def reclassified(when: datetime, kind: Kind = "complaint", severity: Severity = "general") -> Fact:
    case = ex.case(kind, severity)
    return ex.fact("ticket-reclassified", when, case, event=f"reclassified {when}")


def answer(told: Sequence[Fact], now: datetime, pack: str = HOTLINE) -> Clock:
    return rows.the(pack, "answer", told, now)


class Desk:
    """Says what is to be said of a ticket's answer each time it is looked at."""

    def __init__(self, pack: str = HOTLINE, clock: str = "answer") -> None:
        self.pack, self.clock = pack, clock
        self.published: Published = NOTHING
        self.found: tuple[Clock, ...] = ()

    def look(self, told: Sequence[Fact], now: datetime) -> list[ClocksEvent]:
        facts = ex.facts_of(*told)
        self.found = clocks(facts, ex.whole(self.pack), now, self.published)
        command = PublishClocks(
            ticket_id=ex.TICKET,
            clocks=self.found,
            responsible=responsible_now(facts),
            against_person=None,
            directory=DIRECTORY,
            at=now,
        )
        events = CLOCKS.decide(command, self.published)
        packed = pack_published(CLOCKS.fold(events, self.published), NAMES)
        self.published = unpack_published(packed, NAMES)
        assert CLOCKS.decide(command, self.published) == [], "a repeat says nothing"
        return [event for event in events if event.clock == self.clock]


def kinds(events: Sequence[ClocksEvent]) -> list[str]:
    return [
        event.step if isinstance(event, EscalationRaised) else type(event).__name__
        for event in events
    ]


def test_the_pause_of_the_regulations_example() -> None:
    """SLA-ENGINE, pause: registered Mon 10:00, paused Tue 08:00 - Wed 12:00."""
    told = [*BEGUN, suspended("24 08:00"), resumed("25 12:00")]
    clock = answer(told, ex.at("2026-11-25 12:00"))
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("running", "2026-11-27 17:30")
    ladder = rows.steps(clock)
    assert (ladder["reminder"], ladder["warning"], ladder["level-2"]) == (
        "2026-11-26 11:00",
        "2026-11-27 11:18",
        "2026-11-27 17:30",
    )


def test_while_paused_nothing_falls_due_and_it_shows_what_a_resumption_would_bring() -> None:
    told = [*BEGUN, suspended("24 08:00")]
    for now, due in (("11-24 07:59", "11-26"), ("11-24 17:29", "11-26"), ("12-01 17:30", "12-04")):
        clock = answer(told, ex.at(f"2026-{now}"))
        assert clock.state == ("running" if now == "11-24 07:59" else "paused")
        assert ex.local(clock.deadline.due_at) == f"2026-{due} 17:30"
        assert {rung.verdict for rung in clock.rungs} == {"waiting"}
        assert (clock.missed_at, clock.target_missed_at) == (None, None)


def test_a_pause_that_covers_no_whole_workday_moves_no_workdays() -> None:
    told = [*BEGUN, suspended("24 10:00"), resumed("25 16:00")]
    assert ex.local(answer(told, LATE).deadline.due_at) == "2026-11-26 17:30"


def test_a_limit_inside_a_pause_falls_due_at_its_end() -> None:
    """Chosen: no whole workday is covered, and nobody works while it rests."""
    told = [*BEGUN, suspended("26 10:00"), resumed("27 10:00")]
    clock = answer(told, ex.at("2026-11-27 10:00"))
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("running", "2026-11-27 10:00")
    assert answer(told, ex.at("2026-11-27 10:01")).state == "missed"


def test_pauses_that_overlap_count_once_and_all_are_kept() -> None:
    one = [suspended("24 08:00"), resumed("24 20:00")]
    other = [
        replace(suspended("24 12:00", "force_majeure"), work_order_id=rows.APPEAL),
        replace(resumed("25 20:00"), work_order_id=rows.APPEAL),
    ]
    clock = answer([*BEGUN, *one, *other], LATE)
    assert ex.local(clock.deadline.due_at) == "2026-11-30 17:30", "both days"
    half = [*one, replace(other[0], at=ex.at("2026-11-25 10:00")), other[1]]
    assert ex.local(answer([*BEGUN, *half], LATE).deadline.due_at) == "2026-11-27 17:30"


def test_an_elapsed_limit_has_left_what_it_had_left() -> None:
    simple = ex.registered(MONDAY, ex.case(severity="simple"))
    told = [simple, OFFERED, suspended("23 10:10"), resumed("23 15:00")]
    assert ex.local(answer(told, LATE).deadline.due_at) == "2026-11-23 15:20"


@pytest.mark.parametrize("name", ["handling-notice", "dispatch"])
def test_other_clocks_know_no_pause(name: str) -> None:
    told = [REGISTERED, suspended("23 10:01"), resumed("23 18:00")]
    plain = rows.the(HOTLINE, name, [REGISTERED], MONDAY).deadline
    assert rows.the(HOTLINE, name, told, LATE).deadline == plain


def test_solve_is_paused_and_travel_platform_pauses_nothing() -> None:
    told = [*BEGUN, suspended("24 08:00"), resumed("24 18:00")]
    assert ex.local(rows.the(CARRIER, "solve", told, LATE).deadline.due_at) == "2026-12-01 17:30"
    assert ex.local(answer(told, LATE, TRAVEL).deadline.due_at) == "2026-11-23 11:00"


def test_a_pause_is_said_and_so_is_that_it_ended() -> None:
    desk = Desk()
    desk.look(BEGUN, MONDAY)
    rest, goes_on = suspended("24 08:00"), resumed("25 12:00")
    (paused,) = desk.look([*BEGUN, rest], rest.at)
    assert isinstance(paused, ClockPaused)
    assert (paused.at, paused.reason) == (rest.at, "awaiting_customer")
    assert cause_of(paused, desk.found) == rest
    assert desk.look([*BEGUN, rest], ex.at("2026-11-25 11:00")) == []
    again, moved = desk.look([*BEGUN, rest, goes_on], goes_on.at)
    assert isinstance(again, ClockResumed)
    assert (again.reason, again.at, cause_of(again, desk.found)) == (
        "resumed",
        goes_on.at,
        goes_on,
    )
    assert isinstance(moved, DeadlineMoved)
    assert (ex.local(moved.previous_due_at), ex.local(moved.due_at), moved.reason) == (
        "2026-11-26 17:30",
        "2026-11-27 17:30",
        "paused",
    )
    assert cause_of(moved, desk.found) == goes_on


def test_a_pause_heard_late_takes_back_what_was_raised_in_it_and_the_miss() -> None:
    """SLA-ENGINE, late facts; once it is due again it is raised again."""
    desk = Desk()
    raised = desk.look(BEGUN, ex.at("2026-11-26 18:00"))
    assert kinds(raised)[1:] == ["level-1", "reminder", "warning", "level-2", "ClockMissed"]
    told = [*BEGUN, suspended("25 12:00"), resumed("26 19:00")]
    events = desk.look(told, ex.at("2026-11-26 19:00"))
    assert isinstance(events[0], DeadlineMoved)
    assert ex.local(events[0].due_at) == "2026-11-27 17:30"
    taken = {one.step: one.reason for one in events if isinstance(one, EscalationWithdrawn)}
    assert taken == {"warning": "moved", "level-2": "moved"}
    assert answer(told, ex.at("2026-11-26 19:00")).state == "running"
    again = desk.look(told, ex.at("2026-11-27 17:31"))
    assert kinds(again) == ["warning", "level-2", "ClockMissed"]
    assert kinds(desk.look(told, ex.at("2026-11-28 17:31"))) == []


def test_whoever_was_rightly_called_on_stays_so_when_the_limit_moves() -> None:
    """The customer consented after the warning: it did fall due."""
    desk = Desk(TRAVEL)
    desk.look(BEGUN, MONDAY + ex.minutes(50))
    agreed = ex.fact("extension-agreed", MONDAY + ex.minutes(55), until=MONDAY + ex.minutes(120))
    (moved,) = desk.look([*BEGUN, agreed], MONDAY + ex.minutes(56))
    assert isinstance(moved, DeadlineMoved)
    assert moved.reason == "extended"
    met = rows.on_main("customer-notified-result", MONDAY + ex.minutes(60))
    assert kinds(desk.look([*BEGUN, agreed, met], met.at)) == ["ClockMet"]


def test_a_longer_time_counts_if_it_was_consented_to_within_the_limit() -> None:
    """T-04: the limit moves and not the target; a later consent undoes no miss."""
    until = MONDAY + ex.minutes(180)
    in_time = ex.fact("extension-agreed", MONDAY + ex.minutes(60), until=until)
    clock = answer([*BEGUN, in_time], MONDAY + ex.minutes(61), TRAVEL)
    assert rows.seen(clock) == ("running", "2026-11-23 10:30", "2026-11-23 13:00")
    assert rows.steps(clock)["level-3"] == "2026-11-23 14:30"
    late = ex.fact("extension-agreed", MONDAY + ex.minutes(61), until=until)
    missed = answer([*BEGUN, late], MONDAY + ex.minutes(62), TRAVEL)
    assert rows.seen(missed) == ("missed", "2026-11-23 10:30", "2026-11-23 11:00")
    shorter = ex.fact("extension-agreed", MONDAY, until=MONDAY + ex.minutes(50))
    assert answer([*BEGUN, shorter], MONDAY, TRAVEL).deadline.due_at == missed.deadline.due_at
    twice = ex.fact("extension-agreed", MONDAY + ex.minutes(170), until=LATE, event="second")
    second = answer([*BEGUN, in_time, twice], MONDAY + ex.minutes(171), TRAVEL)
    assert second.deadline.due_at == int(LATE.timestamp())


def test_a_later_reclassification_does_not_move_what_was_consented_to() -> None:
    """T-04."""
    agreed = ex.fact("extension-agreed", MONDAY, until=MONDAY + ex.minutes(180))
    told = [*BEGUN, agreed, reclassified(MONDAY + ex.minutes(30), severity="major")]
    clock = answer(told, MONDAY + ex.minutes(31), TRAVEL)
    assert ex.local(clock.deadline.due_at) == "2026-11-23 13:00"


def test_elsewhere_no_consent_counts() -> None:
    """T-04: only a pack that says so."""
    told = [*BEGUN, ex.fact("extension-agreed", MONDAY, until=LATE)]
    assert ex.local(answer(told, MONDAY).deadline.due_at) == "2026-11-26 17:30"


def test_another_class_has_its_times_from_the_old_start_with_all_pauses() -> None:
    told = [
        *BEGUN,
        suspended("24 08:00"),
        resumed("24 18:00"),
        reclassified(ex.at("2026-11-25 09:00"), severity="major"),
    ]
    clock = answer(told, ex.at("2026-11-25 09:00"))
    assert rows.seen(clock) == ("running", "2026-12-01 17:30", "2026-12-03 17:30")
    assert clock.rule.clause == "H-13"


def test_a_miss_before_the_reclassification_stays() -> None:
    told = [*BEGUN, reclassified(ex.at("2026-11-27 09:00"), severity="major")]
    clock = answer(told, ex.at("2026-11-27 10:00"))
    assert rows.seen(clock)[0::2] == ("missed", "2026-11-26 17:30")


def test_a_shorter_class_whose_limit_has_passed_is_missed_from_then_on() -> None:
    """SLA-ENGINE: its rungs are due from the reclassification's `at`."""
    when = ex.at("2026-11-23 15:00")
    told = [*BEGUN, reclassified(when, severity="simple")]
    assert answer(told, when).state == "running"
    clock = answer(told, when + ex.minutes(1))
    assert (clock.state, ex.local(clock.missed_at)) == ("missed", "2026-11-23 15:00")
    ladder = {step: due for step, due in rows.steps(clock).items() if step != "level-1"}
    assert set(ladder.values()) == {"2026-11-23 15:00"}


def test_a_class_whose_limit_has_passed_is_missed_when_work_that_rests_goes_on() -> None:
    """SLA-ENGINE: nothing falls due inside a pause; limit and rungs do at its end."""
    shorter = reclassified(ex.at("2026-11-25 10:00"), severity="simple")
    told = [*BEGUN, suspended("24 08:00"), shorter]
    clock = answer(told, ex.at("2026-11-25 11:00"))
    assert rows.seen(clock) == ("paused", None, "2026-11-25 11:00"), "if it went on now"
    told.append(resumed("25 12:00"))
    clock = answer(told, ex.at("2026-11-25 12:01"))
    assert (clock.state, ex.local(clock.missed_at)) == ("missed", "2026-11-25 12:00")
    assert rows.steps(clock)["level-2"] == "2026-11-25 12:00"


def test_what_is_no_longer_promised_is_cancelled_and_may_come_back() -> None:
    desk = Desk()
    desk.look(BEGUN, MONDAY)
    praise = reclassified(ex.at("2026-11-24 09:00"), kind="praise")
    (cancelled,) = desk.look([*BEGUN, praise], praise.at)
    assert isinstance(cancelled, ClockCancelled)
    assert (cancelled.reason, cause_of(cancelled, desk.found)) == ("reclassified", praise)
    back = reclassified(ex.at("2026-11-24 10:00"))
    (again,) = desk.look([*BEGUN, praise, back], back.at)
    assert isinstance(again, ClockResumed)
    assert again.reason == "restated"


def test_what_becomes_a_complaint_has_its_times_from_its_start() -> None:
    told = [
        ex.registered(MONDAY, ex.case("praise")),
        reclassified(ex.at("2026-11-24 09:00")),
    ]
    assert rows.seen(answer(told, ex.at("2026-11-24 09:00"))) == (
        "running",
        "2026-11-24 17:30",
        "2026-11-26 17:30",
    )


def test_the_overdue_notice_is_cancelled_when_the_miss_is_withdrawn() -> None:
    """H-14: and its rungs are taken back; a result heard late was in time."""
    desk = Desk(clock="overdue-notice")
    (started,) = desk.look(BEGUN, ex.at("2026-11-26 17:31"))
    assert cause_of(started, desk.found) is None, "by calculation"
    raised = desk.look(BEGUN, ex.at("2026-11-27 11:01"))
    assert kinds(raised) == ["warning", "level-2", "ClockMissed"]
    result = rows.on_main("customer-notified-result", ex.at("2026-11-26 17:00"))
    cancelled, *withdrawn = desk.look([*BEGUN, result], ex.at("2026-11-27 12:00"))
    assert isinstance(cancelled, ClockCancelled)
    assert cancelled.reason == "restated"
    assert [type(event) for event in withdrawn] == [EscalationWithdrawn] * 2
    assert cause_of(cancelled, desk.found) is None


def test_a_miss_that_is_restated_later_starts_its_overdue_notice_again() -> None:
    """H-14: the answer's limit moved into the future, and passed there, too."""
    desk = Desk(clock="overdue-notice")
    desk.look(BEGUN, ex.at("2026-11-26 18:00"))
    told = [*BEGUN, suspended("25 12:00"), resumed("26 19:00")]
    (cancelled,) = desk.look(told, ex.at("2026-11-26 19:00"))
    assert isinstance(cancelled, ClockCancelled)
    again, moved = desk.look(told, ex.at("2026-11-27 17:31"))
    assert isinstance(again, ClockResumed)
    assert isinstance(moved, DeadlineMoved)
    assert ex.local(moved.due_at) == "2026-11-30 11:00"


def test_a_late_pause_turns_kept_late_into_kept() -> None:
    desk = Desk()
    result = rows.on_main("customer-notified-result", ex.at("2026-11-27 09:00"))
    (*_, late) = desk.look([*BEGUN, result], result.at)
    assert isinstance(late, ClockMet)
    assert late.late
    told = [*BEGUN, result, suspended("24 08:00"), resumed("24 20:00")]
    events = desk.look(told, ex.at("2026-11-27 10:00"))
    restated = events[1]
    assert kinds(events)[:2] == ["DeadlineMoved", "ClockMet"]
    assert isinstance(restated, ClockMet)
    assert not restated.late


def test_a_pause_while_a_missed_clock_runs_leaves_it_missed() -> None:
    desk = Desk()
    assert any(isinstance(one, ClockMissed) for one in desk.look(BEGUN, ex.at("2026-11-27 09:00")))
    told = [*BEGUN, suspended("27 09:30")]
    assert desk.look(told, ex.at("2026-12-24 09:00")) == [], "nothing falls due while it rests"
    clock = answer(told, ex.at("2026-12-24 09:00"))
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("missed", "2026-11-26 17:30")


def test_a_paused_clock_may_be_met() -> None:
    desk = Desk()
    rest = suspended("24 08:00")
    desk.look([*BEGUN, rest], rest.at)
    result = rows.on_main("customer-notified-result", ex.at("2026-11-30 09:00"))
    events = desk.look([*BEGUN, rest, result], result.at + timedelta(minutes=1))
    assert isinstance(events[-1], ClockMet)
    assert not events[-1].late
