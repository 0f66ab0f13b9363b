"""Every rule that can be broken, wherever it stands."""

import importlib
import pkgutil
from collections.abc import Iterator

import services
import shared
from shared.decider import BrokenRuleError


def broken_rules() -> list[type[BrokenRuleError]]:
    """All of them, after everything that may define one was imported."""
    for package in (services, shared):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(("errors", "letters", "versions")):
                importlib.import_module(module.name)
    ours = (services.__name__, shared.__name__)  # tests may have rules of their own
    return [rule for rule in _below(BrokenRuleError) if rule.__module__.startswith(ours)]


def _below(rule: type[BrokenRuleError]) -> Iterator[type[BrokenRuleError]]:
    for one in rule.__subclasses__():
        yield one
        yield from _below(one)
