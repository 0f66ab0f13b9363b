"""A case as a workbook: what happened on a sheet, what proves it and what was asked on another."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from services.reporting.casefile import CaseFile
from services.reporting.evidence_tables import proof_cells
from services.reporting.figures.workbook import OPTIONS, print_well
from services.reporting.figures.workbook_forms import Forms, write_heads
from shared.evidence.document import EventLine, Manifest

LONGEST_CELL = 32_767
"""Characters that a cell takes."""
HEADS = (
    ("序号 No.", 6),
    ("发生时间 happened", 20),
    ("UTC", 26),
    ("记录时间 recorded", 20),
    ("服务 service", 10),
    ("事件 event", 24),
    ("何人 by", 16),
    ("内容 data", 60),
    ("摘要 digest (SHA-256)", 34),
    ("链 link", 34),
    ("叶 index", 9),
    ("路径 path", 20),
    ("检查点规模 checkpoint size", 12),
    ("检查点根 checkpoint root", 34),
    ("事件号 event id", 38),
    ("因 caused by", 38),
)
Pair = tuple[str, object]


def case_workbook(case: CaseFile, zone: str) -> bytes:
    """The bytes of the file; times on the wall clock of the zone, and in UTC."""
    stream = io.BytesIO()
    manifest = case.proof.manifest
    with xlsxwriter.Workbook(stream, OPTIONS) as book:
        book.set_properties({"title": case.name, "created": manifest.made_at.astimezone(UTC)})
        forms = Forms.of(book)
        _events(book.add_worksheet("事件 events"), case, ZoneInfo(zone), forms)
        _proof(book.add_worksheet("证明 proof"), case, forms)
    return stream.getvalue()


def _events(sheet: Worksheet, case: CaseFile, zone: ZoneInfo, forms: Forms) -> None:
    sheet.write_string(0, 0, case.name, forms.title)
    sheet.write_string(1, 0, _asked(case.proof.manifest), forms.fine)
    write_heads(sheet, 3, HEADS, forms)
    for number, line in enumerate(case.lines(), 1):
        cells = _cells(number, line, case, zone)
        for column, cell in enumerate(cells):
            sheet.write_string(3 + number, column, _text(cell), forms.wrapped)
    print_well(sheet, 3)


def _cells(number: int, line: EventLine, case: CaseFile, zone: ZoneInfo) -> Sequence[object]:
    return (
        number,
        _wall(line.occurred_at, zone),
        line.occurred_at.isoformat(),
        _wall(line.recorded_at, zone),
        line.source,
        line.type,
        line.actor,
        bytes(line.data).decode(),
        *proof_cells(line, case.checkpoints[line.source]),
        line.event_id,
        line.causation_id,
    )


def _proof(sheet: Worksheet, case: CaseFile, forms: Forms) -> None:
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 100)
    sheet.write_string(0, 0, "证明 proof", forms.title)
    for row, (name, value) in enumerate(_said(case), 2):
        sheet.write_string(row, 0, name, forms.text)
        sheet.write_string(row, 1, _text(value), forms.wrapped)
    print_well(sheet, 1)


def _said(case: CaseFile) -> Iterator[Pair]:
    manifest = case.proof.manifest
    yield "工单 ticket", f"{case.name} ({case.ticket_id})"
    yield "查询 query", msgspec.json.encode(manifest.query).decode()
    yield "制作时间 made at", manifest.made_at.isoformat()
    yield "为何人制作 made for", manifest.made_for
    yield "核验 to be checked", "huiyin export --format jsonl; huiyin verify <file> --key <keys>"
    for source in manifest.sources:
        yield f"{source.service} 事件数 events", source.count
        checkpoint = source.checkpoint
        for name in ("at", "size", "position", "root", "key_id", "signature"):
            yield f"{source.service} 检查点 checkpoint {name}", getattr(checkpoint, name, None)
    for chain in manifest.chains:
        stated = chain.stated.length if chain.stated else None
        yield f"{chain.service} 链 chain {chain.stream}", f"{chain.length}: {chain.head}"
        yield f"{chain.service} 服务所称事件数 stated", stated


def _asked(manifest: Manifest) -> str:
    query = msgspec.json.encode(manifest.query).decode()
    return f"{manifest.made_at.isoformat()} · {manifest.made_for} · {query}"


def _wall(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def _text(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"
