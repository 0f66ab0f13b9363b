"""Starts a worker with crash points and known bugs patched in: `launch before-publish@3 -- …`."""

import sys

from tests.faults.messaging import worker
from tests.faults.messaging.patches import BUGS, CRASH_POINTS


def main() -> None:
    """Patch, then work."""
    end = sys.argv.index("--")
    for wanted in sys.argv[1:end]:
        name, _, nth = wanted.partition("@")
        if nth:
            CRASH_POINTS[name](int(nth))
        else:
            BUGS[name]()
    worker.main(sys.argv[end + 1 :])


if __name__ == "__main__":
    main()
