"""The rules that a command to dispatch can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class WorkOrderNotFoundError(UnknownSubjectError):
    """Nobody was offered this work order, or it is another department's."""

    code = "work-order-not-found"
    zh = "找不到该派单。"
    en = "There is no such work order."


class WorkOrderCancelledError(BrokenRuleError):
    """Nothing is left to do for the department."""

    code = "work-order-cancelled"
    zh = "派单已取消。"
    en = "The work order was cancelled."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nothing was done before the customer got in touch."""

    code = "before-ticket"
    zh = "发生时间早于客户来访时间。"
    en = "It cannot have happened before the customer got in touch."


class ImplausiblePromiseError(BrokenRuleError):
    """A promise is for later, and for a time that its customer lives to see."""

    code = "implausible-promise"
    zh = "承诺时间须晚于发生时间,且不得超过十年。"
    en = "A promise is for a time after it was made, and within ten years."


class ImplausibleTimeError(BrokenRuleError):
    """What is agreed ends later than it begins and is agreed on, in its customer's lifetime."""

    code = "implausible-time"
    zh = "截止时间须晚于开始时间和发生时间,且不得超过十年。"
    en = "It ends after it begins and after it was agreed on, and within ten years."


class TicketClosedError(BrokenRuleError):
    """The ticket behind the work order is closed, withdrawn or merged."""

    code = "ticket-closed"
    zh = "工单已办结。"
    en = "The ticket is closed."


class NotAcceptedError(BrokenRuleError):
    """Nobody took the work order on."""

    code = "not-accepted"
    zh = "派单尚未受理,请先接单。"
    en = "Nobody has accepted the work order yet."


class AlreadyAcceptedError(BrokenRuleError):
    """Another handler took it on; who wants to pass it on transfers it."""

    code = "already-accepted"
    zh = "派单已由他人接单。"
    en = "The work order was accepted already."


class InArbitrationError(BrokenRuleError):
    """The department refused it; the centre must say whose matter it is."""

    code = "in-arbitration"
    zh = "派单正在仲裁,请等待中心裁定。"
    en = "The work order waits for the centre's arbitration."


class NotInArbitrationError(BrokenRuleError):
    """There is nothing to arbitrate."""

    code = "not-in-arbitration"
    zh = "派单未被拒收,无需仲裁。"
    en = "Nobody refused the work order; there is nothing to arbitrate."


class AlreadyCompletedError(BrokenRuleError):
    """The department returned the form; what it says stands."""

    code = "already-completed"
    zh = "派单已办结回单。"
    en = "The work order is completed already."


class NotCompletedError(BrokenRuleError):
    """The customer hears the result when there is one (H-27)."""

    code = "not-completed"
    zh = "派单尚未回单,不能告知客户处理结果。"
    en = "The customer is told the result only after the work order is completed."


class FollowUpsMissingError(BrokenRuleError):
    """Unsolved only after it was followed up as often as the pack asks (H-16)."""

    code = "follow-ups-missing"
    zh = "未解决的派单跟踪次数不足,不能回单。"
    en = "There are not enough follow-ups to complete the work order unsolved."


class AttemptsMissingError(BrokenRuleError):
    """Unreachable only after as many tries as the pack asks (C-07, C-08)."""

    code = "attempts-missing"
    zh = "联系次数不足,不能登记为无法联系。"
    en = "There are not enough contact attempts to call the customer unreachable."


class HandlerComplainedAboutError(BrokenRuleError):
    """A complaint goes to another person than the one it is about (C-10)."""

    code = "handler-complained-about"
    zh = "被投诉人不得处理该投诉。"
    en = "The person complained about cannot handle the complaint."


class ConsentMissingError(BrokenRuleError):
    """A longer time is agreed on once the customer has consented to it (T-04)."""

    code = "consent-missing"
    zh = "延期须先征得客户同意。"
    en = "A longer time needs a consent that came before it."


class ExtensionNotOfferedError(BrokenRuleError):
    """The deadlines of this regulation stand, whatever the customer says (T-04)."""

    code = "extension-not-offered"
    zh = "该规程不允许延长时限。"
    en = "Under this ticket's pack no time is extended."


class ExtensionNotLongerError(BrokenRuleError):
    """The customer consented to as long a time already (T-04)."""

    code = "extension-not-longer"
    zh = "新的期限须晚于客户已同意的期限。"
    en = "The customer already consented to that time or a later one."


class SuspendedError(BrokenRuleError):
    """The form is returned, or it rests for another reason, once work has gone on again."""

    code = "suspended"
    zh = "派单已挂起,请先恢复处理。"
    en = "The handling is suspended; resume it first."


class BeforeSuspensionError(BrokenRuleError):
    """Work goes on after it rested, not before."""

    code = "before-suspension"
    zh = "恢复时间早于挂起时间。"
    en = "It cannot be resumed before it was suspended."


class AppointmentStandsError(BrokenRuleError):
    """A new time needs the reason, and the customer's consent (C-04)."""

    code = "appointment-stands"
    zh = "已有预约,改约须说明原因并征得客户同意。"
    en = "An appointment stands; another one needs the reason and the customer's consent."


class NoAppointmentError(BrokenRuleError):
    """Nothing was agreed that the customer could miss."""

    code = "no-appointment"
    zh = "没有有效的预约。"
    en = "No appointment stands."


class AppointmentNotBegunError(BrokenRuleError):
    """The customer may still come (C-05)."""

    code = "appointment-not-begun"
    zh = "预约时间尚未开始。"
    en = "The time of the appointment has not begun yet."


class NoteMissingError(BrokenRuleError):
    """Who finds nobody leaves a written note (C-05)."""

    code = "note-missing"
    zh = "客户失约须留下书面通知。"
    en = "A written note must be left for the customer first."


class BeyondAuthorityError(BrokenRuleError):
    """Nobody promises what is beyond their authority: up to the superior (H-24, T-05)."""

    code = "beyond-authority"
    zh = "该补救措施超出权限,请报上级处理。"
    en = "That remedy is beyond the authority of who proposes it; hand it up to the superior."


class WrittenAnswerStandsError(BrokenRuleError):
    """One that waits for its review, or was approved, is not written again."""

    code = "written-answer-stands"
    zh = "书面答复已提交,正待审核或已通过。"
    en = "A written answer waits for its review, or was approved."


class NoWrittenAnswerError(BrokenRuleError):
    """There is nothing to review (H-18)."""

    code = "no-written-answer"
    zh = "尚无书面答复可审核。"
    en = "There is no written answer to review."


class ReviewedByAuthorError(BrokenRuleError):
    """Another person reviews it than the one who wrote it (H-18)."""

    code = "reviewed-by-author"
    zh = "书面答复须由他人审核。"
    en = "A written answer is reviewed by another person than who wrote it."


class AlreadyReviewedError(BrokenRuleError):
    """What its review said stands."""

    code = "already-reviewed"
    zh = "书面答复已审核。"
    en = "The written answer was reviewed already."


class NotReturnedError(BrokenRuleError):
    """The form is signed once the department has returned it (H-28)."""

    code = "not-returned"
    zh = "派单尚未回单,不能签署。"
    en = "The handling form is signed only after the work order is completed."


class AlreadySignedError(BrokenRuleError):
    """Each signature stands once on the form (H-28)."""

    code = "already-signed"
    zh = "该角色已签署。"
    en = "The handling form already carries that signature."


class HelpFromItselfError(BrokenRuleError):
    """The responsible department asks others, and they ask nobody (T-08)."""

    code = "help-from-itself"
    zh = "只能由责任部门向其他部门请求协助。"
    en = "The department responsible asks other departments for help, not itself."
