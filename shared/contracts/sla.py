"""What sla says: which promises run, which were kept, who must act because time ran out."""

from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from shared.contracts.terms import CheckpointSigned, Event, Moment, PauseReason, TextsErased

Step = Literal["reminder", "warning", "level-1", "level-2", "level-3", "level-4"]
STEPS: tuple[Step, ...] = ("reminder", "warning", "level-1", "level-2", "level-3", "level-4")
CancelReason = Literal[
    "withdrawn", "merged", "closed", "next-round", "order-cancelled", "reclassified", "restated"
]
"""`restated`: what had started it did not happen, as facts heard late show."""


RecalculationScope = Literal["new", "open", "period"]


class ClockEvent(Event, frozen=True, kw_only=True):
    """Names one clock of one ticket: its round, and its occurrence within the round."""

    ticket_id: UUID
    clock: str
    round: int
    occurrence: str
    """The work order for clocks of a work order, else the event that started it."""


class ClockStarted(ClockEvent, frozen=True, kw_only=True):
    """A promise runs; `at` is its start."""

    pack: str
    pack_version: int
    calendar_version: str
    target_at: Moment | None = None
    due_at: Moment | None = None
    provisional: bool = False
    """A day of it lies in a year whose holidays nobody announced yet."""
    moved_by: int = 0
    """How many facts had moved the limit by then: only more of them move it again."""


class ClockMet(ClockEvent, frozen=True, kw_only=True):
    """Kept, or kept late; `at` is when the stopping fact happened."""

    late: bool


class ClockMissed(ClockEvent, frozen=True, kw_only=True):
    """The limit passed while the clock ran; `at` is the limit."""


class ClockCancelled(ClockEvent, frozen=True, kw_only=True):
    """Nobody waits for it any more."""

    reason: CancelReason


class ClockPaused(ClockEvent, frozen=True, kw_only=True):
    """It stands still while work rests, and promises no time until it goes on; `at`: since when."""

    reason: PauseReason


class ClockResumed(ClockEvent, frozen=True, kw_only=True):
    """It runs again after all, as though nothing had stopped it; `at` is when that was known."""

    reason: str
    target_at: Moment | None = None
    due_at: Moment | None = None
    provisional: bool = False
    missed: bool = False
    """Its limit had passed, and that was said, before it stopped."""


class DeadlineMoved(ClockEvent, frozen=True, kw_only=True):
    """The promised time is another one now; both are kept."""

    reason: str
    target_at: Moment | None = None
    due_at: Moment | None = None
    previous_target_at: Moment | None = None
    previous_due_at: Moment | None = None
    provisional: bool = False
    missed: bool = False
    """The old limit had passed, and that was said; the new one has passed, too."""
    moved_by: int = 0
    pack_version: int | None = None
    calendar_version: str | None = None
    """By which versions it was worked out, where a recalculation moved it."""
    recalculation_id: UUID | None = None


class EscalationRaised(ClockEvent, frozen=True, kw_only=True):
    """Somebody must act; `due_at` is when the rung fell due, `at` when it was raised."""

    escalation_id: UUID
    step: Step
    addressee: tuple[str, ...]
    due_at: Moment


class EscalationWithdrawn(ClockEvent, frozen=True, kw_only=True):
    """A fact heard late shows that it need not have been raised."""

    escalation_id: UUID
    step: Step
    reason: str


class EscalationAcknowledged(ClockEvent, frozen=True, kw_only=True):
    """The addressee has seen it."""

    escalation_id: UUID
    step: Step
    acknowledged_by: str


class PackPublished(Event, frozen=True, kw_only=True):
    """A regulation has another version: it judges tickets whose `at` is `effective_from` or later.

    The stream is the pack's own. `definition` is the whole pack, with what it extends, as a pack
    is written in JSON; `digest` is the SHA-256 of its canonical form.
    """

    pack_id: UUID
    pack: str
    version: int
    effective_from: Moment
    definition: dict[str, Any]
    digest: str
    reason: str | None = None


class PublishedNotice(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An official notice of a year's days off, in the notation of a file of holidays."""

    year: int
    announced_by: str
    announced_on: str
    days_off: tuple[str, ...]
    makeup_days: tuple[str, ...] = ()
    source: str | None = None


class CalendarPublished(Event, frozen=True, kw_only=True):
    """A country's days have another version, for tickets whose `at` is `effective_from` or later.

    The stream is the country's own. `notices` are all that were published so far, the last one new;
    they come after those that an operator's file holds, which with the library is version 1.
    `digest` is the SHA-256 of the new one's canonical form.
    """

    calendar_id: UUID
    calendar: str
    """The country, as `cn`."""
    version: int
    effective_from: Moment
    notices: tuple[PublishedNotice, ...]
    digest: str
    reason: str | None = None


class RecalculationOrdered(Event, frozen=True, kw_only=True):
    """Tickets are judged anew, and by these versions from now on; the stream is the order's own.

    `scope` says which: those that were open when it was ordered (clocks that had ended by then
    stay as they were), or those whose own `at` lies in the time from `from_at` up to `until`, which
    `new` leaves open. Without a pack it is about all packs. Versions that it does not name stay.
    """

    recalculation_id: UUID
    scope: RecalculationScope
    from_at: Moment | None = None
    until: Moment | None = None
    pack: str | None = None
    pack_version: int | None = None
    calendar: str | None = None
    calendar_version: int | None = None
    reason: str


ClocksEvent = (
    ClockStarted
    | ClockMet
    | ClockMissed
    | ClockCancelled
    | ClockPaused
    | ClockResumed
    | DeadlineMoved
    | EscalationRaised
    | EscalationWithdrawn
    | EscalationAcknowledged
)

EVENTS: dict[str, type[Event]] = {
    "clock-started.v1": ClockStarted,
    "clock-met.v1": ClockMet,
    "clock-missed.v1": ClockMissed,
    "clock-cancelled.v1": ClockCancelled,
    "clock-paused.v1": ClockPaused,
    "clock-resumed.v1": ClockResumed,
    "deadline-moved.v1": DeadlineMoved,
    "escalation-raised.v1": EscalationRaised,
    "escalation-withdrawn.v1": EscalationWithdrawn,
    "escalation-acknowledged.v1": EscalationAcknowledged,
    "pack-published.v1": PackPublished,
    "calendar-published.v1": CalendarPublished,
    "recalculation-ordered.v1": RecalculationOrdered,
    "texts-erased.v1": TextsErased,
    "checkpoint-signed.v1": CheckpointSigned,
}
