"""What cannot be read or handled parks its own ticket, and nothing else is lost or delayed."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from tests.contract.carriers import KafkaPost
from tests.contract.desks import ticket
from tests.contract.test_carriers_letters import POISONS, STRANGE_HEADERS
from tests.faults.messaging.checker import check
from tests.faults.messaging.rig import Rig, log_of

TICKETS = 200
SOUND = [ticket(1000 + number) for number in range(10)]


@pytest.mark.parametrize(("bug", "invariant"), [("unreadable-is-dropped", "I4"), (None, None)])
async def test_every_kind_of_poison_parks_its_own_ticket(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    poisoned = [ticket(number) for number in range(len(POISONS))]
    records = await log_of(source, [*poisoned, *SOUND, *poisoned, *SOUND])
    spoilt = [poison(record) for poison, record in zip(POISONS.values(), records, strict=False)]
    strangers = [replace(strange(records[-1]), key=None) for strange in STRANGE_HEADERS.values()]
    sent = [*spoilt, *strangers, *records[len(spoilt) :]]
    hearing = rig.worker("hear", target)

    hearing.start(*filter(None, [bug]))
    await KafkaPost(rig.bootstrap).send("intake", sent)
    await rig.heard(hearing, 2 * len(SOUND), bug, letters=2 * len(poisoned) + len(strangers))

    check(await rig.breaches(source, target, poisoned), invariant)


def stands(effects: int, letters: int) -> Callable[[dict[str, Any]], bool]:
    """Whether it says that it has exactly so many."""
    return lambda said: (said["effects"], said["letters"]) == (effects, letters)


@pytest.mark.parametrize(("bug", "invariant"), [("parked-tickets-go-on", "I5"), (None, None)])
async def test_one_poisoned_ticket_of_many_is_redriven_in_its_order(
    rig: Rig, bug: str | None, invariant: str | None
) -> None:
    source, target = rig.store("intake"), rig.store("dispatch")
    publishing = rig.worker("publish", source, "--tickets", TICKETS, "--events", TICKETS)
    going_on = rig.worker("publish", source, "--tickets", TICKETS, "--events", 2 * TICKETS)
    hearing = rig.worker("hear", target, "--failing", 7)
    hearing.start(*filter(None, [bug]))
    publishing.start()
    hearing.wait_for("one is parked", stands(TICKETS - 1, letters=1))
    publishing.kill()

    hearing.signal(signal.SIGUSR2)  # what it failed on is mended, and its letter still there
    going_on.start()
    hearing.hears(2 * TICKETS)
    hearing.signal(signal.SIGUSR1)
    hearing.wait_for("it is redriven", stands(2 * TICKETS, letters=0))

    check(await rig.breaches(source, target), invariant)
