"""What each event of the other services tells, in the terms of facts; None where it tells none."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from services.sla.domain.facts import Fact, FactName
from services.sla.records import (
    CaseFields,
    EventFields,
    OrderFields,
    case_of,
    fact,
    responsible_of,
)
from shared.codec import MetadataText
from shared.contracts.dispatch import CancelReason, ContactOutcome, NoticeAbout, NoticeOutcome
from shared.contracts.terms import Channel, PauseReason, Tier


class ClassifiedFields(EventFields, gc=False, kw_only=True):
    case: CaseFields
    against_person: str | None = None


class SupplementedFields(EventFields, gc=False, kw_only=True):
    repeat: bool = False
    publicity_threat: bool = False


class AppealFields(EventFields, gc=False, kw_only=True):
    appeal_id: str


class ContactFields(EventFields, gc=False, kw_only=True):
    client: str
    channel: Channel
    tier: Tier = "standard"
    customer_phone: str | None = None
    abandoned_at: datetime | None = None
    callback_of: str | None = None
    pack: str | None = None
    pack_version: int | None = None


class OfferedFields(OrderFields, gc=False, kw_only=True):
    appeal_id: str | None = None


class AttemptedFields(OrderFields, gc=False, kw_only=True):
    outcome: ContactOutcome


class ProgressFields(OrderFields, gc=False, kw_only=True):
    done: bool


class ReviewedFields(OrderFields, gc=False, kw_only=True):
    approved: bool


class SuspendedFields(OrderFields, gc=False, kw_only=True):
    reason: PauseReason


class ExtendedFields(OrderFields, gc=False, kw_only=True):
    until: datetime
    consent_at: datetime


class CancelledFields(OrderFields, gc=False, kw_only=True):
    reason: CancelReason


class NotifiedFields(OrderFields, gc=False, kw_only=True):
    about: NoticeAbout
    outcome: NoticeOutcome = "reached"


class TaskFields(EventFields, gc=False, kw_only=True):
    client: str
    pack: str
    pack_version: int
    due_at: datetime


Translation = Callable[[MetadataText, Any], Fact | None]


def plain(name: FactName) -> Translation:
    """An event of which only that it happened is of interest."""
    return lambda metadata, event: fact(metadata, name, event)


def of_main(name: FactName) -> Translation:
    """The same of the ticket's own work order; other orders' are no fact."""
    return lambda metadata, order: _main(metadata, name, order)


def naming(name: FactName) -> Translation:
    """What says who has a work order, whatever order it is."""

    def translate(metadata: MetadataText, order: OrderFields) -> Fact:
        people, until = responsible_of(order), order.promised_until
        return fact(
            metadata, name, order, subject=order.work_order_id, responsible=people, until=until
        )

    return translate


def _main(metadata: MetadataText, name: FactName, order: OrderFields) -> Fact | None:
    if order.role != "main":
        return None
    until = order.promised_until
    return fact(metadata, name, order, subject=order.work_order_id, until=until)


def on_registered(metadata: MetadataText, event: ClassifiedFields) -> Fact:
    case = case_of(event.case, event.against_person)
    return fact(metadata, "ticket-registered", EventFields(event.at), case=case)


def on_reclassified(metadata: MetadataText, event: ClassifiedFields) -> Fact:
    return fact(metadata, "ticket-reclassified", event, case=case_of(event.case))


def on_supplemented(metadata: MetadataText, event: SupplementedFields) -> Fact | None:
    """U-11: only who asks again, or threatens to go public."""
    if not (event.repeat or event.publicity_threat):
        return None
    return fact(metadata, "customer-repeated", event)


def on_appeal_lodged(metadata: MetadataText, event: AppealFields) -> Fact:
    return fact(metadata, "appeal-lodged", event, subject=event.appeal_id)


def on_appeal_answered(metadata: MetadataText, event: AppealFields) -> Fact:
    return fact(metadata, "appeal-answered", event, subject=event.appeal_id)


def on_contact(metadata: MetadataText, event: ContactFields) -> Fact | None:
    """H-29: an abandoned call whose number is known, or the call that answers it."""
    if event.callback_of is not None:
        return fact(metadata, "contact-called-back", event)
    if event.abandoned_at is None or event.customer_phone is None:
        return None
    if event.pack is None or event.pack_version is None:
        return None
    case = CaseFields(
        event.client, event.pack, event.pack_version, channel=event.channel, tier=event.tier
    )
    return fact(metadata, "contact-abandoned", event, case=case_of(case))


NAMES_OF_OFFERS: Mapping[str, FactName] = {
    "main": "work-order-offered",
    "help": "help-offered",
    "appeal": "appeal-offered",
}


def on_offered(metadata: MetadataText, event: OfferedFields) -> Fact | None:
    return naming(NAMES_OF_OFFERS[event.role])(metadata, event)


def on_completed(metadata: MetadataText, event: OrderFields) -> Fact | None:
    if event.role == "help":
        return fact(metadata, "help-completed", event, subject=event.work_order_id)
    return _main(metadata, "work-order-completed", event)


def on_cancelled(metadata: MetadataText, event: CancelledFields) -> Fact | None:
    """A withdrawal or a merger, which may be taken back, is a fact of its own."""
    if event.reason in {"withdrawn", "merged"}:
        return None
    return fact(metadata, "work-order-cancelled", event, subject=event.work_order_id)


def on_attempted(metadata: MetadataText, event: AttemptedFields) -> Fact | None:
    """C-03: a wrong number was no contact, and neither is a door that nobody opens."""
    if event.outcome in {"wrong_number", "nobody_home"}:
        return None
    return _main(metadata, "contact-attempted", event)


def on_progress(metadata: MetadataText, event: ProgressFields) -> Fact | None:
    return _main(metadata, "progress-done" if event.done else "progress-unfinished", event)


def on_reviewed(metadata: MetadataText, event: ReviewedFields) -> Fact | None:
    name: FactName = "written-answer-approved" if event.approved else "written-answer-rejected"
    return _main(metadata, name, event)


def on_suspended(metadata: MetadataText, event: SuspendedFields) -> Fact | None:
    return _main(metadata, event.reason, event)


def on_extended(metadata: MetadataText, event: ExtendedFields) -> Fact | None:
    """T-04: what counts is when the customer consented, not when that was written down."""
    if event.role == "appeal":
        return None
    agreed = EventFields(event.consent_at, event.round)
    return fact(
        metadata, "extension-agreed", agreed, subject=event.work_order_id, until=event.until
    )


def on_notified(metadata: MetadataText, event: NotifiedFields) -> Fact | None:
    """Dispatch lets a result notice in vain through only after enough attempts."""
    if event.outcome == "reached":
        names: Mapping[str, FactName] = {
            "result": "customer-notified-result",
            "progress": "customer-notified-progress",
            "overdue": "customer-notified-overdue",
        }
        return _main(metadata, names[event.about], event)
    return _main(metadata, "customer-not-reached", event) if event.about == "result" else None


def on_task_created(metadata: MetadataText, event: TaskFields) -> Fact:
    case = case_of(CaseFields(event.client, event.pack, event.pack_version))
    return fact(metadata, "outbound-task-created", event, case=case, until=event.due_at)
