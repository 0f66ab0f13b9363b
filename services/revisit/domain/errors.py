"""The rules that a command to revisit can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class RevisitNotScheduledError(UnknownSubjectError):
    """Nobody scheduled this revisit, or it is about another client's ticket."""

    code = "revisit-not-found"
    zh = "找不到该回访。"
    en = "There is no such revisit."


class AlreadyConcludedError(BrokenRuleError):
    """The revisit has its result, and another one cannot take its place."""

    code = "already-concluded"
    zh = "回访已有结果。"
    en = "The revisit already has its result."


class RevisitCancelledError(BrokenRuleError):
    """The ticket was withdrawn, merged or closed: nobody needs calling."""

    code = "revisit-cancelled"
    zh = "回访已取消。"
    en = "The revisit was cancelled."


class AttemptsMissingError(BrokenRuleError):
    """Unreachable only after as many failed attempts, as far apart, as the pack asks."""

    code = "attempts-missing"
    zh = "回访尝试次数或间隔不足,不能记为无法联系。"
    en = "Too few attempts, or too close together, to say that the customer can't be reached."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nobody called back before the customer was told anything."""

    code = "before-ticket"
    zh = "发生时间早于告知客户的时间。"
    en = "It cannot have happened before the customer was told the result."


class RoundIsPastError(BrokenRuleError):
    """A later round has its revisit already."""

    code = "round-is-past"
    zh = "该轮已结束。"
    en = "A later round has begun."


class TicketEndedError(BrokenRuleError):
    """The ticket ended before its customer could be called back."""

    code = "ticket-ended"
    zh = "工单已终止。"
    en = "The ticket has ended."
