"""Every row of the clock table, pack by pack: what starts a clock, what stops it, by when."""

from datetime import datetime, timedelta

import pytest
from msgspec.structs import replace

from services.sla.domain.facts import Fact, FactName, Responsible
from shared.contracts.sla import STEPS
from shared.contracts.terms import Channel, Kind, Level
from tests.unit.sla import examples as ex
from tests.unit.sla import rows

HOTLINE, CABLE, TRAVEL = "hotline-400", "cable-field-service", "travel-platform"
CARRIER, KEY_ACCOUNT = "telecom-carrier", "mobile-key-account"
MONDAY = ex.at("2026-11-23 10:00")
LATE = ex.at("2027-06-01 00:00")


def after(**time: float) -> datetime:
    return MONDAY + timedelta(**time)


REGISTERED = ex.registered(MONDAY)
OFFERED = ex.offered(MONDAY)
NOTIFIED = rows.on_main("customer-notified-result", after(hours=1))


def test_a_registration_is_dispatched_within_five_minutes_of_being_recorded() -> None:
    """H-04: before it was recorded nobody could dispatch it."""
    entered = ex.registered(MONDAY, recorded_at=after(hours=3))
    clock = rows.the(HOTLINE, "dispatch", [entered], after(hours=3))
    assert rows.seen(clock) == ("running", None, "2026-11-23 13:05")
    assert rows.steps(clock).keys() == {"warning", "level-2"}
    offered = ex.offered(after(hours=3, minutes=5))
    assert rows.the(HOTLINE, "dispatch", [entered, offered], LATE).state == "met"
    at_once = ex.answered(after(hours=3, minutes=6))
    assert rows.the(HOTLINE, "dispatch", [entered, at_once], LATE).state == "met_late"


def test_a_ticket_written_up_when_all_was_over_was_dispatched_all_the_same() -> None:
    """H-01, H-04: it was closed before it was recorded, and yet offered within a second of that."""
    entered = ex.registered(MONDAY, recorded_at=after(days=3))
    offered = ex.offered(after(days=3, seconds=1))
    closed = ex.fact("ticket-closed", after(days=1), recorded_at=after(days=3, minutes=1))
    assert rows.the(HOTLINE, "dispatch", [entered, offered, closed], LATE).state == "met"
    clock = rows.the(HOTLINE, "dispatch", [entered, closed], LATE)
    assert (clock.state, clock.end and clock.end.at) == ("cancelled", closed.recorded_at)


def test_a_ticket_withdrawn_in_the_second_in_which_it_was_offered_was_dispatched() -> None:
    """H-04: clocks are told to the second, and a stop comes before a withdrawal in the same one."""
    entered = ex.registered(after(milliseconds=153))
    offered = ex.offered(after(milliseconds=250))
    withdrawn = ex.withdrawn(after(milliseconds=319))
    assert rows.the(HOTLINE, "dispatch", [entered, offered, withdrawn], LATE).state == "met"
    offered = ex.offered(after(seconds=1))
    assert rows.the(HOTLINE, "dispatch", [entered, offered, withdrawn], LATE).state == "cancelled"


def test_dispatching_starts_again_with_each_round() -> None:
    """H-04, H-20."""
    again = ex.rectified(after(days=1))
    first, second = rows.of(HOTLINE, "dispatch", [REGISTERED, OFFERED, again], after(days=1))
    assert (first.state, second.state) == ("met", "running")
    assert ex.local(second.deadline.due_at) == "2026-11-24 10:05"


@pytest.mark.parametrize(
    "name", ["customer-notified-progress", "customer-notified-overdue", "customer-notified-result"]
)
def test_a_complaints_customer_hears_within_two_hours_how_it_is_handled(name: FactName) -> None:
    """H-10: by any notice that reached them."""
    running = rows.the(HOTLINE, "handling-notice", [REGISTERED], MONDAY)
    assert rows.seen(running) == ("running", None, "2026-11-23 12:00")
    told = [REGISTERED, rows.on_main(name, after(hours=2))]
    assert rows.the(HOTLINE, "handling-notice", told, LATE).state == "met"


