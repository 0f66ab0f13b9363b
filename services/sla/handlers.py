"""What the other services say, as the facts that clocks depend on.

Only the fields that a clock needs are decoded: a replay reads every event there ever was.
"""

from collections.abc import Mapping

import msgspec

from services.sla import translations as tell
from services.sla.domain.facts import Fact
from services.sla.records import EventFields, OrderFields
from shared.codec import UnknownVersionError, UnreadableEventError
from shared.messaging.heading import Heading

_TRANSLATIONS: Mapping[str, Mapping[str, tuple[type[msgspec.Struct], tell.Translation]]] = {
    "intake": {
        "ticket-registered.v1": (tell.ClassifiedFields, tell.on_registered),
        "ticket-reclassified.v1": (tell.ClassifiedFields, tell.on_reclassified),
        "ticket-supplemented.v1": (tell.SupplementedFields, tell.on_supplemented),
        "ticket-withdrawn.v1": (EventFields, tell.plain("ticket-withdrawn")),
        "ticket-merged.v1": (EventFields, tell.plain("ticket-merged")),
        "ticket-unmerged.v1": (EventFields, tell.plain("ticket-unmerged")),
        "ticket-reopened.v1": (EventFields, tell.plain("round-started")),
        "ticket-answered.v1": (EventFields, tell.plain("ticket-answered")),
        "ticket-closed.v1": (EventFields, tell.plain("ticket-closed")),
        "appeal-lodged.v1": (tell.AppealFields, tell.on_appeal_lodged),
        "contact-recorded.v1": (tell.ContactFields, tell.on_contact),
    },
    "dispatch": {
        "work-order-offered.v1": (tell.OfferedFields, tell.on_offered),
        "work-order-arbitrated.v1": (OrderFields, tell.naming("work-order-assigned")),
        "work-order-transferred.v1": (OrderFields, tell.naming("work-order-assigned")),
        "work-order-accepted.v1": (OrderFields, tell.naming("work-order-accepted")),
        "taken-over.v1": (OrderFields, tell.naming("work-order-taken-over")),
        "work-order-completed.v1": (OrderFields, tell.on_completed),
        "work-order-cancelled.v1": (tell.CancelledFields, tell.on_cancelled),
        "contact-attempted.v1": (tell.AttemptedFields, tell.on_attempted),
        "progress-reported.v1": (tell.ProgressFields, tell.on_progress),
        "written-answer-sent.v1": (OrderFields, tell.of_main("written-answer-sent")),
        "written-answer-reviewed.v1": (tell.ReviewedFields, tell.on_reviewed),
        "handling-suspended.v1": (tell.SuspendedFields, tell.on_suspended),
        "handling-resumed.v1": (OrderFields, tell.of_main("handling-resumed")),
        "extension-agreed.v1": (tell.ExtendedFields, tell.on_extended),
        "customer-notified.v1": (tell.NotifiedFields, tell.on_notified),
        "appeal-answered.v1": (tell.AppealFields, tell.on_appeal_answered),
    },
    "revisit": {
        "rectification-ordered.v1": (EventFields, tell.plain("round-started")),
        "revisit-scheduled.v1": (EventFields, tell.plain("revisit-scheduled")),
        "revisit-concluded.v1": (EventFields, tell.plain("revisit-concluded")),
        "outbound-task-created.v1": (tell.TaskFields, tell.on_task_created),
        "outbound-task-concluded.v1": (EventFields, tell.plain("outbound-task-concluded")),
    },
}
HEARS = tuple(_TRANSLATIONS)
_PREFIX = "huiyin."
_known = {
    f"{_PREFIX}{publisher}.{name}".encode(): (msgspec.json.Decoder(kind), translate)
    for publisher, events in _TRANSLATIONS.items()
    for name, (kind, translate) in events.items()
}
_stems = {name.rpartition(b".")[0] for name in _known}


def fact_of(heading: Heading, value: bytes | None) -> Fact | None:
    """The fact that a record tells; None for what no clock depends on.

    Raises UnknownVersionError for another version of a type known here, UnreadableEventError and
    UnreadableRecordError for what its type does not promise.
    """
    name = heading.kind
    known = _known.get(name)
    if known is None:
        if name.rpartition(b".")[0] in _stems:
            raise UnknownVersionError(name.decode(errors="replace"))
        return None
    decoder, translate = known
    try:
        event = decoder.decode(value or b"")
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableEventError(name.decode()) from error
    return translate(heading.metadata, event)
