"""Events with their hashes as a table, for spreadsheets; each line also says what was asked for."""

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from services.reporting.casefile import CaseFile
from services.reporting.exports import BOM, cell_of
from shared.contracts.terms import CheckpointSigned
from shared.evidence.document import EventLine, Manifest

OF_EVENT = (
    "source",
    "position",
    "epoch",
    "stream",
    "sequence",
    "type",
    "event_id",
    "occurred_at",
    "recorded_at",
    "actor",
    "correlation_id",
    "causation_id",
    "traceparent",
    "data",
)
OF_PROOF = ("digest", "link", "index", "path", "checkpoint_size", "checkpoint_root")
OF_FILE = ("query", "made_at", "made_for")
COLUMNS = (*OF_EVENT, *OF_PROOF, *OF_FILE)


def case_csv(case: CaseFile) -> bytes:
    """An event a line, causes first, as its number in the history says."""
    text = io.StringIO()
    text.write(BOM)
    rows = csv.writer(text)
    rows.writerow(("number", *COLUMNS))
    for number, line in enumerate(case.lines(), 1):
        proven = proof_cells(line, case.checkpoints[line.source])
        rows.writerow((number, *event_cells(line), *proven, *file_cells(case.proof.manifest)))
    return text.getvalue().encode()


def csv_head() -> bytes:
    """The first line of a period's table."""
    return _lines([COLUMNS], BOM)


def csv_lines(
    manifest: Manifest, checkpoint: CheckpointSigned, lines: Iterable[EventLine]
) -> bytes:
    """A part of a period's table, of one service."""
    of_file = file_cells(manifest)
    return _lines((*event_cells(one), *proof_cells(one, checkpoint), *of_file) for one in lines)


def _lines(rows: Iterable[Sequence[object]], before: str = "") -> bytes:
    text = io.StringIO()
    text.write(before)
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def event_cells(line: EventLine) -> list[object]:
    """What the event is."""
    return [cell_of(getattr(line, name)) for name in OF_EVENT]


def proof_cells(line: EventLine, checkpoint: CheckpointSigned | None) -> list[object]:
    """What proves it; of an event that no checkpoint is over yet its hashes alone."""
    signed = checkpoint if line.index is not None else None
    return [
        line.leaf.digest.hex(),
        line.link,
        line.index,
        " ".join(line.path),
        signed and signed.size,
        signed and signed.root,
    ]


def file_cells(manifest: Manifest) -> list[object]:
    """What was asked for, when and by whom."""
    query = msgspec.json.encode(manifest.query).decode()
    return [query, cell_of(manifest.made_at), cell_of(manifest.made_for)]
