"""Moves of a limit that meet each other, or are heard of in another order than they happened."""

from datetime import timedelta

from msgspec.structs import replace

from services.sla.domain.facts import Fact
from shared.contracts.sla import ClockCancelled, ClockMet, ClockMissed, DeadlineMoved
from tests.unit.sla import examples as ex
from tests.unit.sla import rows
from tests.unit.sla.test_moving import (
    BEGUN,
    CARRIER,
    HOTLINE,
    LATE,
    MONDAY,
    REGISTERED,
    Desk,
    answer,
    kinds,
    reclassified,
    resumed,
    suspended,
)


def result(when: str) -> Fact:
    return rows.on_main("customer-notified-result", ex.at(f"2026-11-{when}"))


def test_a_share_that_shrinks_while_work_rests_falls_due_when_it_goes_on() -> None:
    """SLA-ENGINE, pause: no rung is due inside one, its first moment included."""
    told = [REGISTERED, suspended("25 09:15")]
    assert rows.steps(answer(told, ex.at("2026-11-25 09:15")))["reminder"] == "2026-11-25 09:30"
    resting = answer(told, ex.at("2026-11-25 16:00"))
    assert {rung.verdict for rung in resting.rungs if rung.step == "reminder"} == {"waiting"}
    told.append(resumed("25 16:00"))
    assert rows.steps(answer(told, LATE))["reminder"] == "2026-11-25 16:00"


def test_a_class_whose_limit_has_passed_keeps_its_own_ladder_through_a_later_pause() -> None:
    """SLA-ENGINE, reclassification: its shares are of its own time, not of when it came."""
    simple = reclassified(MONDAY + ex.minutes(36), severity="simple")
    told = [*BEGUN, simple]
    ladder = rows.steps(answer(told, LATE))
    assert (ladder["level-3"], ladder["level-4"]) == ("2026-11-23 10:45", "2026-11-23 11:00")
    told += [suspended("23 10:40"), resumed("23 10:50")]
    ladder = rows.steps(answer(told, LATE))
    assert (ladder["level-3"], ladder["level-4"]) == ("2026-11-23 10:55", "2026-11-23 11:10")


def test_what_had_passed_stays_though_nothing_was_promised_for_a_while() -> None:
    """SLA-ENGINE, reclassification: a miss before it stays missed, so does that of the target."""
    praise = reclassified(ex.at("2026-11-25 09:00"), kind="praise")
    back = reclassified(ex.at("2026-11-25 15:00"))
    clock = answer([*BEGUN, praise, back], ex.at("2026-11-25 16:00"))
    assert rows.seen(clock) == ("running", "2026-11-24 17:30", "2026-11-26 17:30")
    assert ex.local(clock.target_missed_at) == "2026-11-24 17:30"
    assert rows.steps(clock)["level-1"] == "2026-11-24 17:30"
    assert rows.steps(clock)["reminder"] == "2026-11-25 15:00", "it came when nothing was promised"


def test_of_two_classes_at_one_moment_the_one_written_down_last_counts() -> None:
    """Chosen."""
    when = MONDAY + ex.minutes(5)
    one = reclassified(when, severity="complex")
    other = ex.fact("ticket-reclassified", when, ex.case(severity="simple"), event="other")
    for first, last in ((one, other), (other, one)):
        told = [first, replace(last, recorded_at=when + ex.minutes(1))]
        assert last.case is not None
        expected = "H-11" if last.case.severity == "simple" else "H-13"
        assert answer([*BEGUN, *told], when).rule.clause == expected


def test_a_resumption_heard_after_the_end_counts_what_was_left() -> None:
    """SLA-ENGINE, late facts: until it is heard, work rested to the end."""
    desk = Desk()
    told = [*BEGUN, suspended("24 08:00"), result("30 09:00")]
    (*_, met) = desk.look(told, ex.at("2026-11-30 09:00"))
    assert isinstance(met, ClockMet)
    assert not met.late
    events = desk.look([*told, resumed("24 20:00")], ex.at("2026-11-30 10:00"))
    moved, restated = events[0], events[-1]
    assert isinstance(moved, DeadlineMoved)
    assert ex.local(moved.due_at) == "2026-11-27 17:30"
    assert isinstance(restated, ClockMet)
    assert restated.late


