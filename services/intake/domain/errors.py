"""The rules that a command to intake can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class TicketNotRegisteredError(UnknownSubjectError):
    """Nobody registered this ticket, or it is another client's."""

    code = "ticket-not-found"
    zh = "找不到该工单，请核对编号和密钥的可见范围。"
    en = "There is no such ticket: check its id, and what the key may see."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nothing was done before the customer got in touch."""

    code = "before-ticket"
    zh = "发生时间早于客户来访时间，请核对发生时间。"
    en = "It cannot have happened before the customer got in touch; check the time."


class TicketClosedError(BrokenRuleError):
    """The ticket is closed; only a reopening goes on from here."""

    code = "ticket-closed"
    zh = "工单已办结，请先重新打开。"
    en = "The ticket is closed; reopen it first."


class TicketWithdrawnError(BrokenRuleError):
    """The customer took the matter back."""

    code = "ticket-withdrawn"
    zh = "工单已撤销，如需继续处理请另行登记。"
    en = "The ticket was withdrawn: if there is more to do, register another one."


class AlreadyNotifiedError(BrokenRuleError):
    """The department's result already reached the customer in this round."""

    code = "already-notified"
    zh = "本轮处理结果已告知客户，无需再答复。"
    en = "The customer has been told this round's result already: no other answer is needed."


class TicketMergedError(BrokenRuleError):
    """It goes on as another ticket."""

    code = "ticket-merged"
    zh = "工单已并入其他工单，请在该工单中办理，或先拆分。"
    en = "The ticket was merged into another one: go on there, or unmerge it first."


class NotMergedError(BrokenRuleError):
    """It goes its own way."""

    code = "not-merged"
    zh = "工单未并入其他工单，无需拆分。"
    en = "The ticket is not merged into another one; there is nothing to undo."


class BeforeMergerError(BrokenRuleError):
    """However late it is entered, nothing was taken back before it was done."""

    code = "before-merger"
    zh = "拆分时间早于并单时间，请核对发生时间。"
    en = "It cannot have been unmerged before it was merged; check the time."


class MergedIntoItselfError(BrokenRuleError):
    """There is nothing to merge."""

    code = "merged-into-itself"
    zh = "工单不能并入自身，请选择另一工单。"
    en = "A ticket cannot be merged into itself: choose another one."


class OtherCustomerError(BrokenRuleError):
    """Each customer is owed an answer."""

    code = "other-customer"
    zh = "只能合并同一客户的工单，请另选工单。"
    en = "Only tickets of the same customer can be merged: choose another one."


class OtherPersonError(BrokenRuleError):
    """It would come to whoever handles the other one, perhaps to that very person (C-10)."""

    code = "other-person"
    zh = "投诉某人的工单只能并入投诉同一人的工单，请另选工单。"
    en = "A complaint about a person is only merged into one about the same: choose another one."


class MergeTargetNotOpenError(BrokenRuleError):
    """The ticket that would go on for both has ended, or was merged itself."""

    code = "merge-target-not-open"
    zh = "目标工单已办结、撤销或并入其他工单，请选择在办工单。"
    en = "The ticket to merge into is closed, withdrawn or merged itself: choose an open one."


class TicketOpenError(BrokenRuleError):
    """Somebody works on it."""

    code = "ticket-open"
    zh = "工单尚未办结，无需重新打开。"
    en = "The ticket is open; there is nothing to reopen."


class BeforeClosingError(BrokenRuleError):
    """However late it is entered, nothing was reopened before it was closed."""

    code = "before-closing"
    zh = "重新打开的时间早于办结时间，请核对发生时间。"
    en = "It cannot have been reopened before it was closed; check the time."


class AppealOpenError(BrokenRuleError):
    """The nation level has not answered yet: neither another appeal nor a merger (U-12)."""

    code = "appeal-open"
    zh = "申诉尚未答复，请等待集团答复后再办理。"
    en = "An appeal is open; wait until the nation level has answered it."


class ContactNotFoundError(UnknownSubjectError):
    """Nobody recorded this contact, or another client did."""

    code = "contact-not-found"
    zh = "找不到该联络记录，请核对编号和密钥的可见范围。"
    en = "There is no such contact: check its id, and what the key may see."


class BeforeContactError(BrokenRuleError):
    """However late it is entered, nobody was called back before they had called."""

    code = "before-contact"
    zh = "回复时间早于所回复的联络，请核对发生时间。"
    en = "It cannot have happened before the contact that it answers; check the time."


class CustomerNotFoundError(UnknownSubjectError):
    """No client's customer has this reference, or another client's has."""

    code = "customer-not-found"
    zh = "找不到该客户，请核对编号和密钥的可见范围。"
    en = "There is no such customer: check its id, and what the key may see."


class NotAConsultationError(BrokenRuleError):
    """Only what was asked and answered is knowledge (U-16)."""

    code = "not-a-consultation"
    zh = "只有咨询工单可以发布为服务知识，请选择咨询工单。"
    en = "Only a consultation can be published as knowledge: choose one."


class NotAnsweredError(BrokenRuleError):
    """There is nothing to know yet."""

    code = "not-answered"
    zh = "咨询尚未答复，请先答复，再发布为服务知识。"
    en = "The consultation has not been answered yet: answer it before it is published."


class AlreadyPublishedError(BrokenRuleError):
    """Another text, and the first one is being read."""

    code = "already-published"
    zh = "该咨询已发布为服务知识，无需再发布。"
    en = "The consultation was published as knowledge already: it need not be published again."
