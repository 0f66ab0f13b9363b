"""Two instances of sla, one frozen while a deadline passes: whoever wakes raises nothing again."""

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import httpx
import pytest

from deploy.kafka.local_kafka import LocalKafka, free_port
from shared.command_handler import stamp
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Cause, Record
from shared.messaging.kafka import ensure_topic
from shared.messaging.topics import PARTITIONS
from tests.contract.carriers import KafkaPost
from tests.e2e.system import HUIYIN, Program, System, prepared
from tests.eventually import eventually
from tests.faults.api_launch import launcher
from tests.faults.histories import Logged, log_of
from tests.faults.systems import clear
from tests.plain_http import PLAIN
from tests.unit.shared.messaging.records import to_record
from tests.unit.sla import examples as ex
from tests.unit.sla import world

TICKETS = [uuid5(ex.IDS, f"ticket {number}") for number in range(24)]
HEARD = ("intake", "dispatch", "revisit")
WARNING = timedelta(minutes=24)
"""H-11, the ladder: after 80 % of half an hour."""
SOON = timedelta(seconds=30)
"""By then all clocks must be started and one instance frozen: three seconds on an idle machine."""
CLOCKS = 3
"""Of each ticket: its answer, its dispatching, and the word of how it is handled."""

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@dataclass
class Two:
    """Both, over one store and one broker, and a key to ask them with."""

    system: System
    first: Program
    second: Program

    def lanes(self, program: Program) -> int:
        """How many partitions it reads now, over all topics."""
        headers = {"Authorization": f"Bearer {self.system.key}"}
        url = f"{program.url}/sla/v1/consumers"
        answer = httpx.get(url, headers=headers, timeout=10, verify=PLAIN)
        return len(answer.json()["items"])

    def share(self) -> bool:
        half = PARTITIONS * len(HEARD) // 2
        return [self.lanes(self.first), self.lanes(self.second)] == [half, half]

    def said(self) -> list[Logged]:
        """All that sla said, in the log's order."""
        return log_of(self.system, "sla")

    def raised(self) -> list[Mapping[str, Any]]:
        return [event.data for event in self.said() if event.name == "escalation-raised"]

    def tickets_raised(self) -> set[str]:
        return {event["ticket_id"] for event in self.raised()}


@pytest.fixture(params=["any-version", None])
def two(
    request: pytest.FixtureRequest, tmp_path: Path, broker: LocalKafka, database: str
) -> Iterator[Two]:
    """Started, sharing the partitions; with the bug that is named."""
    clear(broker)
    for service in HEARD:
        asyncio.run(ensure_topic(broker.bootstrap, service))
    command = launcher(request.param) if request.param else (HUIYIN,)
    system = prepared(tmp_path, broker.bootstrap, database, sla=command)
    first, port = system.programs["sla"], str(free_port())
    second = replace(
        first,
        name="second sla",
        environment={**first.environment, "HUIYIN_PORT": port},
        url=f"http://127.0.0.1:{port}",
        log=tmp_path / "second.log",
    )
    with ExitStack() as stack:
        for program in (first, second):
            program.start()
            stack.callback(program.kill)
            program.wait_ready()
        found = Two(system, first, second)
        eventually(found.share, "each reads half of the partitions", 60.0)
        yield found


def registrations(at: datetime) -> list[Record]:
    """As intake publishes them."""
    cause = Cause(actor="desk", correlation_id=ex.CORRELATION)
    previous = dict.fromkeys(range(PARTITIONS), 0)
    records = []
    for position, ticket_id in enumerate(TICKETS, 1):
        event = world.registered(at, ex.case(severity="simple"), ticket_id)
        name, state = stamp(event, cause, datetime.now(UTC))
        logged = LoggedEvent(position, StoredEvent(ticket_id, 1, name, state))
        record = to_record("intake", ex.IDS, logged, 0)
        records.append(to_record("intake", ex.IDS, logged, previous[record.partition]))
        previous[record.partition] = position
    return records


def test_one_frozen_across_a_deadline_and_another_raise_each_step_once(
    two: Two, broker: LocalKafka, request: pytest.FixtureRequest
) -> None:
    """The one that wakes still believes that the tickets are its own, and that they are due."""
    bug = request.node.callspec.params["two"]
    at = datetime.now(UTC) - WARNING + SOON
    asyncio.run(KafkaPost(broker.bootstrap).send("intake", registrations(at)))
    eventually(lambda: len(two.said()) >= CLOCKS * len(TICKETS), "all clocks are started", 60.0)
    assert two.raised() == []

    wanted = set(map(str, TICKETS))
    send(two.first, signal.SIGSTOP)
    eventually(lambda: two.tickets_raised() == wanted, "the other one raises all", 90.0)
    send(two.first, signal.SIGCONT)
    eventually(two.share, "they share the partitions again", 60.0)

    times = Counter(event["escalation_id"] for event in two.raised())
    twice = [escalation_id for escalation_id, count in times.items() if count > 1]
    assert bool(twice) == (bug is not None)
    assert len(times) == len(TICKETS)


def send(program: Program, number: signal.Signals) -> None:
    assert program.process is not None
    program.process.send_signal(number)
