"""A service in a process of its own, made to be killed: one that publishes, or one that hears.

It says how it stands in a file, which whoever started it reads. SIGUSR1 ends the writing of one
that publishes, and has one that hears redrive what is parked; SIGUSR2 mends the handler of the
failing tickets.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from shared.clock import SystemClock
from shared.eventsourcing_store import open_backend, postgres_leader
from shared.group_commit import EventStore
from shared.logging import configure_logging
from shared.messaging import relay
from shared.messaging.kafka import KafkaFeed, KafkaPublisher, feed, publisher
from shared.messaging.letters import LETTERS
from shared.messaging.relay import PLACES, Relay
from shared.messaging.topics import PARTITIONS
from tests.contract.desks import Desk, Reader, ticket

TABLES = (PLACES, LETTERS)
SAY_TIME = 0.05
MAX_LETTERS = 500
feed.FLUSH_TIME = 0.2
feed.SESSION_TIME = 3.0
publisher.PUBLISH_TIME = 3.0
relay.LEAD_TIME = 0.5
postgres_leader.SILENCE_SECONDS = 3
"""Marks are stored, a killed member's partitions are free, a publishing that hangs is given up, and
a frozen relay loses its lead sooner than in the product."""


def say(options: argparse.Namespace, **standing: object) -> None:
    """Replace the file at once, so that nobody reads half of it."""
    fresh = options.status.with_suffix(".new")
    fresh.write_text(json.dumps(standing))
    fresh.replace(options.status)


async def publish(options: argparse.Namespace, store: EventStore) -> None:
    """Relay the log, and write to it until told, or until it holds as many events as wanted."""
    relaying = Relay("intake", store, KafkaPublisher(options.kafka, "intake", store))
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    writing = asyncio.create_task(write(options, store, told))
    working: list[asyncio.Task[Any]] = [asyncio.create_task(relaying.run()), writing]
    while True:
        for task in working:
            if task.done():
                task.result()
        written = writing.result() if writing.done() else None
        say(options, written=written, published=relaying.published, end=await store.end())
        await asyncio.sleep(SAY_TIME)


async def write(options: argparse.Namespace, store: EventStore, told: asyncio.Event) -> int:
    """How many events there are when it has ended."""
    desk, number = Desk("intake", store), len(await store.read_log(0, options.events))
    while number < options.events and not told.is_set():
        await desk.write(ticket(number % options.tickets))
        await asyncio.sleep(options.pause)
        number += 1
    return number


async def hear(options: argparse.Namespace, store: EventStore) -> None:
    """Keep each event of intake as an effect."""
    reader = Reader(store, SystemClock(), {ticket(number) for number in options.failing})
    reading = KafkaFeed(options.kafka, options.group, reader, ("intake",))
    told = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, told.set)
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR2, reader.failing.clear)
    working = [asyncio.create_task(reading.run()), asyncio.create_task(redrive(reader, told))]
    while True:
        for task in working:
            if task.done():
                task.result()
        say(
            options,
            effects=await store.end(),
            letters=len(await reader.letters.page(None, MAX_LETTERS)),
            alarms=sorted(reader.alarms) + reading.obstacles(),
            flushed=reader.flushed,
            taken=reader.taken,
            read=sum(read_by(reading)),
        )
        await asyncio.sleep(SAY_TIME)


def read_by(reading: KafkaFeed) -> Iterator[int]:
    """Of each partition the offset up to which its records were taken."""
    for number in range(PARTITIONS):
        end, lag = reading.extent("intake", number), reading.lag("intake", number)
        if end is not None and lag is not None:
            yield end - lag


async def redrive(reader: Reader, told: asyncio.Event) -> None:
    while True:
        await told.wait()
        told.clear()
        for letter in await reader.letters.page(None, MAX_LETTERS):
            await reader.consumer.redrive(letter.subject)


def options_of(arguments: Sequence[str]) -> argparse.Namespace:
    """What the worker was told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=["publish", "hear"])
    parser.add_argument("--store", required=True)
    parser.add_argument("--kafka", required=True)
    parser.add_argument("--status", type=Path, required=True)
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--tickets", type=int, default=10)
    parser.add_argument("--pause", type=float, default=0.0)
    parser.add_argument("--group", default="dispatch")
    parser.add_argument("--failing", type=int, nargs="*", default=())
    return parser.parse_args(arguments)


async def run(options: argparse.Namespace) -> None:
    service = {"publish": "intake", "hear": "dispatch"}[options.role]
    store = EventStore(open_backend(options.store, service, TABLES))
    await {"publish": publish, "hear": hear}[options.role](options, store)


def main(arguments: Sequence[str]) -> None:
    """Work until killed."""
    configure_logging("INFO")
    asyncio.run(run(options_of(arguments)))


if __name__ == "__main__":
    main(sys.argv[1:])
