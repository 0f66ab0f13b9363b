"""`huiyin run` is killed and started again: each ticket arrives everywhere, once."""

from collections.abc import Callable

import pytest

from tests.e2e.system import System
from tests.faults.clerks import CLOSED, carrying
from tests.faults.histories import OVERDUE, breaches
from tests.faults.ledger import Ledger, check
from tests.faults.load import posting
from tests.faults.systems import only, restart

TICKETS = 40
PROMISED = 1000

pytestmark = pytest.mark.timeout(300)


def test_each_step_to_the_end_is_taken_once(run: Callable[..., System]) -> None:
    system, ledger = run(), Ledger()
    with posting(system, ledger, tickets=9):
        pass

    with carrying(system, ledger.tickets) as wait_for:
        for done in (2, 4, 6):
            wait_for(done)
            restart(only(system))

    check(breaches(system, ledger, CLOSED))


def test_each_ticket_arrives_everywhere_and_each_escalation_is_raised_once(
    run: Callable[..., System],
) -> None:
    system, ledger = run(), Ledger.of_overdue()

    with posting(system, ledger, tickets=TICKETS) as load:
        for _ in range(3):
            load.wait_for(TICKETS // 4)
            restart(only(system))

    assert len(ledger.stored) == TICKETS
    check(breaches(system, ledger, OVERDUE))


@pytest.mark.faults
@pytest.mark.timeout(900)
def test_a_thousand_tickets_arrive_through_twenty_kills(run: Callable[..., System]) -> None:
    system, ledger = run(), Ledger.of_overdue()

    with posting(system, ledger, tickets=PROMISED) as load:
        for _ in range(20):
            load.wait_for(PROMISED // 25)
            restart(only(system))

    assert len(ledger.stored) == PROMISED
    check(breaches(system, ledger, OVERDUE, seconds=300.0))
