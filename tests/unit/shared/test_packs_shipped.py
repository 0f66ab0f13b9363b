"""What the regulations beside hotline-400 say of answers, and of customers who can't be reached."""

from datetime import UTC, datetime

import pytest

from shared.contracts.terms import Kind, Severity
from shared.directory import load_directory
from shared.packs import Classification, Duration, WrongDataError, load, names, read_pack
from shared.routing import Matter

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

    rule = load(pack).rule("answer", classified)

    assert rule is not None
    assert rule.target == (Duration(target) if target else None)
    assert (rule.limit, rule.clause) == (Duration(limit), clause)


@pytest.mark.parametrize("name", names())
def test_complaints_go_up_the_whole_ladder_under_every_pack(name: str) -> None:
    rule = load(name).rule("answer", Classification(kind="complaint", severity="general"))

    assert rule is not None
    assert len(load(name).ladder(rule)) == 6


@pytest.mark.parametrize(("name", "visit"), [(name, name.startswith("cable")) for name in names()])
def test_a_customer_is_unreachable_after_two_calls_and_of_a_cable_after_a_visit(
    name: str,
    visit: bool,  # noqa: FBT001 - a case of its table
) -> None:
    """C-07."""
    required = load(name).contact.before_unreachable
    assert (required.calls, required.apart, required.visit) == (2, Duration("2h"), visit)


def test_a_pack_that_extends_another_is_as_that_one_but_for_what_it_says() -> None:
    """M-06."""
    base, own = load("telecom-carrier"), load("mobile-key-account")
    assert (own.clocks, own.ladders, own.contact) == (base.clocks, base.ladders, base.contact)
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
    base = load("telecom-carrier")
    assert pack.revisit.exempt == ("praise",)
    assert pack.revisit.before_unreachable == base.revisit.before_unreachable
    assert [rung.step for rung in pack.ladders[0].rungs] == ["warning"]
    assert pack.clocks == base.clocks


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("extends: nowhere\nname: x\n", "line 1: extends: There is no pack 'nowhere' to extend"),
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


def test_valued_customers_are_called_once_a_day_and_three_times_in_seven_days() -> None:
    """M-02, M-04."""
    pack = load("mobile-key-account")
    assert pack.outbound is not None
    assert (pack.outbound.per_day, pack.outbound.per_week) == (1, 3)
    assert (pack.outbound.task_due, pack.outbound.calendar) == (Duration("2wd"), "outbound")
    assert [name for name in names() if load(name).outbound] == ["mobile-key-account"]
