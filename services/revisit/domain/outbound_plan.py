"""A key moment that stands for several tasks, each in a stream of its own (T-12)."""

from dataclasses import replace
from uuid import uuid5

from services.revisit.domain.commands import CreateOutboundTask
from services.revisit.domain.outbound_stages import OutboundTask, Suppressed, began_with


def steps(command: CreateOutboundTask) -> tuple[CreateOutboundTask, ...]:
    """A command for each task of the moment's plan; the command itself where there is no plan.

    The others' ids are derived from the first's: who tries again after a crash completes the set.
    """
    plan = command.rules.plan(command.moment) if command.rules else ()
    ids = (command.task_id, *(uuid5(command.task_id, step.moment) for step in plan[1:]))
    planned = (
        replace(command, task_id=task_id, step=step)
        for task_id, step in zip(ids, plan, strict=False)
    )
    return tuple(planned) or (command,)


def others(command: CreateOutboundTask, first: OutboundTask) -> tuple[CreateOutboundTask, ...]:
    """The rest of the set, judged as the first one was: at its time, for the same served group."""
    begun = began_with(first)
    served = not (isinstance(first, Suppressed) and first.suppressed.exempted_by == "served-group")
    same = replace(command, task_id=begun.task_id, at=begun.at, served=served)
    return steps(same)[1:]
