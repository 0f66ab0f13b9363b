"""A history in the forms that programs and spreadsheets read."""

import csv
import io
from collections.abc import Sequence
from urllib.parse import quote

import msgspec

from services.reporting.models import HistoryItem
from services.reporting.projections import RecordRow

FORMULA = ("=", "+", "-", "@", "\t", "\r")
BOM = "\ufeff"
"""So that Excel reads Chinese."""


def attached(name: str) -> dict[str, str]:
    """The header by which a browser keeps the answer under that name (RFC 6266, 8187)."""
    plain = "".join(sign if sign.isascii() and sign.isprintable() else "_" for sign in name)
    plain = plain.replace("\\", "_").replace('"', "_")
    extended = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return {"Content-Disposition": f'attachment; filename="{plain}"{extended}'}


def item_of(row: RecordRow) -> HistoryItem:
    """The record as a history shows it."""
    return HistoryItem(
        event_id=row.event_id,
        source=row.source,
        type=row.type,
        sequence=row.sequence,
        position=row.position,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at,
        actor=row.actor,
        correlation_id=row.correlation_id,
        causation_id=row.causation_id,
        data=row.data,
    )


def to_jsonl(items: Sequence[msgspec.Struct]) -> bytes:
    """An event a line."""
    return msgspec.json.Encoder().encode_lines(items)


def to_csv(
    items: Sequence[msgspec.Struct], columns: Sequence[str] = HistoryItem.__struct_fields__
) -> bytes:
    """RFC 4180 with a byte order mark; what a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    text.write(BOM)
    rows = csv.writer(text)
    rows.writerow(columns)
    for item in items:
        rows.writerow([cell_of(getattr(item, name)) for name in columns])
    return text.getvalue().encode()


def cell_of(value: object) -> object:
    """A value as a table holds it; what a spreadsheet would take for a formula is quoted."""
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode()
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    text = msgspec.to_builtins(value)
    return f"'{text}" if isinstance(text, str) and text.startswith(FORMULA) else text