def test_an_end_heard_late_undoes_a_class_that_came_after_it() -> None:
    """SLA-ENGINE, late facts: by then nobody waited any more."""
    desk = Desk()
    simple = reclassified(ex.at("2026-11-24 09:00"), severity="simple")
    events = desk.look([*BEGUN, simple], ex.at("2026-11-24 10:00"))
    assert "ClockMissed" in kinds(events)
    events = desk.look([*BEGUN, simple, result("23 16:00")], ex.at("2026-11-24 11:00"))
    assert isinstance(events[0], DeadlineMoved)
    assert ex.local(events[0].due_at) == "2026-11-26 17:30"
    met = next(event for event in events if isinstance(event, ClockMet))
    assert not met.late


def test_a_limit_that_moves_under_a_cancelled_clock_says_neither_miss_nor_end_anew() -> None:
    desk = Desk()
    withdrawn = ex.withdrawn(ex.at("2026-11-27 09:00"))
    events = desk.look([*BEGUN, withdrawn], withdrawn.at)
    assert kinds(events)[-2:] == ["ClockMissed", "ClockCancelled"]
    told = [*BEGUN, withdrawn, reclassified(ex.at("2026-11-23 12:00"), severity="simple")]
    events = desk.look(told, ex.at("2026-11-27 10:00"))
    assert [event.missed for event in events if isinstance(event, DeadlineMoved)] == [True]
    assert not any(isinstance(event, ClockMissed | ClockCancelled) for event in events)
    assert desk.look(told, ex.at("2026-11-27 11:00")) == []


def test_what_went_while_work_rested_stays_as_it_went() -> None:
    """However late somebody looks."""
    praise = reclassified(ex.at("2026-11-25 09:00"), kind="praise")
    told = [*BEGUN, suspended("24 08:00"), praise]
    assert answer(told, LATE).deadline == answer(told, praise.at).deadline


def test_an_earlier_acceptance_heard_late_starts_the_call_anew() -> None:
    """C-03: the order is the same, and so is the clock."""
    desk = Desk("cable-field-service", "contact")
    again = replace(ex.accepted(MONDAY + timedelta(hours=2)), event_id="again")
    desk.look([*BEGUN, again], again.at)
    first = ex.accepted(MONDAY + timedelta(hours=1))
    moved = desk.look([*BEGUN, again, first], again.at)[0]
    assert isinstance(moved, DeadlineMoved)
    assert ex.local(moved.due_at) == "2026-11-23 11:30"


def test_a_written_answer_is_owed_in_the_next_round_too_and_that_rounds_order_may_send_it() -> None:
    """H-17, chosen: it is not repeated with a round, so the next one does not cancel it."""
    told = [
        ex.registered(MONDAY, ex.case(channel="web")),
        ex.offered(MONDAY),
        ex.rectified(MONDAY + timedelta(hours=2)),
        ex.offered(MONDAY + timedelta(hours=3), 2),
    ]
    owed = rows.the(HOTLINE, "written-answer", told, MONDAY + timedelta(hours=25))
    assert (owed.key.round, owed.state) == (1, "missed")
    told.append(
        ex.fact("written-answer-sent", MONDAY + timedelta(hours=4), round=2, order=rows.HELP)
    )
    assert rows.the(HOTLINE, "written-answer", told, LATE).state == "met"


def test_a_later_rounds_miss_starts_no_takeover_but_a_customer_who_asks_again_does() -> None:
    """U-11, chosen: whoever took it over in the first round has it still."""
    told = [
        REGISTERED,
        rows.on_main("customer-notified-result", MONDAY + timedelta(hours=1)),
        ex.rectified(MONDAY + timedelta(hours=2)),
    ]
    (second,) = [one for one in rows.of(CARRIER, "answer", told, LATE) if one.key.round == 2]
    assert second.state == "missed"
    assert rows.of(CARRIER, "takeover", told, LATE) == []
    asked = ex.fact("customer-repeated", MONDAY + timedelta(hours=3))
    assert rows.the(CARRIER, "takeover", [*told, asked], LATE).state == "missed"


def test_what_a_helper_promised_the_customer_is_the_companys_promise() -> None:
    """T-06, T-11, chosen."""
    accepted = rows.on_main(
        "work-order-accepted", MONDAY, order=rows.HELP, until=MONDAY + ex.minutes(20)
    )
    helper = replace(accepted, responsible=rows.help_offered(MONDAY).responsible)
    clock = rows.the("travel-platform", "promise", [*BEGUN, helper], MONDAY + ex.minutes(21))
    assert (clock.state, ex.local(clock.missed_at)) == ("missed", "2026-11-23 10:20")
