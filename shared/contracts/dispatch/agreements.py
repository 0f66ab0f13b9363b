"""What was agreed with the customer, or has to be waited for."""

from shared.contracts.dispatch.main_line import WorkOrderEvent
from shared.contracts.terms import ContactChannel, Moment, PauseReason, Text


class ExtensionAgreed(WorkOrderEvent, frozen=True, kw_only=True):
    """T-04: the customer consented to a longer time; who, when, how, and until when."""

    until: Moment
    reason: Text
    consent_by: Text
    consent_at: Moment
    consent_means: ContactChannel


class HandlingSuspended(WorkOrderEvent, frozen=True, kw_only=True):
    """Work rests, for a reason that may pause the pack's clocks."""

    reason: PauseReason


class HandlingResumed(WorkOrderEvent, frozen=True, kw_only=True):
    """Work goes on."""


class AppointmentAgreed(WorkOrderEvent, frozen=True, kw_only=True):
    """C-04: when the handler comes; in place of another, why and that the customer agreed."""

    from_at: Moment
    until: Moment
    reason: Text | None = None
    customer_agreed: bool = False
    note: Text | None = None


class AppointmentMissed(WorkOrderEvent, frozen=True, kw_only=True):
    """C-05: the customer did not keep it, and a written note was left."""

    from_at: Moment
    until: Moment
    note_left: bool
