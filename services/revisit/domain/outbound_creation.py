"""How a task for a key moment begins: due at some time, or suppressed (M-01, M-02, T-12)."""

from datetime import datetime

from services.revisit.domain.commands import CreateOutboundTask
from services.revisit.domain.errors import DueMissingError, ImplausibleDueError
from services.revisit.domain.outbound_rules import OutboundRules
from shared.contracts.revisit import ExemptedBy, OutboundTaskCreated, OutboundTaskSuppressed
from shared.decider import HORIZON


def begun(
    command: CreateOutboundTask, rules: OutboundRules
) -> OutboundTaskCreated | OutboundTaskSuppressed:
    """Raises DueMissingError, ImplausibleDueError, worktime's OutsideCalendarError."""
    due_at = _due_at(command, rules)
    if exempted_by := _exempted_by(command, rules):
        return _suppressed(command, rules, exempted_by)
    return _created(command, rules, due_at)


def _suppressed(
    command: CreateOutboundTask, rules: OutboundRules, exempted_by: ExemptedBy
) -> OutboundTaskSuppressed:
    step = command.step
    return OutboundTaskSuppressed(
        task_id=command.task_id,
        client=command.client,
        customer_ref=command.customer_ref,
        pack=rules.pack.name,
        pack_version=rules.pack.version,
        moment=step.moment if step else command.moment,
        exempted_by=exempted_by,
        passed_to=command.passed_to,
        planned_for=command.moment if step else None,
        channel=step.channel if step else None,
        at=command.at,
    )


def _created(
    command: CreateOutboundTask, rules: OutboundRules, due_at: datetime
) -> OutboundTaskCreated:
    step = command.step
    return OutboundTaskCreated(
        task_id=command.task_id,
        client=command.client,
        customer_ref=command.customer_ref,
        pack=rules.pack.name,
        pack_version=rules.pack.version,
        moment=step.moment if step else command.moment,
        due_at=due_at,
        passed_to=command.passed_to,
        planned_for=command.moment if step else None,
        channel=step.channel if step else None,
        at=command.at,
    )


def _due_at(command: CreateOutboundTask, rules: OutboundRules) -> datetime:
    due_at, step = command.due_at, command.step
    if due_at is not None and not command.at < due_at <= command.at + HORIZON:
        raise ImplausibleDueError
    if step is None:
        return due_at or rules.due_at(command.at)
    if due_at is None:
        raise DueMissingError
    return rules.step_due_at(step, due_at, command.at)


def _exempted_by(command: CreateOutboundTask, rules: OutboundRules) -> ExemptedBy | None:
    moments = {command.moment, command.step.moment if command.step else command.moment}
    if command.exempt:
        return "client"
    if not moments.isdisjoint(rules.outbound.exempt_moments):
        return "pack"
    return None if command.served or not rules.outbound.served_group_only else "served-group"
