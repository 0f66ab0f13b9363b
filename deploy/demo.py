"""`make demo`: a system of its own, a believable month in minutes, and people at work until Ctrl-C.

Its data are its own too: a folder that it made, marked as such, and empties at the next start.
"""

import argparse
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final, NoReturn, TextIO

ROOT: Final = Path(__file__).resolve().parents[1]
HUIYIN: Final = (sys.executable, "-m", "services.cli")
MARKER: Final = "made-by-make-demo"
KEY: Final = "demo-key"
DAYS, MINUTES, PORT = 30, 3.75, 8000
MINUTES_A_DAY: Final = 24 * 60
START_TIME: Final = 120.0
STOP_TIME: Final = 30.0
WRONG_USE: Final = 2
KEPT: Final = ("HUIYIN_HOST", "HUIYIN_PORT", "HUIYIN_LOG_LEVEL")
"""What of the operator's environment is meant for a demonstration too."""


@dataclass
class Demonstration:
    """The processes, in the order in which they were started."""

    environment: Mapping[str, str]
    ended: Event = field(default_factory=Event)
    """Set by Ctrl-C and SIGTERM."""
    running: "list[subprocess.Popen[bytes]]" = field(default_factory=list)

    def start(self, *arguments: str, log: Path | None = None) -> "subprocess.Popen[bytes]":
        """In a session of its own: Ctrl-C is passed on by us, in the right order."""
        out = log.open("ab") if log else None
        process = subprocess.Popen(
            [*HUIYIN, *arguments],
            env=self.environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def stop(self) -> None:
        """The last one first, each as Ctrl-C does."""
        while self.running:
            process = self.running.pop()
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            try:
                process.wait(STOP_TIME)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def give_up(sentence: str, code: int = WRONG_USE) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(code)


def own_environment(environment: Mapping[str, str], data: Path, speed: float) -> dict[str, str]:
    """The operator's, without what would lead to the operator's own stores and keys."""
    own = {name: value for name, value in environment.items() if not name.startswith("HUIYIN_")}
    own |= {name: environment[name] for name in KEPT if name in environment}
    return {**own, "HUIYIN_DATA": str(data), "HUIYIN_CLOCK_SPEED": f"{speed:g}"}


def address(environment: Mapping[str, str]) -> str:
    """Where it will listen; gives up where somebody else does."""
    host = environment.get("HUIYIN_HOST") or "127.0.0.1"
    given = environment.get("HUIYIN_PORT") or str(PORT)
    if not given.isdecimal() or not 0 < int(given) < 1 << 16:
        give_up(f"HUIYIN_PORT is no port: {given}.")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(given)))
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            give_up(
                f"Port {given} of {host} cannot be listened on ({reason}): stop who uses it, or "
                "choose another one with HUIYIN_PORT."
            )
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - shown
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{given}"


def claim(data: Path) -> TextIO:
    """Empties the folder if an earlier demonstration made it; keeps others out while it is open."""
    marker = data / MARKER
    if data.is_symlink() or (data.exists() and not data.is_dir()):
        give_up(f"{data} is no folder: a demonstration makes its own.")
    if data.exists() and not marker.exists() and any(data.iterdir()):
        give_up(f"{data} was not made by a demonstration: move it away first.")
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        held = marker.open("a")
    except OSError as error:
        give_up(f"{data} cannot be used ({(error.strerror or '').lower()}).")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        held.close()
        give_up(f"Another demonstration runs in {data}: stop it first.")
    for path in data.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != marker:
            path.unlink()
    return held


def make_key(environment: Mapping[str, str], client: str) -> str:
    """A key that may do all, of a client whose customers are called at key moments too."""
    arguments = ("keys", "create", client, "--scope", "admin", "--pack", "mobile-key-account")
    made = subprocess.run(
        [*HUIYIN, *arguments],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if made.returncode != 0:
        give_up(made.stderr.strip())
    return made.stdout.split()[-1]


def wait_ready(demonstration: Demonstration, url: str, log: Path) -> None:
    """Until every service is; gives up with the system's own last words."""
    [system] = demonstration.running
    deadline = time.monotonic() + START_TIME
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while system.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"{url}/health/ready", timeout=5):
                return
        except OSError:  # nobody listens yet, or it says that it is not ready
            if demonstration.ended.wait(0.2):
                return
    said = log.read_text(errors="replace").strip().splitlines()
    give_up(said[-1] if said else f"The system was not ready within {START_TIME:g} s.", 1)


def welcome(url: str, key: str, data: Path, days: int, minutes: float) -> str:
    """Where to look, and with which key."""
    spans = f"{_counted(days, 'day')} of complaints pass in {_counted(minutes, 'minute')}"
    asks = 'curl -H "Authorization: Bearer $HUIYIN_KEY" $HUIYIN_URL'
    return f"""
Huiyin 回音 runs at {url}; {spans}.

  Documents to try it in   {url}/docs
  Consoles to look at it   {url}/reporting/console
  Key (scope admin)        {key}
  In another terminal      export HUIYIN_URL={url} HUIYIN_KEY=$(cat {data / KEY})
    all tickets            {asks}/intake/v1/tickets
    escalations            {asks}/sla/v1/escalations
    topics                 .venv/bin/huiyin topics

Ctrl-C stops it; the next demonstration starts afresh.
"""


def _counted(number: float, thing: str) -> str:
    return f"{number:g} {thing}{'' if number == 1 else 's'}"


def watch(demonstration: Demonstration) -> int:
    """Until Ctrl-C, or until one of them ends by itself: the other has nothing left to do then."""
    system, staff = demonstration.running
    while not demonstration.ended.wait(0.2):
        if system.poll() is not None:
            print("The system ended by itself: its log lies beside its data.", file=sys.stderr)
            return 1
        if staff.poll() is not None:
            return int(staff.returncode)
    return 0


def play(given: argparse.Namespace, demonstration: Demonstration, data: Path, url: str) -> int:
    """Returns the exit code; stops all that it started."""
    log = data / "run.log"
    try:
        demonstration.start("run", log=log)
        wait_ready(demonstration, url, log)
        if demonstration.ended.is_set():
            return 0
        key = demonstration.environment["HUIYIN_KEY"]
        print(welcome(url, key, data, given.days, given.minutes), flush=True)
        demonstration.start("simulate", "--days", str(given.days), "--go-on", *given.simulate)
        return watch(demonstration)
    finally:
        demonstration.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "data" / "demo")
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="in which the days pass")
    parser.add_argument("simulate", nargs="*", help="after --: more options of huiyin simulate")
    given = parser.parse_args()
    if given.days < 1 or not given.minutes > 0:
        parser.error("the days and the minutes in which they pass are more than none")
    os.umask(0o077)  # all of it holds keys or people
    data = given.data.absolute()
    environment = own_environment(os.environ, data, given.days * MINUTES_A_DAY / given.minutes)
    url = address(environment)
    ended = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: ended.set())
    with claim(data):
        key = make_key(environment, "demo")
        (data / KEY).write_text(f"{key}\n")
        reviewer = make_key(environment, "quality-centre")
        own = {**environment, "HUIYIN_URL": url, "HUIYIN_KEY": key, "HUIYIN_REVIEWER_KEY": reviewer}
        raise SystemExit(play(given, Demonstration(own, ended), data, url))


if __name__ == "__main__":
    main()
