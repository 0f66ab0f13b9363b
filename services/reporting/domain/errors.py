"""The rules that a request to reporting can break."""

from shared.decider import BrokenRuleError


class ScoreNotWeakError(BrokenRuleError):
    """T-09: only a weak score leads to a notice."""

    code = "score-not-weak"
    zh = "该评分不属于低分（2 分及以下），无需整改通知。"
    en = "The score is not weak (2 or less): it needs no rectification notice."


class NotALeaderError(BrokenRuleError):
    """T-09: a leader signs."""

    code = "not-a-leader"
    zh = "整改通知须由责任部门经理或其上级签署，请交由其签署。"
    en = "A notice is signed by the department's manager or somebody above: ask them to."


class NoticeUnsignedError(BrokenRuleError):
    """It is no notice yet."""

    code = "notice-unsigned"
    zh = "整改通知尚未签署，请先由领导签署。"
    en = "The notice is not signed yet: have a leader sign it first."


class NotInSampleError(BrokenRuleError):
    """H-23: findings are of what was drawn."""

    code = "not-in-sample"
    zh = "该工单不在本次抽查样本中，请选择已抽中的工单。"
    en = "The ticket is not in this inspection's sample: choose one that was drawn."


class FindingStandsError(BrokenRuleError):
    """A published finding is not replaced by another one."""

    code = "finding-stands"
    zh = "该工单的抽查结论已公布，不能更改；如需复查请另行抽查。"
    en = "This ticket's finding is published and stands: to look again, draw another inspection."


class VerificationRunningError(BrokenRuleError):
    """Whoever asks meanwhile is told of the one that runs."""

    code = "verification-running"
    zh = "正在核验，请等待其完成。"
    en = "The logs are being verified already; wait until that is done."


class RebuildRunningError(BrokenRuleError):
    """Only one at a time: each empties the view that it fills."""

    code = "rebuild-running"
    zh = "正在重建统计数据，请等待其完成。"
    en = "The figures are being rebuilt already; wait until that is done."
