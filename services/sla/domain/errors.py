"""The rules that a request to sla can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class TicketNotHeardOfError(UnknownSubjectError):
    """No registration was heard, or the ticket is not this caller's to see."""

    code = "ticket-not-found"
    zh = "找不到该工单。"
    en = "There is no such ticket."


class EscalationNotFoundError(UnknownSubjectError):
    """Nobody raised it, or the ticket is not this caller's to see."""

    code = "escalation-not-found"
    zh = "找不到该升级记录。"
    en = "There is no such escalation."


class EscalationWithdrawnError(BrokenRuleError):
    """A fact heard late showed that there was nothing to act on."""

    code = "escalation-withdrawn"
    zh = "该升级已撤回。"
    en = "The escalation was withdrawn."
