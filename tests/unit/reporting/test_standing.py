"""Lag is what is known of it: a service that is silent is unknown, never 0 behind."""

from dataclasses import dataclass, field

import msgspec

from services.reporting.models import ConsumerStanding, Standing, TopicConsumer
from services.reporting.peers import Silence
from services.reporting.standing import LaneRecords, Unread, marks_of, standing
from shared.http.consumers import LaneView, LettersDepth, Outbox, PartitionEnd, Reading
from shared.messaging.topics import PARTITIONS
from shared.settings import SERVICES
from tests.unit.reporting.examples import minute

PUBLISHED = Outbox(
    end=40,
    published=40,
    partitions=tuple(
        PartitionEnd(partition=number, end=40 * (number == 3), count=10 * (number == 3))
        for number in range(PARTITIONS)
    ),
)
"""Only partition 3 of intake's topic ever saw a record."""
KNOWN = LaneRecords(
    position=40,
    ordinal=10,
    unread={
        0: Unread(0, minute(1)),
        36: Unread(8, minute(9)),
        40: Unread(10, None),
    },
)


@dataclass
class Desk:
    """Five services that all have read everything, unless told otherwise."""

    readings: dict[str, Reading | Silence] = field(
        default_factory=lambda: {
            name: Reading(
                service=name,
                instance=f"{name}:1",
                hears=tuple(one for one in SERVICES[:4] if one != name),
                items=(),
                outbox=Outbox(end=0, published=0) if name != "reporting" else None,
                dead_letters=LettersDepth(),
            )
            for name in SERVICES
        }
    )

    def __post_init__(self) -> None:
        self.change("intake", outbox=PUBLISHED)
        for name in SERVICES[1:]:
            self.read(name, 40)

    def change(self, service: str, **changes: object) -> None:
        reading = self.readings[service]
        assert isinstance(reading, Reading)
        self.readings[service] = msgspec.structs.replace(reading, **changes)

    def read(self, service: str, mark: int, alarm: str | None = None) -> None:
        lane = LaneView(publisher="intake", partition=3, mark=mark, alarm=alarm, instance="a:1")
        self.change(service, items=(lane,))

    def look(self, known: LaneRecords = KNOWN) -> Standing:
        return standing(self.readings, {"intake/3": known}, minute(10))

    def of(self, service: str, known: LaneRecords = KNOWN) -> ConsumerStanding:
        partition = self.look(known).topics[0].partitions[3]
        return next(one for one in partition.consumers if one.service == service)

    def summary(self, service: str) -> TopicConsumer:
        return next(one for one in self.look().topics[0].consumers if one.service == service)


def test_who_read_to_the_end_has_no_lag() -> None:
    found = Desk().of("sla")
    assert (found.state, found.lag, found.oldest_unread_seconds) == ("current", 0, 0.0)


def test_lag_counts_records_and_not_positions() -> None:
    desk = Desk()
    desk.read("sla", 36)
    found = desk.of("sla")
    assert (found.state, found.position, found.lag) == ("behind", 36, 2)
    assert found.oldest_unread_seconds == 60.0


def test_who_never_stored_a_mark_of_a_partition_has_all_of_it_to_read() -> None:
    desk = Desk()
    desk.change("sla", items=(LaneView(publisher="intake", partition=4, mark=0),))
    assert (desk.of("sla").lag, desk.of("sla").oldest_unread_seconds) == (10, 540.0)


def test_who_does_not_say_how_far_it_read_a_topic_is_unknown() -> None:
    desk = Desk()
    desk.change("sla", items=())
    assert (desk.of("sla").state, desk.of("sla").lag) == ("unknown", None)


def test_a_service_that_does_not_answer_is_unknown_and_not_current() -> None:
    desk = Desk()
    desk.readings["sla"] = Silence("sla", "unreachable")
    found = desk.of("sla")
    assert (found.state, found.position, found.lag) == ("unknown", None, None)
    assert desk.summary("sla").lag is None
    service = next(one for one in desk.look().services if one.service == "sla")
    assert (service.reachable, service.reason) == (False, "unreachable")


def test_without_the_publisher_nobodys_lag_is_known() -> None:
    desk = Desk()
    desk.readings["intake"] = Silence("intake", "unreachable")
    topic = desk.look().topics[0]
    assert (topic.end, topic.published, topic.oldest_unpublished_seconds) == (None, None, None)
    assert {one.lag for one in topic.consumers} == {None}
    assert {one.state for one in topic.consumers} == {"unknown"}


def test_an_alarm_says_stopped_whatever_the_lag() -> None:
    desk = Desk()
    desk.read("dispatch", 36, "record missing")
    assert desk.of("dispatch").state == "stopped"
    summary = desk.summary("dispatch")
    assert (summary.state, summary.alarms, summary.lag) == ("stopped", ["record missing"], 2)


def test_when_reporting_itself_is_behind_ages_are_unknown_and_its_own_lag_is_not() -> None:
    desk = Desk()
    desk.read("reporting", 36)
    behind = LaneRecords(36, 8, {36: Unread(8, None)})
    found = desk.of("reporting", behind)
    assert (found.lag, found.oldest_unread_seconds) == (2, None)
    desk.read("sla", 38)
    assert (desk.of("sla", behind).lag, desk.of("sla", behind).state) == (None, "unknown")


def test_what_reporting_read_already_counts_before_the_publisher_says_so() -> None:
    desk = Desk()
    known = LaneRecords(44, 11, {40: Unread(10, minute(9))})
    assert (desk.of("sla", known).lag, desk.of("sla", known).oldest_unread_seconds) == (1, 60.0)


def test_a_publisher_does_not_read_itself() -> None:
    topic = Desk().look().topics[0]
    assert [one.service for one in topic.consumers] == ["dispatch", "sla", "revisit", "reporting"]


def test_the_outbox_says_how_long_its_oldest_waits() -> None:
    desk = Desk()
    waiting = Outbox(end=41, published=40, oldest_unpublished_at=minute(8))
    desk.change("intake", outbox=waiting)
    assert desk.look().topics[0].oldest_unpublished_seconds == 120.0


def test_every_mark_that_somebody_has_is_looked_up() -> None:
    desk = Desk()
    desk.read("sla", 36)
    desk.change("revisit", items=(LaneView(publisher="intake", partition=4, mark=0),))
    assert marks_of(desk.readings)["intake/3"] == {0, 36, 40}


def test_what_another_instance_may_have_read_is_unknown() -> None:
    """Sla stores no marks: only the instance that reads a partition knows how far."""
    desk = Desk()
    lane = LaneView(publisher="intake", partition=4, mark=0, instance="sla:1")
    desk.change("sla", items=(lane,))
    assert (desk.of("sla").state, desk.of("sla").lag) == ("behind", 10)
    desk.change("sla", whole=False)
    assert (desk.of("sla").state, desk.of("sla").lag) == ("unknown", None)
    assert desk.summary("sla").lag is None
