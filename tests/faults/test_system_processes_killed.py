"""One of five processes is killed, or the broker: each ticket arrives everywhere, once."""

import random
from collections.abc import Iterator, Sequence
from functools import partial
from operator import itemgetter

import pytest

from deploy.kafka.local_kafka import LocalKafka
from shared.messaging.headers import read_record
from shared.messaging.lane import MISSING
from shared.messaging.topics import PUBLISHERS, partition_of
from tests.e2e.system import SERVICES, System
from tests.eventually import eventually
from tests.faults.api_launch import launcher
from tests.faults.clerks import CLOSED, carrying
from tests.faults.histories import OVERDUE, REST_TIME, breaches, log_of, lost
from tests.faults.ledger import Ledger, check
from tests.faults.load import patient, posting
from tests.faults.messaging.rig import read_topic
from tests.faults.systems import in_five_processes, restart, wait_for_crash
from tests.faults.watcher import Watcher
from tests.resources.postgres import fresh_database
from tests.until import until

TICKETS = 60
PROMISED = 1000
VICTIMS = (*SERVICES, "broker")
LONG_ONLY = ("intake", "sla", "revisit", "reporting")
"""Intake is killed in test_api_killed.py too, sla below; the other two only hear."""
EACH_VICTIM = [
    pytest.param(victim, marks=pytest.mark.faults) if victim in LONG_ONLY else victim
    for victim in VICTIMS
]
SEED = 20261122
PARTITION = itemgetter(0)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def five(
    tmp_path_factory: pytest.TempPathFactory, broker: LocalKafka, postgres: str
) -> Iterator[System]:
    """One for all: each test has tickets of its own."""
    folder = tmp_path_factory.mktemp("five")
    with (
        fresh_database(postgres) as database,
        in_five_processes(folder, broker, database) as system,
    ):
        yield system


def kill(system: System, broker: LocalKafka, victim: str) -> None:
    """And start it again."""
    if victim == "broker":
        broker.kill()
        broker.start()
    else:
        restart(system.programs[victim])


@pytest.mark.parametrize("victim", EACH_VICTIM)
def test_each_ticket_arrives_everywhere_once(five: System, broker: LocalKafka, victim: str) -> None:
    ledger = Ledger()

    with posting(five, ledger, tickets=TICKETS) as load:
        load.wait_for(TICKETS // 3)
        kill(five, broker, victim)

    assert len(ledger.stored) == TICKETS
    check(breaches(five, ledger))


def test_each_step_to_the_end_is_taken_once(five: System) -> None:
    ledger = Ledger()
    with posting(five, ledger, tickets=8):
        pass

    with carrying(five, ledger.tickets) as wait_for:
        wait_for(2)
        restart(five.programs["dispatch"])
        wait_for(4)
        restart(five.programs["revisit"])

    check(breaches(five, ledger, CLOSED))


def test_each_escalation_is_raised_once(five: System) -> None:
    ledger = Ledger.of_overdue()
    sla = five.programs["sla"]

    with posting(five, ledger, tickets=6):
        pass
    restart(sla, launcher("after-effect@7"))
    with posting(five, ledger, tickets=14):  # at least as many effects, whatever was done before
        wait_for_crash(sla)
    restart(sla)

    check(breaches(five, ledger, OVERDUE))


async def test_the_topics_hold_the_logs_in_their_order(five: System, broker: LocalKafka) -> None:
    """Whatever the tests before this one killed."""
    ledger = Ledger()
    with posting(five, ledger, tickets=TICKETS // 2) as load:
        load.wait_for(10)
        kill(five, broker, "intake")
    check(breaches(five, ledger))

    async def holds_its_log(service: str) -> bool:
        topic = await read_topic(broker.bootstrap, service)
        arrivals = [(one.partition, str(read_record(one, service).event_id)) for one in topic]
        log = [(partition_of(one.stream), one.event_id) for one in log_of(five, service)]
        return sorted(dict.fromkeys(arrivals), key=PARTITION) == sorted(log, key=PARTITION)

    for service in PUBLISHERS:  # each may just be signing for its log
        await until(partial(holds_its_log, service), f"{service}'s topic is its log", every=0.5)


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_a_thousand_tickets_arrive_though_each_is_killed_in_its_turn(
    five: System, broker: LocalKafka
) -> None:
    ledger = Ledger()
    victims = random.Random(SEED).sample(VICTIMS, len(VICTIMS))  # noqa: S311 - the same each time

    with posting(five, ledger, tickets=PROMISED) as load:
        for victim in victims:
            load.wait_for(PROMISED // (len(VICTIMS) + 1))
            kill(five, broker, victim)

    assert len(ledger.stored) == PROMISED
    check(breaches(five, ledger, seconds=300.0))


@pytest.mark.faults
def test_an_effect_that_dispatch_lost_is_missed(five: System) -> None:
    ledger, dispatch = Ledger(), five.programs["dispatch"]

    with posting(five, ledger, tickets=50):
        restart(dispatch, launcher("behind-mark@10"))
        wait_for_crash(dispatch)
        restart(dispatch)

    check(lost(five, ledger), "I4")


def test_what_intake_lost_on_its_way_is_missed(five: System) -> None:
    """Seeded here, after all others: who reads intake's topic waits for it for ever."""
    intake = five.programs["intake"]

    with posting(five, Ledger(), clients=1), patient(five) as client:
        restart(intake, launcher("before-publish@2", "place-first"))
        wait_for_crash(intake)
        restart(intake)
        eventually(lambda: is_missed(Watcher(client).unread()), "it is missed", REST_TIME)


def is_missed(unread: Sequence[str]) -> bool:
    """By whoever got the record that came after it."""
    return any(one.startswith("I10") and MISSING in one for one in unread)
