"""The rules about what can only have happened after something else."""

from shared.decider import BrokenRuleError


class BeforeAcceptanceError(BrokenRuleError):
    """However late it is entered, nothing was completed before somebody took it on."""

    code = "before-acceptance"
    zh = "办结时间早于接单时间,请核对发生时间。"
    en = "It cannot have been completed before it was accepted; check the time."


class BeforeCompletionError(BrokenRuleError):
    """However late it is entered, nobody heard a result before there was one (H-27)."""

    code = "before-completion"
    zh = "告知结果的时间早于办结时间,请核对发生时间。"
    en = "The result cannot have been told before the work order was completed; check the time."