def test_a_notice_in_vain_is_no_handling_notice_and_other_kinds_have_none() -> None:
    """H-10."""
    told = [REGISTERED, rows.on_main("customer-not-reached", after(hours=1))]
    assert rows.the(HOTLINE, "handling-notice", told, after(hours=3)).state == "missed"
    question = ex.registered(MONDAY, ex.case("consultation"))
    assert rows.of(HOTLINE, "handling-notice", [question], MONDAY) == []
    again = [REGISTERED, ex.rectified(after(hours=1))]
    (only,) = rows.of(HOTLINE, "handling-notice", again, after(hours=1))
    assert (only.key.round, only.state) == (1, "running"), "no later round ends or repeats it"


@pytest.mark.parametrize(
    ("pack", "due"),
    [
        (HOTLINE, "2026-11-27 11:00"),
        (CABLE, "2026-11-24 12:00"),
        (TRAVEL, "2026-11-23 13:00"),
        (CARRIER, "2026-12-01 11:00"),
        (KEY_ACCOUNT, "2026-12-01 11:00"),
    ],
)
def test_past_the_answers_limit_the_customer_is_told_within_two_hours_worked(
    pack: str, due: str
) -> None:
    """H-14: in every pack, without being asked."""
    clock = rows.the(pack, "overdue-notice", [REGISTERED], LATE)
    answer = rows.the(pack, "answer", [REGISTERED], LATE)
    assert clock.started_at.timestamp() == answer.missed_at == answer.deadline.due_at
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("missed", due)
    assert clock.key.occurrence == answer.key.occurrence
    assert rows.of(pack, "overdue-notice", [REGISTERED], MONDAY) == []


@pytest.mark.parametrize("name", ["customer-notified-overdue", "customer-notified-result"])
def test_an_overdue_notice_is_kept_by_word_of_it_or_of_the_result(name: FactName) -> None:
    """H-14."""
    told = [REGISTERED, rows.on_main(name, ex.at("2026-11-27 11:00"))]
    assert rows.the(HOTLINE, "overdue-notice", told, LATE).state == "met"
    late = [REGISTERED, rows.on_main(name, ex.at("2026-11-27 11:01"))]
    assert rows.the(HOTLINE, "overdue-notice", late, LATE).state == "met_late"
    unreached = [REGISTERED, rows.on_main("customer-not-reached", ex.at("2026-11-27 10:00"))]
    assert rows.the(HOTLINE, "overdue-notice", unreached, LATE).state == "missed"


def test_an_overdue_notice_ends_with_the_miss_that_started_it() -> None:
    """H-14: a result heard late was in time."""
    told = [REGISTERED, NOTIFIED]
    assert rows.of(HOTLINE, "overdue-notice", told, LATE) == []


@pytest.mark.parametrize(("minutes", "state"), [(30, "met"), (31, "met_late")])
def test_a_completion_is_reported_back_within_half_an_hour(minutes: int, state: str) -> None:
    """H-15: from the completion to its recording, known only when over; nobody is called on."""
    done = rows.on_main(
        "work-order-completed", after(hours=1), recorded_at=after(hours=1, minutes=minutes)
    )
    clock = rows.the(HOTLINE, "report-back", [REGISTERED, OFFERED, done], LATE)
    assert (clock.state, clock.rungs) == (state, ())
    assert clock.end is not None
    assert clock.end.at == done.recorded_at


def test_what_is_not_completed_is_followed_up_every_week() -> None:
    """H-16: each report starts the next week."""
    first = rows.on_main("progress-unfinished", after(days=1), event="first")
    second = rows.on_main("progress-unfinished", after(days=9), event="second")
    done = rows.on_main("work-order-completed", after(days=10))
    told = [REGISTERED, OFFERED, first]
    assert rows.seen(rows.the(HOTLINE, "follow-up", told, after(days=1))) == (
        "running",
        None,
        "2026-12-01 10:00",
    )
    found = rows.of(HOTLINE, "follow-up", [*told, second, done], LATE)
    assert [clock.state for clock in found] == ["met_late", "met"]
    assert len({clock.key for clock in found}) == 2


