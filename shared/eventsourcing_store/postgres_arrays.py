"""PostgreSQL arrays in binary, each of one fixed type.

The driver looks at every element to guess a list's type, which costs more than the sending, and
prepares a statement anew for each guess.
"""

import struct
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import psycopg
from psycopg import pq
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

HEADER = struct.Struct("!iiIii")
LENGTH = struct.Struct("!i")
NUMBER = struct.Struct("!iq")
NULL = LENGTH.pack(-1)


class TextArray(bytes):
    """A text[]."""

    __slots__ = ()
    element, oid = 25, 1009


class NumberArray(bytes):
    """A bigint[]."""

    __slots__ = ()
    element, oid = 20, 1016


class UuidArray(bytes):
    """A uuid[]."""

    __slots__ = ()
    element, oid = 2950, 2951


class BytesArray(bytes):
    """A bytea[]."""

    __slots__ = ()
    element, oid = 17, 1001


def texts(values: Iterable[str | None]) -> TextArray:
    items = [None if value is None else value.encode() for value in values]
    return TextArray(_sized(TextArray.element, items))


def numbers(values: Iterable[int | None]) -> NumberArray:
    items = [NULL if value is None else NUMBER.pack(8, value) for value in values]
    return NumberArray(_joined(NumberArray.element, len(items), items))


def uuids(values: Iterable[UUID]) -> UuidArray:
    return UuidArray(_sized(UuidArray.element, [value.bytes for value in values]))


def byte_strings(values: Iterable[bytes]) -> BytesArray:
    return BytesArray(_sized(BytesArray.element, list(values)))


def _sized(element: int, items: list[bytes | None] | list[bytes]) -> bytes:
    parts: list[bytes] = []
    for item in items:
        if item is None:
            parts.append(NULL)
        else:
            parts += (LENGTH.pack(len(item)), item)
    return _joined(element, len(items), parts)


def _joined(element: int, count: int, parts: list[bytes]) -> bytes:
    """One dimension from 1; PostgreSQL reads the flag for NULLs and then looks for itself."""
    if not count:
        return HEADER.pack(0, 0, element, 0, 0)[:12]
    return HEADER.pack(1, 1, element, count, 1) + b"".join(parts)


def register(connection: psycopg.Connection[Any]) -> None:
    """Lets the connection send these arrays."""
    for kind in (TextArray, NumberArray, UuidArray, BytesArray):
        connection.adapters.register_dumper(kind, _dumper(kind.oid))


def _dumper(array_oid: int) -> type[Dumper]:
    class ArrayDumper(Dumper):
        format = pq.Format.BINARY
        oid = array_oid

        def dump(self, obj: bytes) -> Buffer | None:
            return obj

    return ArrayDumper
