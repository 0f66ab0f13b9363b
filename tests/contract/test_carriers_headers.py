"""Our records, read by a library that knows CloudEvents and nothing of us."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from shared.messaging.envelope import Record
from tests.contract.carriers import Post, relaying
from tests.contract.desks import NOW, Reader, Shelf, ticket
from tests.until import until

SUBJECT = ticket(7)
OUR_EXTENSIONS = {"sequence", "position", "previous", "epoch", "correlationid", "actor"}


@dataclass
class Witness(Reader):
    """Keeps what it is handed over."""

    kept: list[Record] = field(default_factory=list)

    async def take(self, publisher: str, partition: int, records: Sequence[Record]) -> None:
        self.kept.extend(records)
        await super().take(publisher, partition, records)


async def test_an_outsider_reads_our_records_as_cloud_events(post: Post, shelf: Shelf) -> None:
    desk, witness = shelf.desk(), Witness(shelf.store())
    await desk.write(SUBJECT, 2)
    async with post.hear(witness, ["intake"]), relaying(post, desk):
        await until(lambda: len(witness.kept) >= 2, "the records came")
    record = witness.kept[0]
    assert record.value is not None

    message = KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value)
    event = from_binary(message, JSONFormat(), CloudEvent)

    assert event.get_specversion() == "1.0"
    assert event.get_id() == dict(record.headers)["ce_id"].decode()
    assert event.get_source() == "/huiyin/intake"
    assert event.get_type() == "huiyin.intake.personal-data-read.v1"
    assert event.get_subject() == str(SUBJECT)
    assert event.get_time() == NOW
    assert event.get_datacontenttype() == "application/json"
    assert event.get_extension("actor") == "客服一组"
    assert event.get_extension("partitionkey") == str(SUBJECT)
    assert {name for name in OUR_EXTENSIONS if event.get_extension(name)} == OUR_EXTENSIONS
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["reader"] == "李雷"


async def test_the_stored_bytes_are_the_published_bytes(post: Post, shelf: Shelf) -> None:
    desk, witness = shelf.desk(), Witness(shelf.store())
    await desk.write(SUBJECT)
    async with post.hear(witness, ["intake"]), relaying(post, desk):
        await until(lambda: bool(witness.kept), "the record came")

    (stored,) = await desk.store.read(SUBJECT)
    assert stored.state.partition(b"\n")[2] == witness.kept[0].value
    assert "李雷".encode() in (witness.kept[0].value or b"")  # Chinese, unescaped
