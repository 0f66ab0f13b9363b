"""Fixtures that the contract suites have too."""

from tests.contract.conftest import plain_logs, shelf

__all__ = ["plain_logs", "shelf"]
