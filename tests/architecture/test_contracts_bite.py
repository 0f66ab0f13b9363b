"""Each import contract in pyproject.toml is broken by the violation it is there for."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "pyproject.toml"
SERVICES = ("intake", "dispatch", "sla", "revisit", "reporting")
LAWFUL = {
    "services/embedded.py": "import fastapi\nimport services.intake.main\nimport services.sla.main",
    "services/cli.py": "import services.embedded\nimport services.sla.main",
    "services/intake/api.py": "import fastapi\nimport shared.http",
    "services/intake/main.py": "import starlette",
    "services/intake/domain/ticket.py": "import shared.decider",
    "shared/china.py": "import holidays",
    "shared/decider.py": "",
    "shared/http.py": "import fastapi.responses",
    "shared/messaging/relay.py": "import aiokafka.admin",
    "shared/eventsourcing_store.py": "import eventsourcing.persistence",
}
VIOLATIONS = {
    "Services know each other only through shared/contracts": (
        "services/sla/handlers.py",
        "import services.intake.main",
    ),
    "What is shared knows no service": ("shared/clock.py", "import services.sla.main"),
    "FastAPI stays at the edge": ("services/sla/handlers.py", "import fastapi"),
    "aiokafka stays in shared.messaging": ("services/sla/main.py", "import aiokafka"),
    "The library of holidays stays behind its port": ("services/sla/main.py", "import holidays"),
    "The eventsourcing library stays behind its adapter": (
        "services/sla/bootstrap.py",
        "import eventsourcing",
    ),
    "A domain is pure, and so is all that it imports": ("shared/decider.py", "import pydantic"),
}


def test_a_lawful_tree_keeps_every_contract(tmp_path: Path) -> None:
    assert verdicts(tmp_path, LAWFUL) == dict.fromkeys(VIOLATIONS, "KEPT")


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_violation_breaks_its_contract(tmp_path: Path, contract: str) -> None:
    path, source = VIOLATIONS[contract]

    found = verdicts(tmp_path, {**LAWFUL, path: source})

    assert found[contract] == "BROKEN"


def verdicts(root: Path, sources: dict[str, str]) -> dict[str, str]:
    shutil.copy(PROJECT, root)
    files = {f"services/{name}/{part}.py": "" for name in SERVICES for part in ("api", "main")}
    for path, source in {**files, **sources}.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source, encoding="utf-8")
        for folder in file.relative_to(root).parents[:-1]:
            (root / folder / "__init__.py").touch()
    program = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run(
        [program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    found = re.findall(r"^(.+) (KEPT|BROKEN)(?: \(.*\))?$", said.stdout, re.MULTILINE)
    assert found, said.stdout + said.stderr
    return dict(found)
