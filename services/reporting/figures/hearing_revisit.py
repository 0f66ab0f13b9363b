"""What revisit's events tell of call-backs, outbound tasks and served groups."""

from msgspec.structs import replace

from services.reporting.figures.facts import GroupFacts, Revisit, RevisitFacts, TaskFacts
from services.reporting.figures.heard import Heard
from shared.contracts import revisit


def evolve_revisit(known: Revisit, heard: Heard) -> Revisit:
    """The section after one event."""
    event = heard.event
    match event:
        case revisit.RevisitScheduled():
            return _with(known, event.round, RevisitFacts())
        case revisit.RevisitConcluded():
            done = RevisitFacts(is_concluded=True, solved=event.solved, score=event.score)
            return _with(known, event.round, done)
        case revisit.RevisitCancelled():
            before = known.revisits.get(event.round, RevisitFacts())
            return _with(known, event.round, replace(before, is_cancelled=True))
        case revisit.OutboundTaskCreated() | revisit.OutboundTaskSuppressed():
            return replace(known, task=_task(event))
        case revisit.ServedGroupImported():
            return replace(known, group=_group(known.group, event))
        case _ if known.task is not None:
            return replace(known, task=_evolve(known.task, heard))
        case _:
            return known


def _with(known: Revisit, in_round: int, call_back: RevisitFacts) -> Revisit:
    return replace(known, revisits={**known.revisits, in_round: call_back})


def _task(event: revisit.OutboundTaskCreated | revisit.OutboundTaskSuppressed) -> TaskFacts:
    return TaskFacts(
        client=event.client,
        pack=event.pack,
        moment=event.moment,
        at=event.at,
        due_at=event.due_at if isinstance(event, revisit.OutboundTaskCreated) else None,
        is_suppressed=isinstance(event, revisit.OutboundTaskSuppressed),
        passed_to=event.passed_to,
    )


def _group(known: GroupFacts | None, event: revisit.ServedGroupImported) -> GroupFacts:
    group = known or GroupFacts(client=event.client, month=event.month)
    start = group.start_count if event.start_count is None else event.start_count
    end = group.end_count if event.end_count is None else event.end_count
    return replace(group, start_count=start, end_count=end)


def _evolve(task: TaskFacts, heard: Heard) -> TaskFacts:
    event = heard.event
    match event:
        case revisit.OutboundTaskAttempted():
            is_reached = task.is_reached or event.outcome == "reached"
            return replace(task, is_tried=True, is_reached=is_reached)
        case revisit.OutboundTaskHandedOver():
            return replace(task, passed_to=event.passed_to)
        case revisit.OutboundTaskConcluded():
            return replace(
                task,
                outcome=event.outcome,
                is_reached=task.is_reached or event.outcome != "unreachable",
                score=event.score,
                passed_to=event.passed_to or task.passed_to,
                information_passed_at=event.information_passed_at,
                filled_fields=event.filled_fields or (),
            )
        case _:
            return task
