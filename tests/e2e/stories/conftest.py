"""Each story happens on a single process and on five."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.stories.cast import Company
from tests.e2e.stories.tale import Tale

if TYPE_CHECKING:
    from tests.e2e.system import System

Companies = dict[str, Company]


@pytest.fixture(scope="session")
def companies() -> Iterator[Companies]:
    """Those that a story began in, by the name of their system."""
    found: Companies = {}
    yield found
    for company in found.values():
        company.close()


@pytest.fixture
def tale(system: "System", companies: Companies) -> Tale:
    return Tale(companies.setdefault(system.name, Company(system)))
