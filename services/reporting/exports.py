"""A history in the forms that programs and spreadsheets read."""

import csv
import io
from collections.abc import Sequence

import msgspec
from fastapi import Response

from services.reporting.models import Format, History, HistoryItem
from services.reporting.projections import RecordRow
from shared.http import answer

FORMULA = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = HistoryItem.__struct_fields__
BOM = "\ufeff"
"""So that Excel reads Chinese."""


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


def history_answer(history: History, form: Format) -> Response:
    """The history in the form asked for."""
    match form:
        case "json":
            return answer(history)
        case "jsonl":
            return Response(
                msgspec.json.Encoder().encode_lines(history.items),
                headers=_as_file(history, form),
                media_type="application/jsonl",
            )
        case "csv":
            return Response(
                to_csv(history.items).encode(),
                headers=_as_file(history, form),
                media_type="text/csv; charset=utf-8",
            )


def to_csv(items: Sequence[HistoryItem]) -> str:
    """RFC 4180 with a byte order mark; what a spreadsheet would take for a formula is quoted."""
    text = io.StringIO()
    text.write(BOM)
    rows = csv.writer(text)
    rows.writerow(COLUMNS)
    for item in items:
        values = msgspec.to_builtins(msgspec.structs.replace(item, data=msgspec.Raw(b"null")))
        values["data"] = bytes(item.data).decode()
        rows.writerow([_cell(values[name]) for name in COLUMNS])
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def _as_file(history: History, form: Format) -> dict[str, str]:
    name = history.number or history.ticket_id
    return {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
