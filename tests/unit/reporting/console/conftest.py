from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.reporting.console.browsers import Browser, open_browser


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    async with open_browser(tmp_path) as browser:
        yield browser
