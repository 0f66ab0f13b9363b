"""The rules about what can only have happened after something else."""

from shared.decider import BrokenRuleError


class BeforeAcceptanceError(BrokenRuleError):
    """However late it is entered, nothing was completed before somebody took it on."""

    code = "before-acceptance"
    zh = "办结时间早于接单时间，请核对发生时间。"
    en = "It cannot have been completed before it was accepted; check the time."


class BeforeCompletionError(BrokenRuleError):
    """Nobody heard a result, or signed for it, before there was one (H-27, H-28)."""

    code = "before-completion"
    zh = "发生时间早于办结时间，请核对发生时间。"
    en = "It cannot have happened before the work order was completed; check the time."


class BeforeWrittenAnswerError(BrokenRuleError):
    """However late it is entered, nothing was reviewed before it was written (H-18)."""

    code = "before-written-answer"
    zh = "审核时间早于书面答复的时间，请核对发生时间。"
    en = "It cannot have been reviewed before it was written; check the time."
