"""What the last looks say: rates, trend, time to drain, and a verdict that is remembered."""

from datetime import timedelta

from services.reporting.burrow import WINDOW
from services.reporting.lag_watch import FORGOTTEN, LagWatch, skew_of, slowest
from services.reporting.models import ConsumerStanding, PartitionStanding, TopicConsumer
from services.reporting.standing import standing
from tests.unit.reporting.examples import minute
from tests.unit.reporting.test_standing import KNOWN, Desk


class Looks:
    """Somebody who looks at how sla reads partition 3 of intake's topic."""

    def __init__(self) -> None:
        self.watch, self.now, self.desk = LagWatch(), minute(10), Desk()

    def look(self, mark: int, seconds: float = 5.0) -> ConsumerStanding:
        self.now += timedelta(seconds=seconds)
        self.desk.read("sla", mark)
        found = standing(self.desk.readings, {"intake/3": KNOWN}, self.now)
        self.topic = self.watch.judged(found, self.now).topics[0]
        return next(one for one in self.partition.consumers if one.service == "sla")

    @property
    def partition(self) -> PartitionStanding:
        return self.topic.partitions[3]

    @property
    def summary(self) -> TopicConsumer:
        return next(one for one in self.topic.consumers if one.service == "sla")


def test_one_look_knows_no_rate() -> None:
    looks = Looks()
    found = looks.look(36)
    assert (found.rate_out, found.trend, found.drain_seconds) == (None, None, None)
    assert (found.verdict, found.complete) == ("OK", 0.1)


def test_two_looks_tell_how_fast_and_how_long() -> None:
    looks = Looks()
    looks.look(0)
    found = looks.look(36)
    assert (found.lag, found.rate_out, looks.partition.rate_in) == (2, 1.6, 0.0)
    assert (found.trend, found.drain_seconds) == ("shrinking", 1.2)
    assert (looks.summary.rate_out, looks.summary.drain_seconds) == (1.6, 1.2)


def test_who_stands_still_is_stalled_since_when_it_was_seen() -> None:
    looks = Looks()
    verdicts = [looks.look(36).verdict for _ in range(WINDOW)]
    assert verdicts == ["OK"] * (WINDOW - 1) + ["STALLED"]
    seen = looks.now
    found = looks.look(36)
    assert (found.verdict, found.since) == ("STALLED", seen)
    assert (looks.summary.verdict, looks.summary.partitions_affected) == ("ERR", 1)
    assert found.trend == "steady"


def test_looks_close_together_are_one() -> None:
    looks = Looks()
    found = [looks.look(36, seconds=0.1) for _ in range(3 * WINDOW)][-1]
    assert (found.verdict, found.complete) == ("OK", 0.1)


def test_what_was_seen_long_ago_says_nothing_of_now() -> None:
    looks = Looks()
    for _ in range(WINDOW):
        looks.look(36)
    found = looks.look(36, seconds=FORGOTTEN.total_seconds() + 1)
    assert (found.verdict, found.complete) == ("OK", 0.1)


def test_who_reads_again_from_the_beginning_rewinds() -> None:
    looks = Looks()
    looks.look(36)
    assert looks.look(0).verdict == "REWIND"


def test_a_silent_service_is_unknown() -> None:
    looks = Looks()
    looks.look(36)
    looks.desk.change("sla", items=())
    found = standing(looks.desk.readings, {"intake/3": KNOWN}, looks.now)
    topic = looks.watch.judged(found, looks.now).topics[0]
    summary = next(one for one in topic.consumers if one.service == "sla")
    assert (summary.verdict, summary.rate_out) == ("UNKNOWN", None)


def test_a_topic_is_done_when_its_slowest_partition_is() -> None:
    assert slowest([1.0, 30.0, 0.0]) == 30.0
    assert slowest([1.0, None]) is None
    assert slowest([]) is None


def test_skew_is_the_worst_over_the_mean() -> None:
    assert skew_of([10, 10, 10]) == 1.0
    assert skew_of([30, 0, 0]) == 3.0
    assert skew_of([0, 0]) is None
    assert skew_of([3, None]) is None


def test_a_lag_in_one_partition_alone_is_said_to_be_skewed() -> None:
    looks = Looks()
    looks.look(36)
    assert looks.summary.skew == 12.0
