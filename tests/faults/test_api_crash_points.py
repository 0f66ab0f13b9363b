"""Intake dies while it stores or answers: what was answered is there, a retry makes no double."""

from collections.abc import Callable, Sequence

import pytest

from tests.e2e.system import HUIYIN, Client, System
from tests.eventually import eventually
from tests.faults.api_launch import launcher
from tests.faults.histories import log_of, registrations
from tests.faults.ledger import Ledger, Operation, check, submit
from tests.faults.load import PATIENCE
from tests.faults.systems import only, wait_for_crash

STORED = {"before-commit": 0, "after-commit": 1, "before-reply": 1, "within-reply": 1}
"""How often a command is stored when the process ends there."""


def crash(system: System, ledger: Ledger, unanswered: Sequence[Operation] = ()) -> Operation:
    """Three commands, the first of which may be a retry; the process ends at the third."""
    client = system.client()
    fresh = [ledger.next() for _ in range(2 - len(unanswered))]
    for operation in [*unanswered, *fresh]:
        answer(client, operation)
    last = ledger.next()
    submit(client, last)
    client.close()
    wait_for_crash(only(system))
    return last


def answer(client: Client, operation: Operation) -> None:
    eventually(lambda: submit(client, operation) == "ok", "an answer", PATIENCE)


def start(system: System, *patches: str) -> None:
    """Start it anew."""
    only(system).command = launcher(*patches) if patches else (HUIYIN,)
    only(system).start()


def breaches(system: System, ledger: Ledger) -> list[str]:
    """What is amiss in the store of a process that has ended."""
    return list(ledger.breaches(registrations(log_of(system, "intake"))))


@pytest.mark.parametrize(
    ("stored_in", "points"),
    [("run", [*STORED]), ("serve_intake", ["before-commit", "after-commit"])],
    ids=["run", "serve_intake"],
    indirect=["stored_in"],
)
def test_a_command_whose_answer_was_lost_is_stored_once(
    stored_in: Callable[..., System], points: Sequence[str]
) -> None:
    """The way of an answer that was stored is the same over both stores."""
    system, ledger = stored_in(launcher(f"{points[0]}@3")), Ledger()
    unanswered: list[Operation] = []

    for point, following in zip(points, [*points[1:], None], strict=True):
        lost = crash(system, ledger, unanswered)
        assert lost.outcome == "unknown"
        log = registrations(log_of(system, "intake"))
        assert [name for _, name in log].count(lost.name) == STORED[point]
        start(system, *([f"{following}@3"] if following else []))
        unanswered = [lost]
    client = system.client()
    answer(client, unanswered[0])
    client.close()
    system.stop()

    assert len(ledger.stored) == len(ledger.operations)
    check(breaches(system, ledger))


def test_an_answer_before_the_commit_is_found_out(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("answers-early", "before-commit@3")), Ledger()

    assert crash(system, ledger).outcome == "ok"

    check(breaches(system, ledger), "I1")


def test_a_key_that_is_not_stored_is_found_out(run: Callable[..., System]) -> None:
    system, ledger = run(launcher("forgets-keys", "before-reply@3")), Ledger()

    lost = crash(system, ledger)
    start(system, "forgets-keys")
    client = system.client()
    answer(client, lost)
    client.close()
    system.stop()

    check(breaches(system, ledger), "I1")