@pytest.mark.parametrize("channel", ["web", "social"])
def test_what_came_in_writing_is_answered_in_writing_within_a_day(channel: Channel) -> None:
    """H-17, and again after the quality centre rejected the answer."""
    told = [ex.registered(MONDAY, ex.case(channel=channel)), OFFERED]
    clock = rows.the(HOTLINE, "written-answer", told, MONDAY)
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("running", "2026-11-24 10:00")
    assert clock.key.occurrence == rows.MAIN
    assert len(clock.rungs) == 5, "the full ladder, and no target"
    sent = rows.on_main("written-answer-sent", after(hours=24))
    rejected = rows.on_main("written-answer-rejected", after(hours=26))
    told += [sent, rejected]
    first, second = rows.of(HOTLINE, "written-answer", told, after(hours=27))
    assert (first.state, second.state) == ("met", "running")
    assert ex.local(second.deadline.due_at) == "2026-11-25 12:00"
    told.append(rows.on_main("written-answer-sent", after(hours=30), event="again"))
    assert [one.state for one in rows.of(HOTLINE, "written-answer", told, LATE)] == ["met"] * 2


def test_what_was_phoned_in_needs_no_written_answer() -> None:
    """H-17."""
    assert rows.of(HOTLINE, "written-answer", [REGISTERED, OFFERED], LATE) == []


@pytest.mark.parametrize("name", ["written-answer-approved", "written-answer-rejected"])
@pytest.mark.parametrize(("minutes", "state"), [(60, "met"), (61, "met_late")])
def test_a_reviewed_answer_is_back_within_an_hour(name: FactName, minutes: int, state: str) -> None:
    """H-18: from the review to its recording."""
    review = rows.on_main(name, MONDAY, recorded_at=after(minutes=minutes))
    told = [ex.registered(MONDAY, ex.case(channel="web")), OFFERED, review]
    assert rows.the(HOTLINE, "answer-review", told, LATE).state == state


@pytest.mark.parametrize("told", [NOTIFIED, ex.answered(after(hours=1))])
def test_an_answered_ticket_is_called_back_within_three_working_days(told: Fact) -> None:
    """H-19: scheduled within one."""
    past = [REGISTERED, OFFERED, told]
    scheduling = rows.the(HOTLINE, "revisit-schedule", past, after(hours=1))
    assert rows.seen(scheduling) == ("running", None, "2026-11-24 17:30")
    calling = rows.the(HOTLINE, "revisit", past, after(hours=1))
    assert rows.seen(calling) == ("running", None, "2026-11-26 17:30")
    past += [
        ex.fact("revisit-scheduled", after(hours=2)),
        ex.fact("revisit-concluded", after(days=2)),
    ]
    assert rows.the(HOTLINE, "revisit-schedule", past, LATE).state == "met"
    assert rows.the(HOTLINE, "revisit", past, LATE).state == "met"


def test_an_abandoned_call_is_called_back_within_half_an_hour_worked() -> None:
    """H-29: of the contact, which is watched as a ticket is."""
    friday = ex.at("2026-11-27 17:15")
    told = [rows.begun("contact-abandoned", friday)]
    clock = rows.the(HOTLINE, "call-back", told, friday)
    assert rows.seen(clock) == ("running", None, "2026-11-30 09:15")
    assert rows.steps(clock).keys() == {"warning", "level-2"}
    told.append(ex.fact("contact-called-back", ex.at("2026-11-30 09:15")))
    assert rows.the(HOTLINE, "call-back", told, LATE).state == "met"


