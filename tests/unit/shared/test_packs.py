"""The shipped pack says what the regulation says, and a wrong pack is refused."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from shared.contracts.sla import STEPS
from shared.contracts.terms import Kind, Severity
from shared.packs import (
    Classification,
    Duration,
    Pack,
    UnknownPackError,
    WrongDataError,
    load_packs,
    read_pack,
    shipped,
)
from shared.packs.notation import week_of

HOTLINE = (files("shared.packs") / "hotline-400.yaml").read_text(encoding="utf-8")
named = shipped().named
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def with_rules(*rules: str) -> Pack:
    """Build the hotline with other rules for `answer`."""
    before, after = HOTLINE.split("    rules:\n", 1)
    ladders = after[after.index("ladders:") :]
    own = "".join(f"      - {{clause: X-{n}, {rule}}}\n" for n, rule in enumerate(rules, 1))
    return read_pack(f"{before}    rules:\n{own}{ladders}", "draft.yaml")


@pytest.mark.parametrize("kind", ["complaint", "fault_report", "suggestion", "service_request"])
@pytest.mark.parametrize(
    ("severity", "target", "limit", "clause"),
    [
        ("simple", None, "30m", "H-11"),
        ("general", "1wd", "3wd", "H-12"),
        ("complex", "5wd", "7wd", "H-13"),
        ("major", "5wd", "7wd", "H-13"),
    ],
)
def test_matters_to_solve_are_answered_by_severity(
    kind: Kind, severity: Severity, target: str | None, limit: str, clause: str
) -> None:
    rule = named("hotline-400").rule("answer", Classification(kind=kind, severity=severity))

    assert rule is not None
    assert rule.target == (Duration(target) if target else None)
    assert (rule.limit, rule.clause) == (Duration(limit), clause)
    assert [rung.step for rung in named("hotline-400").ladder(rule)] == [
        "reminder",
        "warning",
        "level-1",
        "level-2",
        "level-3",
        "level-4",
    ]


@pytest.mark.parametrize(("kind", "limit"), [("consultation", "10m"), ("query", "1m")])
def test_questions_are_answered_in_minutes_and_call_on_nobody(kind: Kind, limit: str) -> None:
    rule = named("hotline-400").rule("answer", Classification(kind=kind, severity="major"))

    assert rule is not None
    assert rule.limit == Duration(limit)
    assert named("hotline-400").ladder(rule) == ()


def test_praise_has_no_limit_and_says_so() -> None:
    pack = named("hotline-400")
    praise = Classification(kind="praise")

    assert pack.rule("answer", praise) is None
    assert [rule.none for rule in pack.rules("answer", praise)] == [True]
    assert pack.rule("no-such-clock", praise) is None


def test_the_ladder_goes_up_as_time_runs_out() -> None:
    pack = named("hotline-400")
    rungs = pack.ladders[0].rungs

    assert [rung.at for rung in rungs] == [50, 80, "target", 100, 150, 200]
    assert [rung.unless_accepted for rung in rungs] == [True] + [False] * 5
    assert rungs[1].to == ("handler", "first_owner")


def test_a_rung_may_hand_the_work_order_up() -> None:
    """H-07, U-11; a pack that says nothing of it calls on people only."""
    complaint = Classification(kind="complaint")
    found = {pack.name: pack.takeover("answer", "level-2", complaint, 1) for pack in shipped()}
    assert found == {
        "cable-field-service": None,
        "hotline-400": "manager",
        "mobile-key-account": "next-level",
        "telecom-carrier": "next-level",
        "travel-platform": None,
    }
    pack = named("hotline-400")
    assert [pack.takeover("answer", step, complaint, 1) for step in STEPS].count(None) == 5
    assert pack.takeover("dispatch", "level-2", complaint, 1) is None
    assert pack.takeover("answer", "level-2", Classification(kind="praise"), 1) is None


def test_a_clock_that_a_takeover_ends_takes_nothing_over() -> None:
    """U-11: no takeover brings another one about."""
    carrier = (files("shared.packs") / "telecom-carrier.yaml").read_text(encoding="utf-8")
    wrong = carrier.replace("limit: 2h, ladder: short", "limit: 2h, ladder: answer")
    with pytest.raises(WrongDataError, match=r"rules\[0\].ladder: a clock that a takeover ends"):
        read_pack(wrong, "draft.yaml")


def test_more_named_conditions_win() -> None:
    pack = with_rules(
        "limit: 1h", "kind: [complaint], limit: 2h", "kind: [complaint], round: [2], limit: 3h"
    )
    complaint = Classification(kind="complaint")

    assert [str(rule.limit) for rule in pack.rules("answer", complaint)] == ["2h", "1h"]
    assert [str(rule.limit) for rule in pack.rules("answer", complaint, 2)] == ["3h", "2h", "1h"]
    assert [str(rule.limit) for rule in pack.rules("answer", Classification(kind="query"))] == [
        "1h"
    ]


def test_on_a_tie_category_comes_before_kind_channel_severity_tier_and_round() -> None:
    pack = with_rules(
        "round: [1], limit: 6h",
        "tier: [gold], limit: 5h",
        "severity: [major], limit: 4h",
        "channel: [web], limit: 3h",
        "kind: [complaint], limit: 2h",
        "category: [broadband], limit: 1h",
    )
    case = Classification(
        kind="complaint", severity="major", channel="web", tier="gold", category="broadband"
    )

    won = [str(rule.limit) for rule in pack.rules("answer", case)]

    assert won == ["1h", "2h", "3h", "4h", "5h", "6h"]


def test_a_category_holds_those_below_it_and_the_nearest_wins() -> None:
    pack = with_rules(
        "category: [mobile-network], limit: 1h", "category: [mobile-network-coverage], none: true"
    )

    def limit(category: str | None) -> str | None:
        rule = pack.rule("answer", Classification(kind="complaint", category=category))
        return str(rule.limit) if rule else None

    assert limit("mobile-network") == "1h"
    assert limit("mobile-network-speed") == "1h"
    assert limit("mobile-network-coverage-indoor") is None
    assert [limit(category) for category in ("mobile-networks", "mobile", "broadband", None)] == [
        None
    ] * 4


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("limit: 1h", "limit: 2h"),
        ("kind: [query, praise], limit: 1h", "kind: [praise], limit: 2h"),
        (
            "kind: [query], tier: [gold, silver], limit: 1h",
            "tier: [silver], kind: [query], none: true",
        ),
    ],
)
def test_two_rules_that_are_equal_for_some_ticket_are_refused(first: str, second: str) -> None:
    with pytest.raises(WrongDataError, match="rules 1 and 2 fit the same tickets equally"):
        with_rules(first, second)


@pytest.mark.parametrize(
    ("correct", "wrong", "problem"),
    [
        ("limit: 3wd", "limit: 3 days", r"line 36: clocks\[0\].rules\[3\].limit: '3 days' is no"),
        ("limit: 3wd", "limit: 3", "Expected a time as text, got 3"),
        ("target: 1wd", "target: 4wd", "target 4wd lies beyond limit 3wd"),
        ("    limit: 10m", "    none: false", "either a `limit` or `none: true`"),
        ("    limit: 10m", "    limit: 10m\n        limit: 9m", "line 24: 'limit' is given twice"),
        ("none: true", "none: true\n        ladder: full", "neither target nor ladder"),
        ("kind: [query]", "kind: [quarrel]", "Invalid enum value 'quarrel'"),
        (
            "kind: [query]",
            "kinds: [query]",
            "line 25: .*kinds: unknown field; there are clause, category, kind,",
        ),
        (
            "calendar: office",
            "calendar: shop",
            "line 18: .*there is no 'shop' in this pack; there are office",
        ),
        (
            "ladder: full",
            "ladder: empty",
            "line 90: .*ladder: there is no 'empty' in this pack; there are answer, full",
        ),
        ("Asia/Shanghai", "Asia/Shangai", "zone 'Asia/Shangai' is unknown"),
        ("09:00-12:00", "9-12", "'9-12' is no span of a day"),
        ("09:00-12:00", "09:00-13:30", "overlap or are out of order"),
        ("monday-friday", "monday-freitag", "'freitag' is no weekday"),
        ("step: warning", "step: reminder", "step reminder is given twice"),
        ("country: CN", "country: DE", "Invalid enum value 'DE'"),
        ("version: 1\nzone", "version: 0\nzone", "line 3: version: Expected `int` >= 1"),
        ("apart: 2h", "apart: 1wd", "calls lie apart by the wall clock"),
        ("round-started", "round-begun", "Invalid enum value 'round-begun'"),
        ("clocks:", "clocks: [", "line"),
        (
            "from: [work-order-completed]",
            "from: [recorded]",
            r"line 7\d: clocks\[4\].from\[0\]: recorded starts nothing",
        ),
        ("until: [recorded]", "until: [answer-missed]", "until.0.: answer-missed ends nothing"),
        ("limit: 5m", "until: promised", r"rules\[0\].until: a time is promised only where"),
        ("name: answer\n", "name: reply\n", "from: answer-missed is of another clock, answer"),
        ("limit: 10m", "until: half-of-answer", "until: half-of-answer is of another clock"),
    ],
)
def test_a_wrong_pack_is_refused_with_a_sentence(correct: str, wrong: str, problem: str) -> None:
    assert correct in HOTLINE

    with pytest.raises(WrongDataError, match=problem):
        read_pack(HOTLINE.replace(correct, wrong, 1), "hotline-400.yaml")


@pytest.mark.parametrize("text", ["", "[]", "a: &a [*a]", "\t", "? {a: b} : c"])
def test_what_is_no_pack_at_all_is_refused(text: str) -> None:
    with pytest.raises(WrongDataError, match=r"draft\.yaml, line"):
        read_pack(text, "draft.yaml")


def test_a_pack_is_read_once_and_known_by_name() -> None:
    assert "hotline-400" in shipped().names
    assert list(load_packs()) == list(shipped())
    assert load_packs().named("hotline-400") is shipped().named("hotline-400")
    with pytest.raises(UnknownPackError):
        named("../secret")


@pytest.mark.parametrize("name", shipped().names)
def test_every_shipped_pack_is_version_1_under_its_own_name(name: str) -> None:
    assert (named(name).name, named(name).version) == (name, 1)


@pytest.mark.parametrize(
    ("text", "measure", "amount"),
    [
        ("30m", "elapsed", 1800),
        ("2h", "elapsed", 7200),
        ("7d", "elapsed", 604800),
        ("2h working", "working", 7200),
        ("3wd", "workdays", 3),
    ],
)
def test_a_time_says_how_it_is_measured(text: str, measure: str, amount: int) -> None:
    duration = Duration(text)

    assert (duration.measure, duration.amount, str(duration)) == (measure, amount, text)


@pytest.mark.parametrize("text", ["", "0m", "2 h", "3wd working", "2d working", "٣h", "1h30m"])
def test_a_time_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time: write it as"):
        Duration(text)


def test_a_weekday_is_given_once() -> None:
    with pytest.raises(ValueError, match="wednesday is given twice"):
        week_of({"monday-wednesday": ["09:00-10:00"], "wednesday": ["11:00-12:00"]})


@pytest.mark.parametrize(
    ("hours", "enough"),
    [([], False), ([0], False), ([0, 1], False), ([2, 0], True), ([0, 1, 2], True)],
)
def test_two_calls_two_hours_apart_are_enough(hours: list[int], enough: bool) -> None:  # noqa: FBT001
    attempts = named("hotline-400").contact.before_unreachable

    assert attempts.enough([NOON + timedelta(hours=hour) for hour in hours]) is enough


def test_hotline_400_calls_everybody_back() -> None:
    assert named("hotline-400").revisit.exempt == ()


def test_a_pack_may_list_what_each_level_may_promise() -> None:
    """H-24, T-05."""
    section = "\nauthority:\n  remedies: { handler: [voucher], manager: [voucher, refund] }\n"
    authority = read_pack(HOTLINE + section, "draft.yaml").authority

    assert authority is not None
    assert authority.allows("handler", "voucher")
    assert not authority.allows("handler", "refund")
    assert not authority.allows("nation", "voucher")
    assert named("hotline-400").authority is None


def test_a_pack_says_how_often_an_unsolved_matter_is_followed_up() -> None:
    """H-16."""
    line = "  follow_ups: 3 # H-16: before it may be completed unsolved\n"
    assert line in HOTLINE

    assert named("hotline-400").contact.follow_ups == 3
    assert named("hotline-400").contact.follow_ups_weekly
    assert read_pack(HOTLINE.replace(line, ""), "draft.yaml").contact.follow_ups == 3
    assert read_pack(HOTLINE.replace("ups: 3", "ups: 5"), "draft.yaml").contact.follow_ups == 5


OUTBOUND = """
outbound: { calendar: office, task_due: 2wd, per_day: 1, per_week: 3, exempt_moments: [mourning] }
"""


def test_a_pack_may_say_how_customers_are_called_at_key_moments() -> None:
    """M-02, M-04."""
    outbound = read_pack(HOTLINE + OUTBOUND, "draft.yaml").outbound

    assert outbound is not None
    assert (outbound.calendar, outbound.task_due) == ("office", Duration("2wd"))
    assert (outbound.per_day, outbound.per_week, outbound.exempt_moments) == (1, 3, ("mourning",))
    assert named("hotline-400").outbound is None


@pytest.mark.parametrize(
    ("correct", "wrong", "problem"),
    [
        (
            "calendar: office",
            "calendar: night",
            "outbound.calendar: there is no 'night' in this pack; there are office",
        ),
        ("per_day: 1", "per_day: 0", "outbound.per_day"),
        ("2wd", "2 days", "is no time"),
        ("[mourning]", "['']", "exempt_moments"),
    ],
)
def test_wrong_outbound_rules_are_refused(correct: str, wrong: str, problem: str) -> None:
    with pytest.raises(WrongDataError, match=problem):
        read_pack(HOTLINE + OUTBOUND.replace(correct, wrong), "draft.yaml")


def test_a_pack_may_say_how_soon_and_how_often_to_call_back() -> None:
    """H-19."""
    retry = read_pack(
        f"{HOTLINE}  retry: {{ apart: 2h, at_most: 5 }}\n", "draft.yaml"
    ).revisit.retry

    assert retry is not None
    assert (retry.apart, retry.at_most) == (Duration("2h"), 5)
    assert named("hotline-400").revisit.retry is None


@pytest.mark.parametrize("rule", ["apart: 2wd, at_most: 5", "apart: 2h, at_most: 0", "apart: 2h"])
def test_wrong_rules_of_retrying_are_refused(rule: str) -> None:
    with pytest.raises(WrongDataError, match="revisit"):
        read_pack(f"{HOTLINE}  retry: {{ {rule} }}\n", "draft.yaml")
