"""What the tests of dispatch's routes have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.dispatch.handlers import HANDLERS
from services.dispatch.main import create_app
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.support.desk import open_desk
from tests.unit.support.examples import AT, REGISTERED


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[WorkDesk]:
    async with open_desk(WorkDesk, create_app, HANDLERS, tmp_path, AT) as desk:
        await desk.heard.hear(REGISTERED)
        yield desk