def test_the_manager_accepts_in_a_quarter_and_calls_within_half_an_hour() -> None:
    """C-02, C-03."""
    told = [REGISTERED, OFFERED]
    accepting = rows.the(CABLE, "accept", told, MONDAY)
    assert rows.seen(accepting) == ("running", None, "2026-11-23 10:15")
    assert accepting.key.occurrence == rows.MAIN
    assert rows.of(CABLE, "contact", told, MONDAY) == []
    told.append(ex.accepted(after(minutes=15)))
    assert rows.the(CABLE, "accept", told, LATE).state == "met"
    assert rows.seen(rows.the(CABLE, "contact", told, after(minutes=15))) == (
        "running",
        None,
        "2026-11-23 10:45",
    )
    told.append(rows.on_main("contact-attempted", after(minutes=46)))
    assert rows.the(CABLE, "contact", told, LATE).state == "met_late"


def test_an_acceptance_of_help_promises_no_call() -> None:
    """C-03."""
    helper = replace(ex.accepted(after(minutes=5)), responsible=Responsible(helps=True))
    assert rows.of(CABLE, "contact", [REGISTERED, OFFERED, helper], LATE) == []


def test_a_call_before_the_acceptance_stops_the_clock_at_its_start() -> None:
    """C-03."""
    told = [
        REGISTERED,
        OFFERED,
        rows.on_main("contact-attempted", after(minutes=1)),
        ex.accepted(after(minutes=5)),
    ]
    clock = rows.the(CABLE, "contact", told, LATE)
    assert clock.end is not None
    assert (clock.state, clock.end.at) == ("met", after(minutes=5))


def test_each_round_is_accepted_and_called_about_anew() -> None:
    """C-02, C-03, H-20."""
    told = [REGISTERED, OFFERED, ex.rectified(after(minutes=10)), ex.offered(after(minutes=11), 2)]
    first, second = rows.of(CABLE, "accept", told, after(minutes=11))
    assert (first.state, second.state) == ("cancelled", "running")
    assert first.end is not None
    assert first.end.cancelled == "next-round"


def test_a_cancelled_order_needs_no_acceptance() -> None:
    """C-02: the centre answered at once."""
    told = [REGISTERED, OFFERED, rows.on_main("work-order-cancelled", after(minutes=3))]
    clock = rows.the(CABLE, "accept", told, LATE)
    assert clock.end is not None
    assert (clock.state, clock.end.cancelled) == ("cancelled", "order-cancelled")


def test_what_the_customer_was_promised_is_kept_by_that_time() -> None:
    """T-06, T-11: whoever promised it, and each promise by itself."""
    told = [REGISTERED, OFFERED]
    accepted = replace(ex.accepted(after(minutes=5)), until=int(after(minutes=50).timestamp()))
    call = rows.on_main("contact-attempted", after(minutes=20), until=after(minutes=30))
    told += [accepted, call]
    found = rows.of(TRAVEL, "promise", told, after(minutes=21))
    assert [ex.local(one.deadline.due_at) for one in found] == [
        "2026-11-23 10:50",
        "2026-11-23 10:30",
    ]
    assert rows.steps(found[0])["warning"] == "2026-11-23 10:41"
    unreached = [*told, rows.on_main("customer-not-reached", after(minutes=25))]
    assert {one.state for one in rows.of(TRAVEL, "promise", unreached, LATE)} == {"missed"}
    told.append(rows.on_main("customer-notified-result", after(minutes=40)))
    assert [one.state for one in rows.of(TRAVEL, "promise", told, LATE)] == ["met", "met_late"]


def test_whom_is_asked_for_help_has_half_of_the_answers_time_that_is_left() -> None:
    """T-08."""
    told = [REGISTERED, OFFERED, rows.help_offered(after(minutes=20))]
    clock = rows.the(TRAVEL, "help", told, after(minutes=20))
    assert rows.seen(clock) == ("running", None, "2026-11-23 10:40")
    assert clock.key.occurrence == rows.HELP
    assert clock.responsible is not None
    assert clock.responsible.handler == "tang-wei", "who helps is called on"
    done = rows.on_main("help-completed", after(minutes=41), order=rows.HELP)
    assert rows.the(TRAVEL, "help", [*told, done], LATE).state == "met_late"


