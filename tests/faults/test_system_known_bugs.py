"""What a known bug loses or doubles when its process is killed is noticed by those who look."""

from collections.abc import Callable

import pytest

from tests.e2e.system import System
from tests.faults.api_launch import launcher
from tests.faults.histories import OVERDUE, breaches, lost
from tests.faults.ledger import Ledger, check
from tests.faults.load import posting
from tests.faults.systems import only, restart, wait_for_crash

pytestmark = pytest.mark.timeout(300)


def test_an_effect_lost_behind_its_mark_is_missed(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("behind-mark@10")), Ledger()

    with posting(system, ledger, tickets=30):
        wait_for_crash(only(system))
        restart(only(system))

    check(lost(system, ledger), "I4")


def test_an_escalation_raised_again_is_noticed(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("says-again")), Ledger.of_overdue()
    with posting(system, ledger, tickets=10):
        pass
    check(breaches(system, ledger, OVERDUE))

    system.start()
    with posting(system, ledger, tickets=1):  # it is judged after those that were there before
        pass

    check(breaches(system, ledger, OVERDUE), "I8")
