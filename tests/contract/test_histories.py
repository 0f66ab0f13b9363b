"""What older code wrote is read by today's: fault test 43.

Histories are captured by `python -m tests.contract.capture_history`.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import msgspec
import pytest

from shared.codec import REGISTRY, UnreadableEventError, decode, encode
from shared.contracts import intake
from shared.messaging.headers import read_record
from shared.messaging.topics import PUBLISHERS
from shared.testing.jumbled_carrier import JumbledCarrier
from tests.contract.captured import FILES, History, in_order, published, read, restored
from tests.contract.facts import facts_hash
from tests.contract.restoring import UnfoldedError, disks_of, owner_of
from tests.whole.product import running
from tests.whole.seen import what_is_seen

HISTORIES = {path.stem: read(path) for path in FILES}
NOT_CAPTURED = {
    (
        "dispatch",
        "delay-heard.v1",
    ): "only where sla is heard before intake",
    **{
        (
            publisher,
            "checkpoint-signed.v1",
        ): "signed by no command: evidence/ holds some"
        for publisher in PUBLISHERS
    },
}
"""Events that no captured run holds, and why."""


class LostError(AssertionError):
    """What a history holds can't be read, or not as it was written."""


def check_readable(history: History) -> None:
    """Every event decodes, and the newest version of each encodes to the same bytes."""
    for publisher, name, record in history.named():
        try:
            event = decode(publisher, name, record.value or b"")
        except UnreadableEventError as error:
            raise LostError(f"{publisher}: {name}") from error
        if event is None:
            raise LostError(f"{publisher}: nobody knows {name}")
        if encode(event) != record.value:
            raise LostError(f"{publisher}: {name} is written differently")


def check_folds(history: History) -> None:
    """Every stream folds in its decider, and each event that a decider owns changes it."""
    streams: dict[tuple[str, str], Any] = {}
    for publisher, name, record in history.named():
        event = decode(publisher, name, record.value or b"")
        if event is None:
            raise LostError(f"{publisher}: nobody knows {name}")
        owner = owner_of(publisher, event)
        if owner is not None:
            key = (publisher, str(record.key))
            streams[key] = owner[0].evolve(streams.get(key, owner[0].initial), event)
    assert streams


each = pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)


@each
def test_every_event_is_read_and_written_as_it_was(history: History) -> None:
    check_readable(history)


@each
def test_every_stream_folds_in_its_decider(history: History) -> None:
    check_folds(history)


@each
def test_the_relay_would_publish_the_same_records(history: History) -> None:
    for publisher, records in history.logs.items():
        again = published(publisher, restored(publisher, records))
        assert in_order(again) == in_order(records)


@each
def test_slas_facts_are_the_same_in_any_order(history: History) -> None:
    assert {facts_hash(history, seed) for seed in range(5)} == {history.seen["facts"]}


@each
@pytest.mark.parametrize("carrier", ["in order", "jumbled"])
async def test_services_that_hear_it_anew_say_nothing_new_and_show_the_same(
    history: History, carrier: str, tmp_path: Path
) -> None:
    """Whoever decided already decides nothing; nothing is parked; reporting has all of it."""
    disks = disks_of(history)
    with _carrying(jumbled=carrier == "jumbled"):
        async with running(tmp_path, history.until, disks) as product:
            said = {name: len(disks[name].log) for name in history.logs}
            assert said == {name: len(records) for name, records in history.logs.items()}
            assert await product.parked() == []
            tickets = history.subjects("intake", "ticket-registered.v1")
            assert await what_is_seen(product, tickets) == history.seen["tickets"]
            for ticket_id in tickets:
                items = await product.get(f"/reporting/v1/tickets/{ticket_id}/history")
                assert {one["event_id"] for one in items["items"]} >= _events_of(history, ticket_id)


def _carrying(*, jumbled: bool) -> Any:  # noqa: ANN401 - a patch, or none
    carrier = (lambda: JumbledCarrier(1)) if jumbled else JumbledCarrier.__mro__[1]
    return patch("shared.carrier.EmbeddedCarrier", carrier)


def _events_of(history: History, ticket_id: str) -> set[str]:
    return {
        str(read_record(record, publisher).event_id)
        for publisher, _, record in history.named()
        if record.key == ticket_id.encode()
    }


def test_some_history_holds_every_type_of_event() -> None:
    held = {(who, name) for one in HISTORIES.values() for who, name, _ in one.named()}
    known = {(who, name) for who, events in REGISTRY.items() for name in events}
    assert known - held == set(NOT_CAPTURED), "capture one that does, or say here why none can"


def _with_values(history: History, old: bytes, new: bytes) -> History:
    logs = {
        publisher: [
            msgspec.structs.replace(one, value=(one.value or b"").replace(old, new))
            for one in records
        ]
        for publisher, records in history.logs.items()
    }
    return replace(history, logs=logs)


@pytest.mark.parametrize("field", [b'"answered_by":', b'"department":', b'"due_at":', b'"score":'])
def test_a_field_that_has_another_name_is_noticed(field: bytes) -> None:
    """As if the code had renamed it since: what is stored has a name that the code lacks."""
    newest = list(HISTORIES.values())[-1]
    with pytest.raises(LostError):
        check_readable(_with_values(newest, field, field.replace(b'":', b'_once":')))


@pytest.mark.parametrize("name", ["ticket-supplemented.v1", "knowledge-published.v1"])
def test_a_type_that_is_gone_is_noticed(name: str) -> None:
    newest = list(HISTORIES.values())[-1]
    others = {one: kind for one, kind in intake.EVENTS.items() if one != name}
    with patch.dict(intake.EVENTS, others, clear=True), pytest.raises(LostError, match=name):
        check_readable(newest)


def test_an_event_that_nobody_folds_is_noticed() -> None:
    newest = list(HISTORIES.values())[-1]
    with patch.dict("tests.contract.restoring.DECIDERS", {"sla": ()}), pytest.raises(UnfoldedError):
        check_folds(newest)


def test_a_fact_that_is_lost_changes_the_hash() -> None:
    newest = list(HISTORIES.values())[-1]
    less = {**newest.logs, "dispatch": newest.logs["dispatch"][1:]}
    assert facts_hash(replace(newest, logs=less), 0) != newest.seen["facts"]
