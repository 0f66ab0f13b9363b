"""Logs of a run, kept in a file: what was published, in the order of each service's log."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import msgspec

from shared.codec import Metadata, pack
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Record
from shared.messaging.headers import read_record, to_records
from shared.messaging.topics import PARTITIONS, partition_of
from shared.testing.memory_store import Disk

FOLDER = Path(__file__).with_name("histories")
Line = dict[str, object]
FILES = sorted(FOLDER.glob("*.jsonl"))


@dataclass(frozen=True)
class History:
    """What each service published, up to a moment, and what everybody saw then (`seen`)."""

    until: datetime
    logs: Mapping[str, Sequence[Record]]
    seen: Mapping[str, object]

    def named(self) -> Iterator[tuple[str, str, Record]]:
        """Publisher, name and record of every event."""
        for publisher, records in self.logs.items():
            for record in records:
                yield publisher, read_record(record, publisher).name, record

    def subjects(self, publisher: str, name: str) -> list[str]:
        """The ids of what such an event was said of."""
        found = self.named()
        return [text(one.key) for who, what, one in found if (who, what) == (publisher, name)]


def text(data: bytes | None) -> str:
    return (data or b"").decode()


def published(service: str, disk: Disk) -> list[Record]:
    """The log as its relay publishes it."""
    return to_records(service, disk.epoch, disk.log, dict.fromkeys(range(PARTITIONS), 0))


def write(history: History, path: Path) -> None:
    """One line an event, after what all of a publisher's have in common; what was seen beside."""
    common = {one: _common(records) for one, records in history.logs.items()}
    lines: list[Line] = [{"until": history.until.isoformat(), "common": common}]
    for publisher, records in history.logs.items():
        for record in records:
            own = _headers(record).items() - common[publisher].items()
            headers = {
                name: value for name, value in _headers(record).items() if (name, value) in own
            }
            lines.append({"publisher": publisher, "headers": headers, "value": text(record.value)})
    compact = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in lines)
    path.write_text("\n".join(compact) + "\n", encoding="utf-8")
    seen = json.dumps(history.seen, ensure_ascii=False, indent=1, sort_keys=True)
    path.with_suffix(".json").write_text(seen + "\n", encoding="utf-8")


def _headers(record: Record) -> dict[str, str]:
    return {name: text(value) for name, value in record.headers}


def _common(records: Sequence[Record]) -> dict[str, str]:
    same = set.intersection(*(set(_headers(record).items()) for record in records))
    return dict(sorted(same))


def read(path: Path) -> History:
    first, *lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    logs: dict[str, list[Record]] = {}
    for one in lines:
        headers = {**first["common"][one["publisher"]], **one["headers"]}
        subject = headers["ce_subject"]
        logs.setdefault(one["publisher"], []).append(
            Record(
                key=subject.encode(),
                headers=tuple((name, value.encode()) for name, value in headers.items()),
                value=one["value"].encode(),
                partition=partition_of(UUID(subject)),
            )
        )
    seen = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return History(datetime.fromisoformat(first["until"]), logs, seen)


def in_order(records: Sequence[Record]) -> list[Record]:
    """The same, their headers in one order: a file keeps none."""
    return [msgspec.structs.replace(one, headers=tuple(sorted(one.headers))) for one in records]


def restored(publisher: str, records: Sequence[Record]) -> Disk:
    """A store that holds this log and nothing else."""
    disk = Disk()
    for record in records:
        arrival = read_record(record, publisher)
        disk.epoch = arrival.epoch
        metadata = Metadata(
            event_id=arrival.event_id,
            recorded_at=arrival.recorded_at,
            actor=arrival.actor,
            correlation_id=arrival.correlation_id,
            causation_id=arrival.causation_id,
            traceparent=arrival.traceparent,
        )
        state = pack(metadata, record.value or b"")
        event = StoredEvent(arrival.subject, arrival.sequence, arrival.name, state)
        disk.log.append(LoggedEvent(arrival.position, event))
        disk.streams.setdefault(arrival.subject, []).append(event)
    return disk