def test_the_help_has_longer_when_the_answer_has() -> None:
    """T-08, T-04: again whenever that limit moves."""
    agreed = ex.fact("extension-agreed", after(minutes=30), until=after(minutes=120))
    told = [REGISTERED, OFFERED, rows.help_offered(after(minutes=20)), agreed]
    clock = rows.the(TRAVEL, "help", told, after(minutes=30))
    assert ex.local(clock.deadline.due_at) == "2026-11-23 11:10"


def test_help_asked_for_when_no_time_is_left_is_due_at_once() -> None:
    """T-08."""
    told = [REGISTERED, OFFERED, rows.help_offered(after(hours=2))]
    assert ex.local(rows.the(TRAVEL, "help", told, LATE).deadline.due_at) == "2026-11-23 12:00"


@pytest.mark.parametrize(
    ("clause", "clock", "kind", "category", "target", "limit"),
    [
        ("U-02", "answer", "complaint", "mobile-network", None, "11-25 17:30"),
        ("U-02", "answer", "complaint", "mobile-network-coverage", None, "11-25 17:30"),
        ("U-02", "answer", "complaint", "billing", None, "11-30 17:30"),
        ("U-03", "solve", "complaint", "billing", None, "11-30 17:30"),
        ("U-03", "solve", "complaint", "mobile-network-speed", None, "11-30 17:30"),
        ("U-04", "install-or-repair", "service_request", "broadband-install", None, "11-26 10:00"),
        ("U-05", "install-or-repair", "fault_report", "broadband-repair-town", "11-24 10:00",
         "11-24 22:00"),
        ("U-06", "install-or-repair", "fault_report", "broadband-repair-country", "11-24 22:00",
         "11-25 10:00"),
    ],
)  # fmt: skip
def test_the_carrier_answers_solves_and_repairs_in_time(
    clause: str, clock: str, kind: Kind, category: str, target: str | None, limit: str
) -> None:
    """U-02, U-03, U-04, U-05, U-06."""
    told = [ex.registered(MONDAY, ex.case(kind, category=category)), OFFERED]
    for pack in (CARRIER, KEY_ACCOUNT):
        found = rows.the(pack, clock, told, MONDAY)
        assert found.rule.clause == clause
        assert rows.seen(found) == ("running", target and f"2026-{target}", f"2026-{limit}")
        assert {rung.step for rung in ex.whole(pack).pack.ladder(found.rule)} == set(STEPS)


def test_network_coverage_is_answered_and_not_solved() -> None:
    """U-03."""
    told = [ex.registered(MONDAY, ex.case(category="mobile-network-coverage"))]
    assert rows.of(CARRIER, "solve", told, LATE) == []
    assert rows.of(CARRIER, "install-or-repair", told, LATE) == []


def test_a_matter_is_solved_when_its_order_is_completed() -> None:
    """U-03: beside the answer, not by it."""
    told = [REGISTERED, OFFERED, NOTIFIED]
    assert rows.the(CARRIER, "solve", told, after(hours=2)).state == "running"
    told.append(rows.on_main("work-order-completed", after(hours=2)))
    assert rows.the(CARRIER, "solve", told, LATE).state == "met"


@pytest.mark.parametrize(
    ("level", "state"), [("supervisor", "running"), ("manager", "running"), ("city", "met")]
)
def test_who_complains_again_is_taken_over_by_a_higher_level(level: Level, state: str) -> None:
    """U-11: than the one that held it then, within two hours."""
    told = [
        REGISTERED,
        OFFERED,
        ex.taken_over(after(minutes=5), None, "gao-feng", "manager"),
        ex.fact("customer-repeated", after(hours=1)),
    ]
    clock = rows.the(CARRIER, "takeover", told, after(hours=1))
    assert rows.seen(clock) == ("running", None, "2026-11-23 13:00")
    told.append(ex.taken_over(after(hours=2), None, "ren-jie", level))
    assert rows.the(CARRIER, "takeover", told, after(hours=2)).state == state


