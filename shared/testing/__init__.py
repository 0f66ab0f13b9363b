"""Fakes that pass the same contract suites as the real adapters, for tests of all services."""
