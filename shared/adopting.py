"""What each service does on hearing that a pack or a calendar has another version."""

from typing import Protocol

from shared.contracts.sla import CalendarPublished, PackPublished
from shared.messaging.envelope import Envelope
from shared.service import Core
from shared.versions import version_change


class Service(Protocol):
    """Whoever goes by packs."""

    @property
    def core(self) -> Core: ...


async def on_pack_published(envelope: Envelope[PackPublished], service: Service) -> None:
    """Known to this instance at once; to the others when they look. Raises WrongDataError."""
    core, event = service.core, envelope.event
    core.packs.take(event)
    await core.store.append(envelope.cause.effect(version_change(event)))


async def on_calendar_published(envelope: Envelope[CalendarPublished], service: Service) -> None:
    core, event = service.core, envelope.event
    core.calendars.take(event)
    await core.store.append(envelope.cause.effect(version_change(event)))
