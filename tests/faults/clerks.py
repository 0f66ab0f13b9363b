"""Clerks who carry tickets from the work order to the customer's last word."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tests.e2e import desk
from tests.e2e.system import System
from tests.eventually import eventually
from tests.faults.histories import FIRST
from tests.faults.load import PATIENCE, PatientClient, patient

CLERKS = 4
CLOSED = FIRST + Counter(
    [
        "work-order-accepted",
        "contact-attempted",
        "complaint-verified",
        "work-order-completed",
        "customer-notified",
        *["clock-started"] * 3,
        *["clock-met"] * 5,
        "revisit-scheduled",
        "revisit-attempted",
        "revisit-concluded",
        "ticket-closed",
        "fact-kept",
    ]
)
"""The whole history of a ticket that went well; dispatch keeps that it is closed. The report-back
and the revisit, scheduled and done, have clocks, too."""


@contextmanager
def carrying(system: System, tickets: Sequence[str]) -> Iterator[Callable[[int], None]]:
    """Clerks at work until all is done; what it yields waits until so many tickets are."""
    with ThreadPoolExecutor(CLERKS) as pool:
        working = [pool.submit(_carry, system, ticket_id) for ticket_id in tickets]

        def wait_for(number: int) -> None:
            eventually(
                lambda: sum(one.done() for one in working) >= number, f"{number} done", PATIENCE
            )

        yield wait_for
    for one in working:
        one.result()


def _carry(system: System, ticket_id: str) -> None:
    with patient(system) as clerk:
        _wait_for(clerk, f"/dispatch/v1/work-orders?ticket_id={ticket_id}")
        desk.handle(clerk, ticket_id)
        _wait_for(clerk, f"/revisit/v1/revisits?ticket_id={ticket_id}")
        desk.conclude(clerk, ticket_id, solved=True)


def _wait_for(clerk: PatientClient, path: str) -> None:
    """As long as a service may take to come back and catch up."""
    eventually(lambda: clerk.get(path)["items"] or None, path, PATIENCE)
