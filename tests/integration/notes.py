"""What the tests of a PostgreSQL store keep in it, and what they do behind its back."""

from uuid import uuid4

import msgspec
import psycopg

from shared.event_store import Append
from shared.tables import Put, Table

EVENT = ("noted.v1", b"{}")


class Note(msgspec.Struct, frozen=True):
    text: str


NOTES = Table("notes", Note, {"text": lambda note: note.text}, indexes=(("text",),))


def append() -> Append:
    key = str(uuid4())
    return Append(uuid4(), 0, [EVENT], rows=[Put(NOTES, key, Note(key))])


def execute(database: str, *statements: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
