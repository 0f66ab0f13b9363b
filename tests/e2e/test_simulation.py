"""`huiyin simulate` and `make demo` against the product as its users have it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from deploy.kafka.local_kafka import free_port
from services.cli.simulation.matters import PACKS
from tests.e2e.system import DEPLOY, HUIYIN, System, create_key
from tests.e2e.which import only_embedded
from tests.eventually import eventually

COUNT = 35
DAYS = ("--days", "2", "--minutes", "0.1")
SHORT = (sys.executable, str(DEPLOY / "demo.py"), *DAYS)


def simulate(system: System, *arguments: str) -> dict[str, Any]:
    environment = system.programs["run"].environment
    key = create_key(environment, "simulation", "admin", pack="mobile-key-account")
    done = subprocess.run(
        [HUIYIN, "simulate", *arguments, "--json"],
        env={**os.environ, "HUIYIN_URL": system.urls["intake"], "HUIYIN_KEY": key},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@only_embedded
def test_customers_of_every_pack_are_answered(system: System) -> None:
    found = simulate(system, "--count", str(COUNT), "--rate", "20", "--seed", "4")
    assert set(found["tickets"]) == set(PACKS)
    for pack, statuses in found["tickets"].items():
        assert statuses["closed"] > 0, pack
    assert found["problems"] == []
    assert found["not_offered"] == 0, "the key's pack calls customers at key moments"
    assert found["rounds"]["2"] > 0
    assert sum(found["escalations"].values()) > 0


def test_a_demonstration_fills_itself_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    log = tmp_path / "demo.log"
    port = str(free_port())
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*SHORT, "--data", str(tmp_path / "demo"), "--", "--seed", "4", "--per-day", "15"],
            env={**os.environ, "HUIYIN_PORT": port},
            stdout=out,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
    try:

        def filled() -> bool:
            assert process.poll() is None, log.read_text()
            return "Ctrl-C stops it.\n" in log.read_text()

        eventually(filled, f"the days passed (log: {log})", 90)
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    said = log.read_text()
    assert code == 0, said
    assert f"http://127.0.0.1:{port}/docs" in said
    assert (tmp_path / "demo" / "demo-key").read_text().strip() in said
    assert "Traceback" not in said
    assert " times " not in said, "a problem that nobody expected"
    assert all(pack in said for pack in PACKS)
