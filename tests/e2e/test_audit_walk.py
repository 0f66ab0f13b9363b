"""The audit's walk, word for word but for the port: post, handle, tamper, verify."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.e2e.system import HUIYIN, System, embedded

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "audit-walk.md"
IGNORED = ROOT / ".gitignore"
CHANGED = "changed: what stands there is not what was signed for."


@pytest.fixture
def system(tmp_path: Path) -> Iterator[System]:
    """One of its own: it is tampered with."""
    system = embedded(tmp_path, HUIYIN_CHECKPOINT_SECONDS="0.5")
    yield system
    system.kill()


def walk(system: System, folder: Path) -> list[str]:
    """Runs the page in one shell; returns the lines that it printed."""
    script = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL))
    script = script.replace("http://127.0.0.1:8000", system.urls["intake"])
    script = script.replace(".venv/bin/huiyin", str(HUIYIN))
    environment = {**os.environ, "HUIYIN_DATA": str(folder / "data")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout.splitlines()


@pytest.mark.timeout(300)  # each of some fifty commands is a process: all of it is start-up
def test_tampering_is_found_where_it_was_done_and_erasing_a_person_breaks_no_proof(
    system: System, tmp_path: Path
) -> None:
    """Fault tests 45 and 46, as an auditor sees them."""
    lines = walk(system, tmp_path)
    places = [re.sub(r"\d+", "#", line) for line in lines if ", position " in line]
    assert places == [
        f"dispatch, position #: {CHANGED}",
        "revisit, position #: cut: the event and all behind it are not there.",
        f"dispatch, position #, in the service's own log: {CHANGED}",
    ]
    assert lines.count("exit code 1") == 3
    whole = [line for line in lines if "as their services signed for them" in line]
    assert len(whole) == 5
    assert_git_passes_over(path.name for path in tmp_path.iterdir() if path.suffix != ".log")


def assert_git_passes_over(names: Iterable[str]) -> None:
    """Whoever walks in a checkout leaves nothing in it that could be committed."""
    ignored = re.findall(r"^/(.+?)/?$", IGNORED.read_text(), re.MULTILINE)
    left = [name for name in names if not any(fnmatch(name, one) for one in ignored)]
    assert left == []
