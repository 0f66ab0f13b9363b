"""A domain imports a short list and reads no clock: import-linter can't say "nothing but"."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import calls, imports, package_of

ROOT = Path(__file__).parents[2]

STANDARD = frozenset(
    {
        "__future__",
        "bisect",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "fractions",
        "functools",
        "heapq",
        "itertools",
        "math",
        "operator",
        "re",
        "types",
        "typing",
        "uuid",
        "zoneinfo",
    }
)
SHARED = (
    "shared.comparing_days",
    "shared.contracts.terms",
    "shared.decider",
    "shared.packs",
    "shared.worktime",
)
STRUCTS = "msgspec"
"""What is remembered a million at a time is no dataclass (docs/adr/0003)."""
UNREPEATABLE = frozenset({"now", "today", "utcnow", "uuid1", "uuid4"})


def violations(root: Path) -> Iterator[str]:
    for path in sorted(root.glob("services/*/domain/**/*.py")):
        service = path.relative_to(root).parts[1]
        own = (f"services.{service}.domain", f"shared.contracts.{service}")
        source = path.read_text(encoding="utf-8")
        where = path.relative_to(root)
        for line, module in imports(source, package_of(path, root)):
            inside = any(f"{module}.".startswith(f"{allowed}.") for allowed in (*own, *SHARED))
            if not inside and module.split(".")[0] not in {*STANDARD, STRUCTS}:
                yield f"{where}:{line} imports {module}"
        for line, name in calls(source):
            if name in UNREPEATABLE:
                yield f"{where}:{line} calls {name}(): a decision is given the time and the ids"


def test_every_domain_is_pure() -> None:
    assert list(violations(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "import pydantic",
        "from fastapi import Request",
        "import sqlite3",
        "import os",
        "from services.intake import api",
        "from ..api import router",
        "from services.dispatch.domain import commands",
        "from shared.contracts.dispatch import WorkOrderOffered",
        "from shared import http",
        "def decide():\n    import httpx",
        "at = datetime.now(UTC)",
        "ticket_id = uuid4()",
    ],
)
def test_an_impure_domain_is_found(tmp_path: Path, line: str) -> None:
    seed(tmp_path, line)

    assert len(list(violations(tmp_path))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "from datetime import UTC, datetime",
        "from collections.abc import Sequence",
        "from . import errors",
        "from .errors import TicketNotRegistered",
        "from services.intake.domain.errors import TicketNotRegistered",
        "from shared.decider import Decider",
        "from shared.contracts.intake import TicketRegistered",
        "when = command.now",
    ],
)
def test_a_pure_domain_is_not_found(tmp_path: Path, line: str) -> None:
    seed(tmp_path, line)

    assert list(violations(tmp_path)) == []


def seed(root: Path, source: str) -> None:
    domain = root / "services" / "intake" / "domain"
    domain.mkdir(parents=True)
    (domain / "ticket.py").write_text(source, encoding="utf-8")
