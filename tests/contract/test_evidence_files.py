"""A file that was exported once is verified for ever, whatever the code has become."""

from pathlib import Path

import pytest

from shared.evidence.checking import BrokenError, Checked, check
from shared.evidence.keys import keys_in
from tests.contract.capture_evidence import FOLDER

FOLDERS = sorted(FOLDER.iterdir())


def checked(folder: Path, name: str, before: bytes = b"", after: bytes = b"") -> Checked:
    content = (folder / name).read_bytes()
    assert before in content
    lines = content.replace(before, after, 1) if before else content
    keys = keys_in((folder / "keys.txt").read_text())
    return check(iter(lines.splitlines(keepends=True)), keys)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
def test_what_an_older_code_signed_is_still_proven(folder: Path) -> None:
    ticket, period = checked(folder, "ticket.jsonl"), checked(folder, "period.jsonl")
    assert (ticket.events, ticket.uncovered) == (6, 1)
    assert (period.events, period.uncovered) == (3, 0)
    source = period.manifest.sources[0]
    assert source.since is not None
    assert source.checkpoint is not None
    assert source.checkpoint.size - source.since.size == 3


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda one: one.name)
@pytest.mark.parametrize("name", ["ticket.jsonl", "period.jsonl"])
def test_what_was_changed_since_is_still_found(folder: Path, name: str) -> None:
    with pytest.raises(BrokenError, match="changed"):
        checked(folder, name, b'"actor":"crm"', b'"actor":"crn"')
