"""What sla makes of a history."""

import random
from hashlib import sha256

from services.sla.book import Book
from services.sla.handlers import HEARS, fact_of
from shared.messaging.heading import heading_of
from shared.messaging.topics import PARTITIONS
from tests.contract.captured import History, text


def facts_hash(history: History, seed: int) -> str:
    """Of all that sla knows after hearing the history in an order of the seed's, parts twice."""
    records = [(one, record) for one in HEARS for record in history.logs[one]]
    shuffled = random.Random(seed)  # noqa: S311 - repeatable, not secret
    records += shuffled.sample(records, len(records) // 3)
    shuffled.shuffle(records)
    book = Book()
    book.open(range(PARTITIONS))
    for _, record in records:
        fact = fact_of(heading_of(record), record.value)
        shelf = book.shelf(record.partition)
        assert shelf is not None
        if fact is not None:
            book.hear(shelf.ticket(text(record.key)), fact)
    hashes = [shelf.state_hash() for shelf in book.shelves]
    return sha256(" ".join(hashes).encode()).hexdigest()
