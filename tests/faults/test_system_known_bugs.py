"""What a known bug loses or doubles when its process is killed is noticed by those who look."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.kafka.local_kafka import LocalKafka
from tests.e2e.system import System
from tests.faults.api_launch import launcher
from tests.faults.histories import OVERDUE, breaches
from tests.faults.ledger import Ledger, check
from tests.faults.load import posting
from tests.faults.systems import in_five_processes, only, restart, wait_for_crash

LOST = 10.0
"""Seconds to wait for what will never come."""

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    ("service", "patches", "invariant"),
    [
        ("intake", ["before-publish@2", "place-first"], "I10"),
        pytest.param(
            "dispatch", ["before-effect@20", "mark-before-effect"], "I4", marks=pytest.mark.faults
        ),
    ],
)
def test_what_one_of_five_processes_lost_is_missed(
    tmp_path: Path,
    broker: LocalKafka,
    database: str,
    service: str,
    patches: list[str],
    invariant: str,
) -> None:
    ledger, buggy = Ledger(), {service: launcher(*patches)}
    with in_five_processes(tmp_path, broker, database, **buggy) as system:
        with posting(system, ledger, tickets=50):
            wait_for_crash(system.programs[service])
            restart(system.programs[service])

        check(breaches(system, ledger, seconds=LOST), invariant)


def test_an_effect_lost_behind_its_mark_is_missed(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("behind-mark@20")), Ledger()

    with posting(system, ledger, tickets=80):
        wait_for_crash(only(system))
        restart(only(system))

    check(breaches(system, ledger, seconds=LOST), "I4")


def test_an_escalation_raised_again_is_noticed(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("says-again")), Ledger.of_overdue()
    with posting(system, ledger, tickets=10):
        pass
    check(breaches(system, ledger, OVERDUE))

    system.start()
    with posting(system, ledger, tickets=1):  # it is judged after those that were there before
        pass

    check(breaches(system, ledger, OVERDUE), "I8")
