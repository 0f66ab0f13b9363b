"""Who goes by official days reads the operator's file at start, or does not start."""

from pathlib import Path

import pytest

from services.revisit import bootstrap as revisit
from services.sla import bootstrap as sla
from shared.carrier import EmbeddedLine
from shared.packs import WrongDataError
from shared.settings import Settings


async def test_sla_does_not_start_with_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, holidays_file=tmp_path / "none.yaml")
    with pytest.raises(WrongDataError, match=r"none\.yaml"):
        async with sla.bootstrap(settings, EmbeddedLine()):
            pass


async def test_neither_does_revisit(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, holidays_file=tmp_path / "none.yaml")
    with pytest.raises(WrongDataError, match=r"none\.yaml"):
        async with revisit.bootstrap(settings, EmbeddedLine()):
            pass
