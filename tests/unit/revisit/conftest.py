"""What the tests of revisit's routes have in common."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from tests.unit.revisit.desk import CallDesk
from tests.unit.revisit.service import NOW
from tests.unit.support.desk import open_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[CallDesk]:
    async with open_desk(CallDesk, create_app, HANDLERS, tmp_path, NOW) as desk:
        await desk.told()
        yield desk
