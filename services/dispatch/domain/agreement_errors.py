"""The rules about what is agreed with the customer, or has to be waited for."""

from shared.decider import BrokenRuleError


class ConsentMissingError(BrokenRuleError):
    """A longer time is agreed on once the customer has consented to it (T-04)."""

    code = "consent-missing"
    zh = "延期须先征得客户同意。"
    en = "A longer time needs a consent that came before it: ask the customer first."


class SuspensionNotOfferedError(BrokenRuleError):
    """No clock of this regulation pauses for that reason, so its deadlines stand (T-04)."""

    code = "suspension-not-offered"
    zh = "该工单的规章包不因此原因暂停计时，请继续处理。"
    en = "Under this ticket's pack no time pauses for that reason: go on handling it."


class ExtensionNotOfferedError(BrokenRuleError):
    """The deadlines of this regulation stand, whatever the customer says (T-04)."""

    code = "extension-not-offered"
    zh = "该工单的规章包不允许延长时限，请在时限内答复。"
    en = "Under this ticket's pack no time is extended: answer within the limit."


class ExtensionNotLongerError(BrokenRuleError):
    """The customer is owed the answer as late already, or consented to that (T-04)."""

    code = "extension-not-longer"
    zh = "新的期限须晚于现行时限。"
    en = "The new time must be later than the limit in force."


class SuspendedError(BrokenRuleError):
    """The form is returned, or it rests for another reason, once work has gone on again."""

    code = "suspended"
    zh = "派单已挂起，请先恢复处理。"
    en = "The handling is suspended; resume it first."


class BeforeSuspensionError(BrokenRuleError):
    """Work goes on after it rested, not before."""

    code = "before-suspension"
    zh = "恢复时间早于挂起时间，请核对发生时间。"
    en = "It cannot be resumed before it was suspended; check the time."


class AppointmentStandsError(BrokenRuleError):
    """A new time needs the reason, and the customer's consent (C-04)."""

    code = "appointment-stands"
    zh = "已有预约，改约须说明原因并征得客户同意。"
    en = "An appointment stands; another one needs the reason and the customer's consent."


class NoAppointmentError(BrokenRuleError):
    """Nothing was agreed that the customer could miss."""

    code = "no-appointment"
    zh = "没有有效的预约，请先登记预约。"
    en = "No appointment stands: make one first."


class AppointmentNotBegunError(BrokenRuleError):
    """The customer may still come (C-05)."""

    code = "appointment-not-begun"
    zh = "预约时间尚未开始，请届时再登记。"
    en = "The time of the appointment has not begun yet: enter it once it has."


class NoteMissingError(BrokenRuleError):
    """Who finds nobody leaves a written note (C-05)."""

    code = "note-missing"
    zh = "客户失约须留下书面通知。"
    en = "Leave a written note for the customer first."
