"""The rules that a command to intake can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class TicketNotRegisteredError(UnknownSubjectError):
    """Nobody registered this ticket, or it is another client's."""

    code = "ticket-not-found"
    zh = "找不到该工单。"
    en = "There is no such ticket."


class TicketClosedError(BrokenRuleError):
    """The ticket is closed; only a reopening goes on from here."""

    code = "ticket-closed"
    zh = "工单已办结。"
    en = "The ticket is closed."


class TicketWithdrawnError(BrokenRuleError):
    """The customer took the matter back."""

    code = "ticket-withdrawn"
    zh = "工单已撤销。"
    en = "The ticket was withdrawn."


class AlreadyNotifiedError(BrokenRuleError):
    """The department's result already reached the customer in this round."""

    code = "already-notified"
    zh = "本轮处理结果已告知客户。"
    en = "The customer has already been told this round's result."
