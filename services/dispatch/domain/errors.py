"""The rules that a command to dispatch can break."""

from shared.decider import BrokenRuleError, NotYetKnownError, UnknownSubjectError


class WorkOrderNotFoundError(UnknownSubjectError):
    """Nobody was offered this work order, or it is another department's."""

    code = "work-order-not-found"
    zh = "找不到该派单，请核对编号和密钥的可见范围。"
    en = "There is no such work order: check its id, and what the key may see."


class WorkOrderCancelledError(BrokenRuleError):
    """Nothing is left to do for the department."""

    code = "work-order-cancelled"
    zh = "派单已取消，无需再处理。"
    en = "The work order was cancelled: there is nothing left to do on it."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nothing was done before the customer got in touch."""

    code = "before-ticket"
    zh = "发生时间早于客户来访时间，请核对发生时间。"
    en = "It cannot have happened before the customer got in touch; check the time."


class ImplausiblePromiseError(BrokenRuleError):
    """A promise is for later, and for a time that its customer lives to see."""

    code = "implausible-promise"
    zh = "承诺时间须晚于发生时间，且不得超过十年。"
    en = "Promise a time after the promise was made, and within ten years."


class ImplausibleTimeError(BrokenRuleError):
    """What is agreed ends later than it begins and is agreed on, in its customer's lifetime."""

    code = "implausible-time"
    zh = "截止时间须晚于开始时间和发生时间，且不得超过十年。"
    en = "It must end after it begins and after it was agreed on, and within ten years."


class TicketClosedError(BrokenRuleError):
    """The ticket behind the work order is closed, withdrawn or merged."""

    code = "ticket-closed"
    zh = "工单已办结、撤销或并入其他工单，无需再处理。"
    en = "The ticket is closed, withdrawn or merged: there is nothing left to do about it."


class NotAcceptedError(BrokenRuleError):
    """Nobody took the work order on."""

    code = "not-accepted"
    zh = "派单尚未受理，请先接单。"
    en = "Nobody has accepted the work order yet: accept it first."


class AlreadyAcceptedError(BrokenRuleError):
    """Another handler took it on; who wants to pass it on transfers it."""

    code = "already-accepted"
    zh = "派单已由他人接单，如需换人请转派。"
    en = "Somebody accepted the work order already: to pass it on, transfer it."


class TakenOverError(BrokenRuleError):
    """What went to the manager, or somebody took over, is theirs to accept (H-07, U-01)."""

    code = "taken-over"
    zh = "派单归部门经理或接管人办理，请由其接单，或转派其他部门。"
    en = "It is the manager's, or whoever's who took it over: have them accept it, or transfer it."


class InArbitrationError(BrokenRuleError):
    """The department refused it; the centre must say whose matter it is."""

    code = "in-arbitration"
    zh = "派单正在仲裁，请等待中心裁定。"
    en = "The work order is in arbitration: wait until the centre has decided."


class NotInArbitrationError(BrokenRuleError):
    """There is nothing to arbitrate."""

    code = "not-in-arbitration"
    zh = "派单未被拒收，无需仲裁。"
    en = "Nobody refused the work order; there is nothing to arbitrate."


class NotTheCentreError(BrokenRuleError):
    """A department neither decides about its own refusal, nor tells the result (H-27)."""

    code = "not-the-centre"
    zh = "此事由中心办理，而非责任部门，请使用可查看全部部门（*）的密钥。"
    en = "The centre does that, not the department: use a key that sees all (`*`)."


class AlreadyCompletedError(BrokenRuleError):
    """The department returned the form; what it says stands."""

    code = "already-completed"
    zh = "派单已办结回单，无需再登记。"
    en = "The work order is completed and stands: nothing more is to be entered."


class NotCompletedError(BrokenRuleError):
    """The customer hears the result when there is one (H-27)."""

    code = "not-completed"
    zh = "派单尚未回单，请先回单，再告知客户处理结果。"
    en = "The work order is not completed: complete it first, then tell the customer the result."


class FollowUpsMissingError(BrokenRuleError):
    """Unsolved only after it was followed up as often as the pack asks (H-16)."""

    code = "follow-ups-missing"
    zh = "未解决的派单跟踪次数不足，请继续跟踪后再回单。"
    en = "There are not enough follow-ups to complete it unsolved: follow it up again first."


