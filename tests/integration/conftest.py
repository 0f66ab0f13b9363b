"""Fixtures that the contract suites have too."""

from tests.contract.conftest import shelf

__all__ = ["shelf"]
