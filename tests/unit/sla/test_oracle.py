"""The engine against a walk over minutes that knows nothing of calendars, indexes or packs."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.sla import examples as ex

FIRST = ex.at("2026-10-12 00:00")  # from here to the end of the year only weekends are off
MINUTE = timedelta(minutes=1)
SHARES = {"reminder": 50, "warning": 80, "level-3": 150, "level-4": 200}


def works(moment: datetime) -> bool:
    local = moment.astimezone(ex.SHANGHAI)
    minute = local.hour * 60 + local.minute
    return local.weekday() < 5 and (540 <= minute < 720 or 780 <= minute < 1050)


def always(moment: datetime) -> bool:
    del moment
    return True


def close_of_workday(start: datetime, workdays: int) -> datetime:
    day = start.astimezone(ex.SHANGHAI)
    while workdays:
        day += timedelta(days=1)
        workdays -= day.weekday() < 5
    return day.replace(hour=17, minute=30, second=0)


def seconds_worked(start: datetime, end: datetime, *, elapsed: bool) -> int:
    counts = always if elapsed else works
    return 60 * sum(counts(start + MINUTE * n) for n in range(int((end - start) / MINUTE)))


def walk(start: datetime, seconds: int, *, elapsed: bool) -> datetime:
    counts = always if elapsed else works
    while seconds > 0:
        if counts(start):
            if seconds <= 60:
                return start + timedelta(seconds=seconds)
            seconds -= 60
        start += MINUTE
    return start


starts = st.integers(0, 30 * 24 * 60).map(lambda count: FIRST + MINUTE * count)


@settings(max_examples=40, deadline=None)
@given(starts, st.sampled_from(["simple", "general"]))
def test_limits_and_rungs_are_where_a_walk_over_minutes_arrives(
    start: datetime, severity: str
) -> None:
    simple = severity == "simple"
    as_case = ex.case(severity="simple" if simple else "general")
    clock = ex.the_clock([ex.registered(start, as_case)], start)
    due = start + timedelta(minutes=30) if simple else close_of_workday(start, 3)
    expected = {"level-2": due}
    if not simple:
        expected["level-1"] = close_of_workday(start, 1)
    whole = seconds_worked(start, due, elapsed=simple)
    for step, percent in SHARES.items():
        share = -(-whole * percent // 100)
        expected[step] = walk(start, share, elapsed=simple)
    found = {rung.step: rung.due_at for rung in clock.rungs}
    assert found == {step: int(moment.timestamp()) for step, moment in expected.items()}
    assert clock.deadline.due_at == due.timestamp()


@st.composite
def ends(draw: st.DrawFn) -> list[tuple[str, int]]:
    names = st.sampled_from(["notified", "answered", "withdrawn", "round"])
    return draw(st.lists(st.tuples(names, st.integers(-30, 120)), max_size=4, unique=True))


@settings(deadline=None)
@given(ends(), st.integers(0, 150))
def test_states_are_what_a_clerk_with_a_list_would_say(
    told: list[tuple[str, int]], now: int
) -> None:
    start = ex.at("2026-11-23 10:00")
    facts = [ex.registered(start, ex.case(severity="simple"))]
    for name, minute in told:
        when = start + MINUTE * minute
        facts.append(
            {
                "notified": ex.notified,
                "answered": ex.answered,
                "withdrawn": ex.withdrawn,
                "round": ex.rectified,
            }[name](when)._replace(event_id=f"{name}{minute}")
        )
    stops = [max(0, minute) for name, minute in told if name in {"notified", "answered"}]
    cuts = [max(0, minute) for name, minute in told if name in {"withdrawn", "round"}]
    stop, cut = min(stops, default=999), min(cuts, default=999)
    if stop <= cut and stops:
        expected = "met" if stop <= 30 else "met_late"
    elif cuts:
        expected = "cancelled"
    else:
        expected = "missed" if now > 30 else "running"
    assert ex.the_clock(facts, start + MINUTE * now, 1).state == expected
