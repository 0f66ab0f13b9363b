"""What is the matter with the topics, in sentences: who, since when, and what to do."""

from collections.abc import Iterator

from services.reporting.canary_models import CanaryStanding
from services.reporting.console.findings import Finding, Level, worst_first
from services.reporting.console.rendering import WallClock
from services.reporting.console.texts import Texts
from services.reporting.console.timer_findings import canary_findings
from services.reporting.console.times import seconds_or_span
from services.reporting.models import (
    ServiceStanding,
    Standing,
    TopicConsumer,
    TopicStanding,
)

UNPUBLISHED = 60.0
"""Seconds that an event may wait for its publication before somebody ought to look."""
LETTERS = "#letters"


def topic_findings(
    found: Standing, canary: CanaryStanding | None, texts: Texts, when: WallClock, pace: float
) -> list[Finding]:
    """The worst first; one that says that all is well where there is nothing else to say.

    `pace` is the settings': a demonstration's hours are less than a second.
    """
    late = UNPUBLISHED * pace
    silent = {one.service for one in found.services if not one.reachable}
    said = [
        *canary_findings(canary, texts.language),
        *(one for service in found.services for one in _of_service(service, texts)),
        *(one for topic in found.topics for one in _unpublished(topic, late, texts)),
        *(one for topic in found.topics for one in _of_topic(topic, silent, texts, when)),
    ]
    return worst_first(said) or [Finding("good", "topics.well")]


def _of_service(service: ServiceStanding, texts: Texts) -> Iterator[Finding]:
    values: dict[str, object]
    if not service.reachable:
        values = {"service": texts.named("services", service.service)}
        yield Finding("bad", f"topics.silent.{service.reason}", values)
    signing = service.signing
    if signing and signing.late:
        values = {
            "service": texts.named("services", service.service),
            "span": seconds_or_span(signing.waits_seconds),
        }
        key = "topics.cut" if signing.cut else "topics.unsigned"
        yield Finding("bad", key, values, "/reporting/console/audit")
    letters = service.dead_letters
    if letters and letters.letters:
        values = {
            "service": texts.named("services", service.service),
            "letters": f"{letters.letters}{'+' if letters.more else ''}",
            "subjects": letters.subjects,
        }
        yield Finding("warn", "topics.parked", values, LETTERS)


def _unpublished(topic: TopicStanding, late: float, texts: Texts) -> Iterator[Finding]:
    waiting = topic.oldest_unpublished_seconds
    if waiting is not None and waiting > late:
        values: dict[str, object] = {
            "service": texts.named("services", topic.publisher),
            "span": seconds_or_span(waiting),
        }
        yield Finding("bad", "topics.unpublished", values)


def _of_topic(
    topic: TopicStanding, silent: set[str], texts: Texts, when: WallClock
) -> Iterator[Finding]:
    for one in topic.consumers:
        if one.verdict != "OK" and one.service not in silent and topic.publisher not in silent:
            yield _of_consumer(topic, one, texts, when)


def _of_consumer(
    topic: TopicStanding, one: TopicConsumer, texts: Texts, when: WallClock
) -> Finding:
    values: dict[str, object] = {
        "service": texts.named("services", one.service),
        "topic": topic.topic,
        "reason": texts(f"reasons.{one.reason}"),
        "partitions": one.partitions_affected,
        "since": when.text(one.since) if one.since else "?",
        "todo": texts(f"todo.{one.reason}"),
    }
    level: Level = "bad" if one.verdict == "ERR" else "warn"
    return Finding(level, "topics.consumer", values, f"?topic={topic.publisher}#partitions")
