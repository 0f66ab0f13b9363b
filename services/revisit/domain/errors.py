"""The rules that a command to revisit can break."""

from shared.decider import BrokenRuleError, UnknownSubjectError


class RevisitNotScheduledError(UnknownSubjectError):
    """Nobody scheduled this revisit, or it is about another client's ticket."""

    code = "revisit-not-found"
    zh = "找不到该回访，请核对编号和密钥的可见范围。"
    en = "There is no such revisit: check its id, and what the key may see."


class AlreadyConcludedError(BrokenRuleError):
    """The revisit has its result, and another one cannot take its place."""

    code = "already-concluded"
    zh = "回访已有结果，无需再登记。"
    en = "The revisit has its result and stands: nothing more is to be entered."


class RevisitCancelledError(BrokenRuleError):
    """The ticket was withdrawn, merged or closed: nobody needs calling."""

    code = "revisit-cancelled"
    zh = "回访已取消，无需再联系客户。"
    en = "The revisit was cancelled: nobody needs to be called."


class AttemptsMissingError(BrokenRuleError):
    """Unreachable only after as many failed attempts, as far apart, as the pack asks."""

    code = "attempts-missing"
    zh = "回访尝试次数或间隔不足，请继续尝试，再记为无法联系。"
    en = "Too few attempts, or too close together, to call them unreachable: try again later."


class TooSoonError(BrokenRuleError):
    """The last call in vain is not as long ago as the pack asks."""

    code = "too-soon"
    zh = "距上次未联系上的时间过短，请稍后再联系。"
    en = "The last attempt in vain was too short a time ago: try again later."


class AttemptsExhaustedError(BrokenRuleError):
    """As many calls in vain as the pack allows: what is left is to say so."""

    code = "attempts-exhausted"
    zh = "回访尝试已达上限，请记为无法联系。"
    en = "No further attempt is allowed: record that the customer could not be reached."


class BeforeTicketError(BrokenRuleError):
    """However late it is entered, nobody called back before the customer was told anything."""

    code = "before-ticket"
    zh = "发生时间早于告知客户的时间，请核对发生时间。"
    en = "It cannot have happened before the customer was told the result; check the time."


class RoundIsPastError(BrokenRuleError):
    """A later round has its revisit already."""

    code = "round-is-past"
    zh = "该轮已结束，请在新一轮中办理。"
    en = "A later round has begun: go on there."


class TicketEndedError(BrokenRuleError):
    """The ticket ended before its customer could be called back."""

    code = "ticket-ended"
    zh = "工单已终止，无需回访。"
    en = "The ticket has ended: nobody needs to be called back."


class OutboundTaskNotCreatedError(UnknownSubjectError):
    """Nobody created this task, or it is another client's."""

    code = "outbound-task-not-found"
    zh = "找不到该外呼任务，请核对编号和密钥的可见范围。"
    en = "There is no such outbound task: check its id, and what the key may see."


class OutboundNotOfferedError(BrokenRuleError):
    """The key's pack has no rules for calling customers at key moments."""

    code = "outbound-not-offered"
    zh = "该规章包不提供外呼服务，请改用提供该服务的规章包的密钥。"
    en = "The key's pack offers no outbound service: use a key whose pack does."


class DueMissingError(BrokenRuleError):
    """T-12: what is planned back from a moment needs to know when that is."""

    code = "due-missing"
    zh = "该时刻须注明发生时间（due）。"
    en = "Say when the moment is: its tasks are planned back from `due`."


class ImplausibleDueError(BrokenRuleError):
    """What is over needs no call any more, and nobody plans one for in ten years."""

    code = "implausible-due"
    zh = "due 须晚于告知时间，且不得超过十年。"
    en = "`due` must lie after the moment was told, and within ten years."


class OutboundTaskSuppressedError(BrokenRuleError):
    """The moment is exempt: nobody calls, so there is no result."""

    code = "outbound-task-suppressed"
    zh = "该时刻免外呼，无需联系客户。"
    en = "The moment is exempt: nobody is to be called."


class OutboundTaskConcludedError(BrokenRuleError):
    """The task has its result, and another one cannot take its place."""

    code = "outbound-task-concluded"
    zh = "外呼任务已有结果，无需再登记。"
    en = "The outbound task has its result and stands: nothing more is to be entered."


class BeforeOutboundTaskError(BrokenRuleError):
    """However late it is entered, nothing was done about a moment before it came."""

    code = "before-outbound-task"
    zh = "发生时间早于外呼任务，请核对发生时间。"
    en = "It cannot have happened before the task; check the time."


class OutsideContactTimeError(BrokenRuleError):
    """M-04: no customer is called at a bad time."""

    code = "outside-calendar"
    zh = "不在允许联系客户的时间内，请在允许的时段联系。"
    en = "Customers are not contacted at that time: call within the hours that the pack allows."


class ContactedTooOftenError(BrokenRuleError):
    """M-04: no customer is called too often, whatever the tasks."""

    code = "contacted-too-often"
    zh = "联系该客户的次数已达上限，请过些日子再联系。"
    en = "The customer was contacted as often as the pack allows: try again on another day."


class AppointmentMissingError(BrokenRuleError):
    """M-03: nobody is sent to a counter that does not expect them."""

    code = "appointment-missing"
    zh = "转营业厅须注明预约时间。"
    en = "Say when the counter expects the customer."


class ImplausibleAppointmentError(BrokenRuleError):
    """Nobody is expected before they are sent, or in ten years."""

    code = "implausible-appointment"
    zh = "预约时间须晚于转派时间，且不得超过十年。"
    en = "The appointment must be after the hand-over, and within ten years."


class InformationNotPassedError(BrokenRuleError):
    """M-03: who took the task on has to be told before there is a result."""

    code = "information-not-passed"
    zh = "任务已转出，须记录信息传递时间。"
    en = "The task was passed on: say when the information was."
