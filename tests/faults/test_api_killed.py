"""The process that takes tickets is killed again and again while clients post and try again."""

import random
import time
from collections.abc import Callable

import pytest

from tests.e2e.system import HUIYIN, System
from tests.faults.api_launch import launcher
from tests.faults.histories import in_order, log_of, registrations
from tests.faults.ledger import Ledger, check, submit
from tests.faults.load import Load, posting
from tests.faults.systems import only, restart, wait_for_crash

SEED = 20261122
START_TIME = 2.0
"""About as long as a start takes: some kills come in the middle of it."""


def kill_again_and_again(system: System, ledger: Ledger, rounds: int) -> None:
    """Under load; the last start is left running, and every client has its answer."""
    moments = random.Random(SEED)  # noqa: S311 - the same in every run
    program = only(system)
    with posting(system, ledger, clients=6, impatient=0.1, seed=SEED) as load:
        for number in range(rounds):
            [_while_it_works, _while_it_starts, _at_a_crash_point][number % 3](
                system, load, moments
            )
            program.command = (HUIYIN,)
            program.start()
            if load.failed.is_set():
                break


def _while_it_works(system: System, load: Load, moments: random.Random) -> None:
    load.wait_for(moments.randint(1, 40))
    time.sleep(moments.uniform(0, 0.03))
    only(system).kill()


def _while_it_starts(system: System, load: Load, moments: random.Random) -> None:
    del load
    time.sleep(moments.uniform(0, START_TIME))
    only(system).kill()


def _at_a_crash_point(system: System, load: Load, moments: random.Random) -> None:
    del load
    program = only(system)
    point = moments.choice(["before-commit", "after-commit", "before-reply", "within-reply"])
    restart(program, launcher(f"{point}@{moments.randint(1, 40)}"))
    wait_for_crash(program)


def read_back(system: System, ledger: Ledger) -> None:
    """Each ticket is there; sent once more, it is answered as it was before."""
    client = system.client()
    for operation in ledger.stored:
        shown = client.get(f"/intake/v1/tickets/{operation.ticket_id}")
        assert shown["product"] == operation.name
        assert submit(client, operation) == "ok"
        assert operation.answers[-1]["replayed"]
    client.close()


def breaches(system: System, ledger: Ledger) -> list[str]:
    """What is amiss in the store, once the process has ended."""
    log = log_of(system, "intake")
    return [*ledger.breaches(registrations(log)), *in_order(log)]


def survives(system: System, rounds: int) -> None:
    ledger = Ledger()
    kill_again_and_again(system, ledger, rounds)
    read_back(system, ledger)
    system.stop()
    check(breaches(system, ledger))


@pytest.mark.timeout(300)
def test_tickets_are_stored_once_however_often_it_is_killed(
    stored_in: Callable[..., System],
) -> None:
    """In each of three ways, once; the next test takes two hundred."""
    survives(stored_in(), rounds=3)


@pytest.mark.faults
@pytest.mark.timeout(3600)
def test_tickets_are_stored_once_through_two_hundred_kills(
    stored_in: Callable[..., System],
) -> None:
    survives(stored_in(), rounds=200)


@pytest.mark.parametrize(
    ("bug", "point"), [("answers-early", "before-commit"), ("forgets-keys", "before-reply")]
)
def test_a_known_bug_is_found_out(run: Callable[..., System], bug: str, point: str) -> None:
    """It dies where the bug shows: a kill by the clock may come when nothing is underway."""
    system, ledger = run(launcher(bug, f"{point}@20")), Ledger()

    with posting(system, ledger, clients=6):
        wait_for_crash(only(system))
        restart(only(system), launcher(bug))
    system.kill()

    check(breaches(system, ledger), "I1")
