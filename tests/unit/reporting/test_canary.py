"""When a canary is late, and where it hangs."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from services.reporting.canary import STAGES, Lookout, standing_of, trips_of
from services.reporting.canary_models import CanaryTrip
from services.reporting.projections import RecordRow
from shared.canary import PREFIX
from tests.unit.reporting.examples import MORNING, row

EVERY = timedelta(minutes=5)
LOOKOUT = Lookout(MORNING, EVERY, 1.0)


def minutes(number: float) -> datetime:
    return MORNING + timedelta(minutes=number)


def trip(number: int, *, stages: int = len(STAGES), posted: float = 0) -> list[RecordRow]:
    """The records of one canary that came so far, a minute after the other."""
    ticket_id = UUID(f"{PREFIX}{number:012x}")
    return [
        msgspec.structs.replace(
            row(one.event, source=one.service),
            type=one.event,
            ticket_id=ticket_id,
            subject=ticket_id,
            recorded_at=minutes(posted + place / 3),
        )
        for place, one in enumerate(STAGES[:stages])
    ]


def trips(*rows: list[RecordRow]) -> list[CanaryTrip]:
    return trips_of([one for found in rows for one in found])


@pytest.mark.parametrize("reached", range(1, len(STAGES)))
def test_a_canary_that_is_not_back_in_time_hangs_at_the_first_stage_that_it_did_not_reach(
    reached: int,
) -> None:
    found = standing_of(trips(trip(1, stages=reached)), LOOKOUT, minutes(2.1))
    stage = STAGES[reached]
    assert (found.late, found.hangs_at, found.service) == (True, stage.name, stage.service)
    assert found.words == stage.missing


def test_a_later_stage_without_an_earlier_one_is_not_back() -> None:
    """What reached sla and was not heard of from dispatch: that topic is what hangs."""
    rows = [one for one in trip(1) if one.source != "dispatch"]
    found = standing_of(trips(rows), LOOKOUT, minutes(2.1))
    assert (found.late, found.hangs_at) == (True, "dispatched")


def test_what_came_behind_a_late_stage_is_not_to_blame() -> None:
    """Dispatch was down for more than two minutes; sla has a minute from the offer on."""
    rows = trip(1, stages=1)
    for one in trip(1, stages=3)[1:]:
        rows.append(msgspec.structs.replace(one, recorded_at=minutes(2.2)))
    found = standing_of(trips(rows), LOOKOUT, minutes(2.5))
    assert (found.late, found.hangs_at, found.service) == (True, "dispatched", "dispatch")


def test_a_canary_is_not_late_as_long_as_it_may_take() -> None:
    found = standing_of(trips(trip(1, stages=1)), LOOKOUT, minutes(2))
    assert (found.late, found.hangs_at, found.words) == (False, None, None)


def test_the_newest_that_came_back_ends_the_alarm_of_those_before_it() -> None:
    rows = trips(trip(2, posted=5), trip(1, stages=2))
    assert not standing_of(rows, LOOKOUT, minutes(9)).late


def test_one_that_has_just_set_out_does_not_hide_that_the_one_before_it_is_late() -> None:
    rows = trips(trip(2, stages=1, posted=5), trip(1, stages=2))
    found = standing_of(rows, LOOKOUT, minutes(5.5))
    assert (found.late, found.hangs_at) == (True, "clock_started")


def test_none_at_all_is_late_when_the_next_one_ought_to_have_come_back() -> None:
    assert not standing_of((), LOOKOUT, minutes(7)).late
    found = standing_of((), LOOKOUT, minutes(7.1))
    assert (found.late, found.hangs_at, found.last_back_at) == (True, "registered", None)


def test_intake_that_posts_no_more_is_late_though_the_last_one_came_back() -> None:
    found = standing_of(trips(trip(1)), LOOKOUT, minutes(7.1))
    assert (found.late, found.hangs_at) == (True, "registered")
    assert found.seconds_since_back == pytest.approx(366)


def test_nobody_is_late_before_reporting_itself_has_looked_that_long() -> None:
    """What was under way when everything stopped is no alarm when everything starts."""
    restarted = Lookout(minutes(60), EVERY, 1.0)
    rows = trips(trip(1, stages=2))
    assert not standing_of(rows, restarted, minutes(62)).late
    assert standing_of(rows, restarted, minutes(62.1)).late


def test_a_clock_that_runs_ahead_makes_nothing_late_that_is_not() -> None:
    sped_up = Lookout(MORNING, 60 * EVERY, 60.0)
    rows = trips(trip(1, stages=1))
    assert not standing_of(rows, sped_up, minutes(120)).late
    found = standing_of(rows, sped_up, minutes(121))
    assert (found.late, found.every_seconds) == (True, 300)
    assert found.stages[0].seconds_since == pytest.approx(121)


def test_where_there_are_no_canaries_none_is_late() -> None:
    found = standing_of((), Lookout(MORNING, None, 1.0), minutes(1000))
    assert (found.late, found.every_seconds) == (False, None)
