"""README's walk, word for word but for the port."""

import re
import subprocess
from pathlib import Path

from tests.e2e.system import HUIYIN, SERVICES, System, embedded
from tests.eventually import eventually

README = Path(__file__).parents[2] / "README.md"


def blocks(section: str) -> list[str]:
    """The shell blocks between a heading and the next one of its rank."""
    text = README.read_text().partition(f"## {section}")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def walk(system: System, folder: Path) -> list[str]:
    """Runs the walk in one shell, as a newcomer would; returns the lines that it printed."""
    first, *others = blocks("A complaint, from the first call to the last")
    assert len(others) > 5
    if len(set(system.urls.values())) > 1:
        first = blocks("Distributed")[1]
        for number, service in enumerate(SERVICES, 8001):
            first = first.replace(f"http://127.0.0.1:{number}", system.urls[service])
    script = "\n".join(["set -euo pipefail", first, f"HUIYIN_KEY={system.key}", *others])
    script = script.replace("http://127.0.0.1:8000", system.urls["intake"])
    script = script.replace(".venv/bin/huiyin", str(HUIYIN))
    script = script.replace("walk-", f"{folder.name}-walk-")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "deploy").mkdir(exist_ok=True)
    for key in ("data/dev-key", "deploy/.dev-key"):
        (folder / key).write_text(system.key)
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.splitlines()


def assert_as_the_page_says(lines: list[str]) -> None:
    assert "status: closed" in lines, "the first ticket is closed"
    assert "rounds: 2" in lines, "the second one is in its second round"
    steps = [line.split()[0] for line in lines if re.match(r"(reminder|warning|level-\d) ", line)]
    assert len(steps) == len(set(steps)) == 6


def test_the_walk_ends_as_the_page_says(system: System, tmp_path: Path) -> None:
    assert_as_the_page_says(walk(system, tmp_path))


def escalations(system: System) -> list[str]:
    client = system.client()
    items = client.get("/sla/v1/escalations", state="open")["items"]
    client.close()
    return [one["escalation_id"] for one in items]


def all_raised(system: System) -> list[str] | None:
    """Six steps of its answer, and two each of the two notices that it is owed (H-10, H-14)."""
    found = escalations(system)
    return found if len(found) == 10 else None


def test_after_a_restart_all_is_still_there_and_nothing_is_raised_twice(tmp_path: Path) -> None:
    system = embedded(tmp_path)
    try:
        walk(system, tmp_path)
        raised = eventually(lambda: all_raised(system), "every step of the old complaint")
        system.restart()
        assert escalations(system) == raised
    finally:
        for program in system.programs.values():
            program.stop()
