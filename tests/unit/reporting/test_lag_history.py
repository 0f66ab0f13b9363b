"""The last hour of a topic: rates between two looks, gaps that are gaps, an hour and no more."""

from datetime import datetime, timedelta

from services.reporting.console.lines import HEIGHT, IN, WIDTH, lag_chart, rate_chart
from services.reporting.lag_history import GAP, KEPT, LagHistory, TopicHistory
from services.reporting.models import PartitionStanding, Standing, TopicConsumer, TopicStanding
from tests.unit.reporting.examples import minute

START = minute(0)
SECOND = timedelta(seconds=1)


class Hour:
    """Somebody who looks at how sla and revisit read intake's topic."""

    def __init__(self) -> None:
        self.kept = LagHistory()
        self.now = START

    def look(self, seconds: float, count: int | None, sla: int | None, revisit: int = 0) -> None:
        self.now = START + seconds * SECOND
        self.kept.keep(standing(self.now, count, {"sla": sla, "revisit": revisit}))

    @property
    def found(self) -> TopicHistory:
        return self.kept.of("intake", "complaints.intake", self.now)


def standing(at: datetime, count: int | None, lags: dict[str, int | None]) -> Standing:
    consumers = [
        TopicConsumer(
            service=service,
            state="current",
            lag=lag,
            oldest_unread_seconds=None,
            alarms=[],
            last_handled_at=None,
        )
        for service, lag in lags.items()
    ]
    parts = [PartitionStanding(partition=0, end=1, count=count, consumers=[])]
    topic = TopicStanding(
        topic="complaints.intake",
        publisher="intake",
        end=1,
        published=1,
        oldest_unpublished_seconds=0.0,
        consumers=consumers,
        partitions=parts,
    )
    return Standing(as_of=at, services=[], topics=[topic])


def test_rates_are_those_between_two_looks() -> None:
    hour = Hour()
    hour.look(0, count=100, sla=0)
    hour.look(10, count=150, sla=20)
    first, second = hour.found.points
    assert (first.rate_in, first.readers["sla"].rate_out) == (None, None)
    assert (second.rate_in, second.readers["sla"].rate_out) == (5.0, 3.0)
    assert (second.readers["sla"].lag, second.readers["revisit"].rate_out) == (20, 5.0)


def test_looks_close_together_are_one_look() -> None:
    hour = Hour()
    for seconds in range(10):
        hour.look(seconds, count=100, sla=0)
    assert len(hour.found.points) == 1


def test_what_is_not_known_is_no_zero() -> None:
    hour = Hour()
    hour.look(0, count=100, sla=0)
    hour.look(10, count=None, sla=None)
    [_, point] = hour.found.points
    assert (point.rate_in, point.readers["sla"].lag, point.readers["sla"].rate_out) == (None,) * 3


def test_a_time_that_nobody_watched_has_no_rate() -> None:
    hour = Hour()
    hour.look(0, count=100, sla=0)
    hour.look(GAP.total_seconds() + 1, count=900, sla=0)
    assert [one.rate_in for one in hour.found.points] == [None, None]


def test_an_hour_is_kept_and_no_more() -> None:
    hour = Hour()
    for step in range(400):
        hour.look(10 * step, count=step, sla=0)
    points = hour.found.points
    assert len(points) == KEPT.total_seconds() / 10 + 1
    assert points[0].at == hour.now - KEPT
    nobody = hour.kept.of("sla", "complaints.sla", hour.now)
    assert nobody.points == []


def test_lines_share_a_scale_and_break_where_nothing_is_known() -> None:
    hour = Hour()
    hour.look(0, count=0, sla=0)
    hour.look(10, count=100, sla=50)
    hour.look(200, count=100, sla=25)
    hour.look(210, count=100, sla=None)
    chart = lag_chart(hour.found, ["sla", "revisit"])
    assert chart.most == 50
    sla, revisit = chart.lines
    assert (len(sla.pieces), sla.newest) == (2, None)
    assert sla.pieces[0].split()[-1].endswith(",0.0")
    assert sla.pieces[0].split()[0].endswith(f",{float(HEIGHT)}")
    assert revisit.pieces[-1].split()[-1] == f"{float(WIDTH)},{float(HEIGHT)}"
    rates = rate_chart(hour.found, ["sla"])
    assert [one.name for one in rates.lines] == [IN, "sla"]
    assert rates.most == 10.0


def test_one_look_alone_is_seen() -> None:
    hour = Hour()
    hour.look(0, count=10, sla=5)
    [piece] = lag_chart(hour.found, ["sla"]).lines[0].pieces
    assert len(piece.split()) == 2
