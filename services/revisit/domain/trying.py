"""How often and how soon again to call back in vain, and when that is enough (H-19)."""

from collections.abc import Iterable
from datetime import timedelta

from services.revisit.domain.commands import AttemptRevisit, ConcludeRevisit
from services.revisit.domain.errors import AttemptsExhaustedError, TooSoonError
from shared.contracts.revisit import RevisitAttempted


def check_next(command: AttemptRevisit, attempts: Iterable[RevisitAttempted]) -> None:
    """Whether the pack allows one more call then; without a rule it does.

    A call that is entered late keeps its distance from those after it too. Raises
    AttemptsExhaustedError, TooSoonError.
    """
    if command.retry is None:
        return
    failed = _failed(attempts)
    if len(failed) >= command.retry.at_most:
        raise AttemptsExhaustedError
    apart = timedelta(seconds=command.retry.apart.amount)
    if any(abs(command.at - one.at) < apart for one in failed):
        raise TooSoonError


def tried_enough(command: ConcludeRevisit, attempts: Iterable[RevisitAttempted]) -> bool:
    """Whether the calls that failed by then suffice; one that was made later proves nothing.

    When no further call is allowed they do, whatever else was wanted.
    """
    failed = [one for one in _failed(attempts) if one.at <= command.at]
    if command.retry is not None and len(failed) >= command.retry.at_most:
        return True
    visited = any(one.channel == "visit" for one in failed)
    return command.before_unreachable.enough((one.at for one in failed), visited=visited)


def _failed(attempts: Iterable[RevisitAttempted]) -> list[RevisitAttempted]:
    return [one for one in attempts if one.outcome != "reached"]
