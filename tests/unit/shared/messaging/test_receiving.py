from dataclasses import replace

import pytest

from shared.codec import UnknownVersionError
from shared.contracts.intake import TicketWithdrawn
from shared.contracts.terms import Event, PersonalDataRead
from shared.messaging.envelope import Envelope
from shared.messaging.receiving import Receiver
from tests.unit.shared.messaging.records import EVENT, arrival


async def test_the_handler_of_the_type_is_called() -> None:
    heard: list[Event] = []

    async def on_read(envelope: Envelope[PersonalDataRead]) -> None:
        heard.append(envelope.event)

    await Receiver({PersonalDataRead: on_read})(arrival())

    assert heard == [EVENT]


async def never(envelope: Envelope[Event]) -> None:
    raise AssertionError(envelope)


async def test_a_type_that_nobody_handles_has_no_effect() -> None:
    await Receiver({TicketWithdrawn: never})(arrival())


async def test_an_unknown_version_of_a_handled_type_is_refused() -> None:
    later = replace(arrival(), name="personal-data-read.v2")

    with pytest.raises(UnknownVersionError):
        await Receiver({PersonalDataRead: never})(later)


async def test_an_unknown_version_of_a_type_heard_by_others_has_no_effect() -> None:
    later = replace(arrival(), name="personal-data-read.v2")

    await Receiver({TicketWithdrawn: never})(later)


async def test_an_unknown_type_has_no_effect() -> None:
    await Receiver({TicketWithdrawn: never})(replace(arrival(), name="ticket-forecast.v1"))
