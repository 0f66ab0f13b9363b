"""The rules of appeals that a command to dispatch can break (U-12)."""

from shared.decider import BrokenRuleError


class AppealOrderError(BrokenRuleError):
    """An appeal has one end, and it is the nation level's."""

    code = "appeal-order"
    zh = "申诉单不能回单或告知结果，请使用申诉答复。"
    en = "An appeal's work order ends with its appeal-answer, not with a completion or a notice."


class NotAnAppealError(BrokenRuleError):
    """Other work orders are completed, and the customer is notified."""

    code = "not-an-appeal"
    zh = "该派单不是申诉单，请回单并告知客户。"
    en = "This work order is no appeal: complete it and notify the customer instead."


class NotNationLevelError(BrokenRuleError):
    """Never answered or closed by a lower level."""

    code = "not-nation-level"
    zh = "申诉须由集团级部门答复，请先转回集团级部门。"
    en = "Only a department of the nation level answers an appeal; transfer it back there first."
