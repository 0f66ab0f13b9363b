"""The rules that a command to intake can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class TicketNotRegisteredError(UnknownSubjectError):
    """Nobody registered this ticket, or it is another client's."""

    code = "ticket-not-found"
    zh = "找不到该工单。"
    en = "There is no such ticket."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nothing was done before the customer got in touch."""

    code = "before-ticket"
    zh = "发生时间早于客户来访时间。"
    en = "It cannot have happened before the customer got in touch."


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


class TicketMergedError(BrokenRuleError):
    """It goes on as another ticket."""

    code = "ticket-merged"
    zh = "工单已并入其他工单。"
    en = "The ticket was merged into another one."


class MergedIntoItselfError(BrokenRuleError):
    """There is nothing to merge."""

    code = "merged-into-itself"
    zh = "工单不能并入自身。"
    en = "A ticket cannot be merged into itself."


class OtherCustomerError(BrokenRuleError):
    """Each customer is owed an answer."""

    code = "other-customer"
    zh = "只能合并同一客户的工单。"
    en = "Only tickets of the same customer can be merged."


class MergeTargetNotOpenError(BrokenRuleError):
    """The ticket that would go on for both has ended, or was merged itself."""

    code = "merge-target-not-open"
    zh = "目标工单已办结、撤销或并入其他工单。"
    en = "The ticket to merge into is closed, withdrawn or merged itself."


class TicketOpenError(BrokenRuleError):
    """Somebody works on it."""

    code = "ticket-open"
    zh = "工单尚未办结,无需重新打开。"
    en = "The ticket is open; there is nothing to reopen."


class BeforeClosingError(BrokenRuleError):
    """However late it is entered, nothing was reopened before it was closed."""

    code = "before-closing"
    zh = "重新打开的时间早于办结时间。"
    en = "It cannot have been reopened before it was closed."


class ContactNotFoundError(UnknownSubjectError):
    """Nobody recorded this contact, or another client did."""

    code = "contact-not-found"
    zh = "找不到该联络记录。"
    en = "There is no such contact."


class NotAConsultationError(BrokenRuleError):
    """Only what was asked and answered is knowledge (U-16)."""

    code = "not-a-consultation"
    zh = "只有咨询工单可以发布为服务知识。"
    en = "Only a consultation can be published as knowledge."


class NotAnsweredError(BrokenRuleError):
    """There is nothing to know yet."""

    code = "not-answered"
    zh = "咨询尚未答复,不能发布为服务知识。"
    en = "The consultation has not been answered yet."


class AlreadyPublishedError(BrokenRuleError):
    """Another text, and the first one is being read."""

    code = "already-published"
    zh = "该咨询已发布为服务知识。"
    en = "The consultation was published as knowledge already."
