"""What of the register a ticket shows beside what lists show (H-03)."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from services.intake.shapes import TicketView
from shared.contracts.intake import TicketRegistered

SEALED = ("subject", "requested_remedy", "contact_person", "product_serial", "unit_number")
"""Its texts, beside the content: for who may read personal data."""


def with_register(view: TicketView, register: TicketRegistered) -> TicketView:
    """With what anybody may read who sees the ticket."""
    return msgspec.structs.replace(
        view,
        receiver=register.receiver,
        branch=register.branch,
        merchant=register.merchant,
        verified_by=register.verified_by,
    )


def sealed_in(register: TicketRegistered) -> Mapping[str, UUID]:
    """The texts that were given, by field."""
    texts = {field: getattr(register, field) for field in SEALED}
    return {field: text.text_id for field, text in texts.items() if text is not None}
