"""How often and how soon again to call back in vain, and when that is enough (H-19)."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import takewhile

from services.revisit.domain.commands import AttemptRevisit, ConcludeRevisit
from services.revisit.domain.errors import AttemptsExhaustedError, TooSoonError
from shared.contracts.revisit import RevisitAttempted
from shared.contracts.terms import is_call_in_vain
from shared.decider import LEEWAY


def check_next(command: AttemptRevisit, attempts: Iterable[RevisitAttempted]) -> None:
    """Whether the pack allows one more call then; without a rule it does.

    A call that is entered late keeps its distance from those after it too. Raises
    AttemptsExhaustedError, TooSoonError.
    """
    if command.retry is None:
        return
    failed = _calls_in_vain(attempts)
    if len(failed) >= command.retry.at_most:
        raise AttemptsExhaustedError
    apart = timedelta(seconds=command.retry.apart.amount)
    if any(abs(command.at - one.at) < apart for one in failed):
        raise TooSoonError


def tried_enough(command: ConcludeRevisit, attempts: Iterable[RevisitAttempted]) -> bool:
    """Whether the calls that failed by then, since the customer was last reached, suffice.

    One that was made later proves nothing. When no further call is allowed they do, whatever else
    was wanted.
    """
    by_then = [one for one in attempts if one.at <= command.at + LEEWAY]
    if command.retry is not None and len(_calls_in_vain(by_then)) >= command.retry.at_most:
        return True
    newest_first = sorted(by_then, key=lambda one: one.at)[::-1]
    failed = list(takewhile(lambda one: one.outcome != "reached", newest_first))
    visited = any(one.channel == "visit" for one in failed)
    calls = (one.at for one in _calls_in_vain(failed))
    return command.before_unreachable.enough(calls, visited=visited)


def _calls_in_vain(attempts: Iterable[RevisitAttempted]) -> list[RevisitAttempted]:
    return [one for one in attempts if is_call_in_vain(one.channel, one.outcome)]