class HelpOrderError(BrokenRuleError):
    """Who helps answers to the department that asked, not to the customer (T-08)."""

    code = "help-order"
    zh = "协办派单只需办结回单，结果告知与延期请在主办派单登记。"
    en = "Help only completes its part: tell the result, and extend the time, on the main order."


class VisitMissingError(BrokenRuleError):
    """Whom guidance by phone did not help is visited before it counts as solved (C-06)."""

    code = "visit-missing"
    zh = "电话指导未能解决，请先上门并登记，再办结。"
    en = "Guidance by phone did not solve it: visit the customer first and record the visit."


class AttemptsMissingError(BrokenRuleError):
    """Unreachable only after as many tries as the pack asks (C-07, C-08)."""

    code = "attempts-missing"
    zh = "联系次数不足，请继续联系客户，再登记为无法联系。"
    en = "There are too few attempts to call the customer unreachable: try to contact them again."


class HandlerComplainedAboutError(BrokenRuleError):
    """A complaint goes to another person than the one it is about (C-10)."""

    code = "handler-complained-about"
    zh = "被投诉人不得处理该投诉，请交由他人处理。"
    en = "The person complained about cannot handle the complaint: have somebody else do it."


class ConsentAfterLimitError(BrokenRuleError):
    """A consent that came too late undoes no miss (T-04)."""

    code = "consent-after-limit"
    zh = "客户同意的时间晚于现行时限，不能延期，请尽快答复。"
    en = "The consent came after the limit, which is extended no more: answer soon."


class LimitUnknownError(NotYetKnownError):
    """Sla has not said yet by when the answer is due; it will in a moment."""

    code = "limit-unknown"
    zh = "该工单的时限尚未算出，请稍后重试。"
    en = "By when the answer is due was not heard of yet; try again in a moment."


class PromiseBeyondLimitError(BrokenRuleError):
    """Nobody promises what is beyond their authority: `level` says who may (H-24, T-06)."""

    code = "promise-beyond-limit"
    zh = "承诺时间超出答复时限，请由经理或以上级别接管后承诺。"
    en = "The promise reaches beyond the limit; hand it up to the manager first, or promise less."


class BeyondAuthorityError(BrokenRuleError):
    """Nobody promises what is beyond their authority: `level` says who may (H-24, T-05)."""

    code = "beyond-authority"
    zh = "该补救措施超出权限，请报上级处理。"
    en = "That remedy is beyond the authority of who proposes it; hand it up to the superior."


class NotHigherError(BrokenRuleError):
    """A takeover goes up; down, for handling, goes a transfer (U-01)."""

    code = "not-higher"
    zh = "接管级别须高于现有级别；向下处理请使用转派。"
    en = "A takeover is to a higher level than the one that has it; to hand it down, transfer it."


class WrittenAnswerStandsError(BrokenRuleError):
    """One that waits for its review, or was approved, is not written again."""

    code = "written-answer-stands"
    zh = "书面答复正待审核或已通过，须被退回后才能重写。"
    en = "A written answer waits for review, or was approved: write another once it is rejected."


class NoWrittenAnswerError(BrokenRuleError):
    """There is nothing to review (H-18)."""

    code = "no-written-answer"
    zh = "尚无书面答复可审核，请先提交书面答复。"
    en = "There is no written answer to review: write one first."


class ReviewedByAuthorError(BrokenRuleError):
    """Another person reviews it than the one who wrote it (H-18)."""

    code = "reviewed-by-author"
    zh = "书面答复须由他人审核。"
    en = "Have somebody else review the written answer than the one who wrote it."


class NotQualityCentreError(BrokenRuleError):
    """The quality centre reviews it, or who stands in there, or somebody above (H-18)."""

    code = "not-quality-centre"
    zh = "书面答复须由质检中心人员、其代理人或上级审核。"
    en = "Have the quality centre review the written answer, who stands in there, or who is above."


class AlreadyReviewedError(BrokenRuleError):
    """What its review said stands."""

    code = "already-reviewed"
    zh = "书面答复已审核；如被退回，请重新提交。"
    en = "The written answer was reviewed already: if it was rejected, write it anew."


class HelpFromItselfError(BrokenRuleError):
    """The responsible department asks others, and they ask nobody (T-08)."""

    code = "help-from-itself"
    zh = "责任部门不能请求自身协助，请选择其他部门。"
    en = "The department responsible cannot help itself: ask another department."
