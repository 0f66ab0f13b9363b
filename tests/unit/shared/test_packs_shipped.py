"""What the regulations beside hotline-400 say of answers, and of customers who can't be reached."""

from datetime import UTC, datetime
from typing import get_args

import pytest

from shared.contracts.terms import Kind, Level, PauseReason, Severity
from shared.directory import load_directory
from shared.packs import Classification, Duration, WrongDataError, read_pack, shipped
from shared.routing import Matter

named = shipped().named
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
COMPLAINT: Kind = "complaint"
Case = tuple[str, Kind, Severity, str | None]
FIGURES: list[tuple[Case, str | None, str, str]] = [
    (("cable-field-service", "fault_report", "general", None), None, "24h", "C-09"),
    (("cable-field-service", "consultation", "simple", None), None, "24h", "C-09"),
    (("travel-platform", COMPLAINT, "simple", None), "30m", "1h", "T-02"),
    (("travel-platform", COMPLAINT, "general", None), "30m", "1h", "T-02"),
    (("travel-platform", COMPLAINT, "complex", None), None, "24h", "T-03"),
    (("travel-platform", COMPLAINT, "major", None), None, "24h", "T-03"),
    (("telecom-carrier", COMPLAINT, "general", "mobile-network"), None, "2wd", "U-02"),
    (("telecom-carrier", COMPLAINT, "general", "mobile-network-coverage"), None, "2wd", "U-02"),
    (("telecom-carrier", COMPLAINT, "general", "billing"), None, "5wd", "U-02"),
    (("mobile-key-account", COMPLAINT, "general", "mobile-network"), None, "2wd", "U-02"),
]


@pytest.mark.parametrize(("case", "target", "limit", "clause"), FIGURES)
def test_a_ticket_is_answered_within_the_figure_of_its_clause(
    case: Case, target: str | None, limit: str, clause: str
) -> None:
    """C-09, M-06, T-02, T-03, U-02."""
    pack, kind, severity, category = case
    classified = Classification(kind=kind, severity=severity, category=category)

    rule = named(pack).rule("answer", classified)

    assert rule is not None
    assert rule.target == (Duration(target) if target else None)
    assert (rule.limit, rule.clause) == (Duration(limit), clause)


@pytest.mark.parametrize("name", shipped().names)
def test_complaints_go_up_the_whole_ladder_under_every_pack(name: str) -> None:
    rule = named(name).rule("answer", Classification(kind="complaint", severity="general"))

    assert rule is not None
    assert len(named(name).ladder(rule)) == 6


@pytest.mark.parametrize(
    ("name", "visit"), [(name, name.startswith("cable")) for name in shipped().names]
)
def test_a_customer_is_unreachable_after_two_calls_and_of_a_cable_after_a_visit(
    name: str,
    visit: bool,  # noqa: FBT001 - a case of its table
) -> None:
    """C-07."""
    required = named(name).contact.before_unreachable
    assert (required.calls, required.apart, required.visit) == (2, Duration("2h"), visit)


def test_a_pack_that_extends_another_is_as_that_one_but_for_what_it_says() -> None:
    """M-06."""
    base, own = named("telecom-carrier"), named("mobile-key-account")
    tasks, *clocks = own.clocks
    assert tasks.name == "outbound-task"
    assert (tuple(clocks), own.ladders, own.contact) == (base.clocks, base.ladders, base.contact)
    assert [calendar.name for calendar in own.calendars] == ["outbound", "office"]


def test_of_a_section_only_what_is_said_is_another() -> None:
    pack = read_pack(
        "extends: telecom-carrier\n"
        "name: sixth\n"
        "version: 1\n"
        "revisit: { exempt: [praise] }\n"
        "ladders: [{ name: full, rungs: [{ step: warning, at: 50, to: [handler] }] }]\n",
        "sixth.yaml",
    )
    base = named("telecom-carrier")
    assert pack.revisit.exempt == ("praise",)
    assert pack.revisit.before_unreachable == base.revisit.before_unreachable
    assert [rung.step for rung in pack.ladders[0].rungs] == ["warning"]
    assert pack.clocks == base.clocks


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "extends: nowhere\nname: x\n",
            "line 1: extends: there is no pack 'nowhere' to extend; there are cable-",
        ),
        ("extends: telecom-carrier\nname: x\nversion: 0\n", "line 3: version: "),
        (
            (
                "extends: telecom-carrier\nname: x\nversion: 1\n"
                "calendars:\n  - { name: y, version: 1, weekly: { monday: [noon] } }\n"
            ),
            "line 5: calendars[0]",
        ),
    ],
)
def test_what_is_wrong_in_an_extension_is_told_with_its_own_line(text: str, problem: str) -> None:
    with pytest.raises(WrongDataError) as refused:
        read_pack(text, "sixth.yaml")
    assert problem in str(refused.value)


@pytest.mark.parametrize(
    ("pack", "department"),
    [
        ("hotline-400", "customer-service"),
        ("cable-field-service", "field-service"),
        ("mobile-key-account", "key-accounts"),
        ("travel-platform", "travel-service"),
        ("telecom-carrier", "customer-service"),
    ],
)
def test_the_example_directory_has_somebody_for_every_pack(pack: str, department: str) -> None:
    matter = Matter(pack=pack, kind="complaint", severity="general", tier="standard")
    assert load_directory().route(matter, AT).department == department


@pytest.mark.parametrize("name", shipped().names)
def test_every_pack_but_the_travel_platforms_pauses_its_answer(name: str) -> None:
    """T-04: the customer's consent is the only way to a longer time."""
    paused = [named(name).pauses_for(reason) for reason in get_args(PauseReason)]
    assert paused == [name != "travel-platform"] * 2


def test_valued_customers_are_called_once_a_day_and_three_times_in_seven_days() -> None:
    """M-02, M-04."""
    pack = named("mobile-key-account")
    assert pack.outbound is not None
    assert (pack.outbound.per_day, pack.outbound.per_week) == (1, 3)
    assert (pack.outbound.task_due, pack.outbound.calendar) == (Duration("2wd"), "outbound")
    assert pack.outbound.served_group_only, "M-01"


def test_a_traveller_is_called_by_day_two_days_before_and_on_the_day_itself() -> None:
    """T-12."""
    outbound = named("travel-platform").outbound
    assert outbound is not None
    assert [(one.days_before, one.channel) for one in outbound.plans["departure"]] == [
        (2, "phone"),
        (0, "phone"),
        (0, "sms"),
    ]
    assert (outbound.calendar, outbound.per_day, outbound.per_week) == ("calls", 2, 4)
    offering = [name for name in shipped().names if named(name).outbound]
    assert offering == ["mobile-key-account", "travel-platform"]


@pytest.mark.parametrize(
    ("remedy", "may"),
    [
        ("voucher", ["handler", "supervisor", "manager"]),
        ("partial-refund", ["supervisor", "manager"]),
        ("full-refund", ["manager"]),
        ("another-journey", []),
    ],
)
def test_on_the_travel_platform_each_level_promises_more_than_the_one_below(
    remedy: str, may: list[str]
) -> None:
    """T-05, H-24."""
    authority = named("travel-platform").authority
    assert authority is not None
    levels: list[Level] = ["handler", "supervisor", "manager"]
    assert [level for level in levels if authority.allows(level, remedy)] == may
