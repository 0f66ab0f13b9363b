"""The clocks of the specification's table: what starts each, what stops it, and by when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from shared.contracts import dispatch, intake, revisit
from shared.contracts.terms import Case
from tests.unit.sla.naive import promises
from tests.unit.sla.naive.told import Told

Test = Callable[[Told], bool]


def _never(told: Told) -> bool:
    del told
    return False


@dataclass(frozen=True)
class Row:
    """A line of the table."""

    name: str
    promise: Callable[[Case], promises.Promise | None]
    starts: Test
    stops: Test = _never
    of_round: bool = True
    """It is repeated with each round, and the next one cancels it."""
    any_round: bool = False
    """It starts in whatever round, and no later one cancels it."""
    of_order: bool = False
    """Only what happens to the same work order stops it."""
    named_by_order: Test = _never
    """Its occurrence is the work order, and not the event."""
    each: Test = _never
    """Not only the first one starts it."""
    from_recording: bool = False
    """Before the ticket was recorded nobody could do it."""
    until_recorded: bool = False
    """It is known only when it is over."""
    starts_again: bool = False
    """Only what happens after the start stops it."""
    rests: bool = False
    """It stands still while the customer is waited for, or in force majeure."""
    on_miss: bool = False
    """The limit of the answer starts it, when missed."""
    until: Literal["amount", "said", "half"] = "amount"
    """Its limit: an amount of time, or what the start says, or half of what the answer has."""
    lifts: bool = False
    """Only who stands higher than whoever had the ticket at the start stops it."""


def _is(*kinds: type[Any], **said: object) -> Test:
    """An event of the ticket's own, of these kinds, that says this."""

    def test(told: Told) -> bool:
        if not isinstance(told.event, kinds) or not told.of_the_ticket:
            return False
        return all(getattr(told.event, name) == value for name, value in said.items())

    return test


def _other(kind: type[Any], **said: object) -> Test:
    """The same of whatever order."""

    def test(told: Told) -> bool:
        if not isinstance(told.event, kind):
            return False
        return all(getattr(told.event, name) == value for name, value in said.items())

    return test


def _either(*tests: Test) -> Test:
    return lambda told: any(test(told) for test in tests)


REGISTERED = _is(intake.TicketRegistered)
ROUND = _is(intake.TicketRegistered, intake.TicketReopened, revisit.RectificationOrdered)
ANSWERED = _is(intake.TicketAnswered)
OFFERED = _is(dispatch.WorkOrderOffered)
ACCEPTED = _is(dispatch.WorkOrderAccepted)
TOLD_RESULT = _either(_is(dispatch.CustomerNotified, about="result"), ANSWERED)
TOLD_ANYTHING = _either(_is(dispatch.CustomerNotified, outcome="reached"), ANSWERED)
COMPLETED = _is(dispatch.WorkOrderCompleted)
SOLVED = _either(COMPLETED, ANSWERED)
UNFINISHED = _is(dispatch.ProgressReported, done=False)
REJECTED = _is(dispatch.WrittenAnswerReviewed, approved=False)
SPOKE = _either(
    *(_is(dispatch.ContactAttempted, outcome=one) for one in ("reached", "refused", "no_answer"))
)
TOLD_LATE = _either(
    _is(dispatch.CustomerNotified, about="overdue", outcome="reached"),
    _is(dispatch.CustomerNotified, about="result", outcome="reached"),
    ANSWERED,
)
REACHED_RESULT = _either(
    _is(dispatch.CustomerNotified, about="result", outcome="reached"), ANSWERED
)
HELP_OFFERED = _other(dispatch.WorkOrderOffered, role="help")
REPEATED = _either(
    _is(intake.TicketSupplemented, repeat=True),
    _is(intake.TicketSupplemented, publicity_threat=True),
)
ABANDONED = _is(intake.ContactRecorded, callback_of=None)


def _promised(told: Told) -> bool:
    """Whoever spoke with the customer, a helper too: the company's word."""
    spoke = _either(
        _other(dispatch.WorkOrderAccepted),
        SPOKE,
        _is(dispatch.CustomerNotified, outcome="reached"),
    )
    return told.until is not None and spoke(told)


def _called_back(told: Told) -> bool:
    return isinstance(told.event, intake.ContactRecorded) and told.event.callback_of is not None


ROWS: Sequence[Row] = (
    Row("answer", promises.answer, ROUND, TOLD_RESULT, rests=True),
    Row("dispatch", promises.dispatch, ROUND, _either(OFFERED, ANSWERED), from_recording=True),
    Row("handling-notice", promises.handling_notice, REGISTERED, TOLD_ANYTHING, of_round=False),
    Row("accept", promises.accept, OFFERED, ACCEPTED, of_order=True, named_by_order=OFFERED),
    Row("contact", promises.contact, ACCEPTED, SPOKE, of_order=True, named_by_order=ACCEPTED),
    Row("solve", promises.solve, ROUND, SOLVED, rests=True),
    Row("install-or-repair", promises.install_or_repair, ROUND, SOLVED, rests=True),
    Row("report-back", promises.report_back, COMPLETED, of_order=True, until_recorded=True),
    Row(
        "follow-up",
        promises.follow_up,
        UNFINISHED,
        _either(_is(dispatch.ProgressReported), COMPLETED),
        of_order=True,
        each=UNFINISHED,
        starts_again=True,
    ),
    Row(
        "written-answer",
        promises.written_answer,
        _either(OFFERED, REJECTED),
        _is(dispatch.WrittenAnswerSent),
        of_round=False,
        of_order=True,
        named_by_order=OFFERED,
        each=REJECTED,
        starts_again=True,
    ),
    Row(
        "answer-review",
        promises.answer_review,
        _is(dispatch.WrittenAnswerReviewed),
        of_round=False,
        of_order=True,
        each=_is(dispatch.WrittenAnswerReviewed),
        until_recorded=True,
    ),
    Row("revisit-schedule", promises.revisit_schedule, TOLD_RESULT, _is(revisit.RevisitScheduled)),
    Row("revisit", promises.revisit, TOLD_RESULT, _is(revisit.RevisitConcluded)),
    Row("overdue-notice", promises.overdue_notice, _never, TOLD_LATE, on_miss=True),
    Row(
        "promise",
        promises.promised,
        _promised,
        REACHED_RESULT,
        each=_promised,
        until="said",
    ),
    Row(
        "help",
        promises.help_given,
        HELP_OFFERED,
        _other(dispatch.WorkOrderCompleted, role="help"),
        of_order=True,
        named_by_order=HELP_OFFERED,
        until="half",
    ),
    Row(
        "takeover",
        promises.takeover,
        REPEATED,
        _is(dispatch.TakenOver),
        of_round=False,
        each=REPEATED,
        on_miss=True,
        starts_again=True,
        lifts=True,
    ),
    Row(
        "appeal",
        promises.appeal,
        _is(intake.AppealLodged),
        _other(dispatch.AppealAnswered),
        of_round=False,
        any_round=True,
        of_order=True,
    ),
    Row(
        "call-back",
        promises.call_back,
        ABANDONED,
        _called_back,
        of_round=False,
        any_round=True,
    ),
    Row(
        "outbound-task",
        promises.outbound_task,
        _is(revisit.OutboundTaskCreated),
        _is(revisit.OutboundTaskConcluded),
        of_round=False,
        any_round=True,
        until="said",
    ),
)
"""The answer first: others start with its miss, or have half of its time."""
