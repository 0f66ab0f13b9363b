"""README's walk, word for word but for the port."""

import re
import subprocess
from pathlib import Path

from tests.e2e.system import HUIYIN, System, embedded

README = Path(__file__).parents[2] / "README.md"


def walk(system: System, folder: Path) -> str:
    """Runs the walk's blocks in one shell, as a newcomer would; returns what it printed."""
    text = README.read_text().partition("## A complaint, from the first call")[2]
    blocks = re.findall(r"```sh\n(.*?)```", text.partition("## Distributed")[0], re.DOTALL)
    assert len(blocks) > 5
    script = "\n".join(["set -euo pipefail", *blocks])
    script = script.replace("http://127.0.0.1:8000", system.urls["intake"])
    script = script.replace(".venv/bin/huiyin", f"HUIYIN_URL=$HUIYIN HUIYIN_KEY=$KEY {HUIYIN}")
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def escalations(system: System) -> list[str]:
    client = system.client()
    items = client.get("/sla/v1/escalations", state="open")["items"]
    client.close()
    return [one["escalation_id"] for one in items]


def test_the_walk_ends_as_the_page_says(tmp_path: Path) -> None:
    system = embedded(tmp_path)
    try:
        lines = walk(system, tmp_path).splitlines()
        assert "status: closed" in lines, "the first ticket is closed"
        assert "rounds: 2" in lines, "the second one is in its second round"
        steps = [
            line.split()[0] for line in lines if re.match(r"(reminder|warning|level-\d) ", line)
        ]
        assert len(steps) == len(set(steps)) == 6
        raised = escalations(system)
        system.restart()
        assert escalations(system) == raised
    finally:
        for program in system.programs.values():
            program.stop()
