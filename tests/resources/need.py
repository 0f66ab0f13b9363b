"""What a test needs is found, or said: a skip names what to install, CI turns it into a failure."""

import os
from collections.abc import Callable, Iterable
from typing import Literal, NoReturn, TypeVar

import pytest

Resource = Literal["kafka", "postgres", "docker", "browser", "promtool"]
T = TypeVar("T")


class MissingError(Exception):
    """One way of finding a resource does not work here; the message says in a sentence why."""


def required() -> frozenset[str]:
    """Name the resources whose absence fails a test: HUIYIN_TEST_REQUIRE, separated by commas."""
    return frozenset(filter(None, os.environ.get("HUIYIN_TEST_REQUIRE", "").split(",")))


def refuse(resource: Resource, sentence: str) -> NoReturn:
    """Skip the test with this sentence, or fail it where the resource is required."""
    if resource in required():
        pytest.fail(f"HUIYIN_TEST_REQUIRE names {resource}: {sentence}", pytrace=False)
    pytest.skip(sentence)


def first(resource: Resource, ways: Iterable[Callable[[], T]]) -> T:
    """Return what the first way that works gives; where none does, refuse with all the reasons."""
    reasons = []
    for way in ways:
        try:
            return way()
        except MissingError as reason:
            reasons.append(str(reason))
    refuse(resource, f"no {resource}: {'; or '.join(reasons)}")
