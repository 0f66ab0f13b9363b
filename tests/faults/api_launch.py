"""Starts `huiyin` with crash points and known bugs patched in: `api_launch early-answer -- run`."""

import sys

from services.cli import app
from tests.faults import erasing_patches, sla_patches
from tests.faults.api_patches import BUGS, CRASH_POINTS, PROBES
from tests.faults.messaging import patches


def launcher(*patches: str) -> tuple[str, ...]:
    """The command that starts `huiyin` with these; a crash point is named with its number."""
    return (sys.executable, "-m", "tests.faults.api_launch", *patches, "--")


def main() -> None:
    """Patch, then be `huiyin`."""
    end = sys.argv.index("--")
    for wanted in sys.argv[1:end]:
        name, _, nth = wanted.partition("@")
        if nth:
            (patches.CRASH_POINTS | CRASH_POINTS | erasing_patches.CRASH_POINTS)[name](int(nth))
        else:
            (patches.BUGS | BUGS | erasing_patches.BUGS | sla_patches.BUGS | PROBES)[name]()
    sys.argv[:] = ["huiyin", *sys.argv[end + 1 :]]
    app()


if __name__ == "__main__":
    main()
