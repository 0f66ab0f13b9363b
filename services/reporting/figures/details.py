"""What of a subject a number is about: promises with their makers, limits that somebody awaits."""

from datetime import datetime
from uuid import UUID

import msgspec

from services.reporting.figures.counting_clocks import is_kept, is_overdue
from services.reporting.figures.facts import Facts, PromiseFacts
from shared.contracts.sla import Step
from shared.directory import Directory


class PromiseView(msgspec.Struct, frozen=True, kw_only=True):
    """T-11: what was promised, by whom, and who is above them."""

    made_by: str
    made_at: datetime
    until: datetime
    work_order_id: UUID
    department: str | None
    supervisor: str | None
    kept: bool


class WaitingView(msgspec.Struct, frozen=True, kw_only=True):
    """U-13: a limit that passed and is waited for, and who was called on, lowest rung first."""

    clock: str
    due_at: datetime | None
    called_on: dict[Step, tuple[str, ...]]


def promises_of(facts: Facts, directory: Directory) -> list[PromiseView]:
    """Those that were kept or broken."""
    ended = {
        clock.occurrence: kept
        for clock in facts.sla.clocks.values()
        if clock.clock == "promise" and (kept := is_kept(clock)) is not None
    }
    found = []
    for event_id, promise in facts.dispatch.promises.items():
        if event_id not in ended:
            continue
        order = facts.dispatch.orders.get(str(promise.work_order_id))
        department = directory.department(order.department) if order else None
        found.append(
            PromiseView(
                made_by=_maker(promise, directory),
                made_at=promise.made_at,
                until=promise.until,
                work_order_id=promise.work_order_id,
                department=order.department if order else None,
                supervisor=department.supervisor if department else None,
                kept=ended[event_id],
            )
        )
    return found


def _maker(promise: PromiseFacts, directory: Directory) -> str:
    """Whose key said so; one that names nobody of the directory speaks for the handler."""
    handler = None if directory.knows(promise.made_by) else promise.handler
    return handler or promise.made_by


def waiting_in(facts: Facts) -> list[WaitingView]:
    return [
        WaitingView(clock=clock.clock, due_at=clock.due_at, called_on=dict(clock.raised))
        for clock in facts.sla.clocks.values()
        if is_overdue(clock)
    ]