def test_a_missed_answer_goes_a_level_up_and_that_ones_miss_no_further() -> None:
    """U-11."""
    (clock,) = rows.of(CARRIER, "takeover", [REGISTERED], LATE)
    assert ex.local(clock.started_at) == "2026-11-30 17:30"
    assert (clock.state, ex.local(clock.deadline.due_at)) == ("missed", "2026-11-30 19:30")


def test_nobody_stands_above_the_nation() -> None:
    """U-11."""
    told = [
        REGISTERED,
        OFFERED,
        ex.taken_over(after(minutes=5), "headquarters", "dong-hua", "nation"),
        ex.fact("customer-repeated", after(hours=1)),
    ]
    assert rows.of(CARRIER, "takeover", told, LATE) == []


def test_an_appeal_is_answered_in_five_working_days_whatever_round_begins() -> None:
    """U-12."""
    lodged = rows.on_main("appeal-lodged", after(hours=1), order=rows.APPEAL)
    told = [REGISTERED, OFFERED, lodged, ex.rectified(after(hours=2))]
    clock = rows.the(CARRIER, "appeal", told, after(hours=3))
    assert rows.seen(clock) == ("running", None, "2026-11-30 17:30")
    another = rows.on_main("appeal-answered", after(hours=4), order=rows.HELP, event="another")
    assert rows.the(CARRIER, "appeal", [*told, another], after(hours=5)).state == "running"
    told.append(rows.on_main("appeal-answered", after(hours=5), order=rows.APPEAL))
    assert rows.the(CARRIER, "appeal", told, LATE).state == "met"


def test_an_outbound_task_is_concluded_by_when_it_is_due() -> None:
    """M-02: on the phone managers' own calendar, or as the task itself says."""
    due = ex.at("2026-11-25 18:00")
    told = [rows.begun("outbound-task-created", MONDAY, until=due)]
    clock = rows.the(KEY_ACCOUNT, "outbound-task", told, MONDAY)
    assert rows.seen(clock) == ("running", None, "2026-11-25 18:00")
    assert clock.calendar_version == "outbound.v1"
    told.append(ex.fact("outbound-task-concluded", due))
    assert rows.the(KEY_ACCOUNT, "outbound-task", told, LATE).state == "met"


@pytest.mark.parametrize("pack", [HOTLINE, CABLE, TRAVEL, CARRIER, KEY_ACCOUNT])
def test_only_promises_to_the_customer_have_the_whole_ladder(pack: str) -> None:
    """SLA-ENGINE, the ladder; report-back and answer-review raise nothing."""
    whole = {"answer", "solve", "install-or-repair", "written-answer", "promise", "appeal"}
    silent = {"report-back", "answer-review"}
    found = ex.whole(pack).pack
    for clock in found.clocks:
        for rule in clock.rules:
            if rule.none or (clock.name == "answer" and rule.ladder is None):
                continue
            expected = set(STEPS) if clock.name in whole else {"warning", "level-2"}
            steps = {rung.step for rung in found.ladder(rule)}
            assert steps == (set() if clock.name in silent else expected), clock.name


def test_a_closed_ticket_leaves_nobody_waiting() -> None:
    """SLA-ENGINE: of a promise in vain, say, whose customer was never reached."""
    told = [
        ex.registered(MONDAY, ex.case(channel="web")),
        OFFERED,
        ex.fact("ticket-closed", after(days=2)),
    ]
    found = [
        clock
        for name in ("answer", "written-answer", "handling-notice")
        for clock in rows.of(HOTLINE, name, told, LATE)
    ]
    assert {clock.state for clock in found} == {"cancelled"}
    assert {clock.end and clock.end.cancelled for clock in found} == {"closed"}
