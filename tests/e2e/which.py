"""Marks of tests that do not need every system."""

import pytest

from tests.e2e.system import COMPOSE, EMBEDDED, FIVE_PROCESSES


def _on(*names: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("system", names, indirect=True, scope="session")


only_embedded = _on(EMBEDDED)
only_five_processes = _on(FIVE_PROCESSES)
only_composed = _on(COMPOSE)
not_composed = _on(EMBEDDED, FIVE_PROCESSES)
