"""The rules about who signs the handling form, and when (H-28)."""

from shared.decider import BrokenRuleError


class NotReturnedError(BrokenRuleError):
    """The form is signed once the department has returned it (H-28)."""

    code = "not-returned"
    zh = "派单尚未回单，请先回单再签署。"
    en = "The work order is not completed: complete it first, then sign the handling form."


class AlreadySignedError(BrokenRuleError):
    """Each signature stands once on the form (H-28)."""

    code = "already-signed"
    zh = "该角色已签署，无需再签。"
    en = "The handling form carries that signature already: it need not be signed again."


class NotTheHandlerError(BrokenRuleError):
    """Who handled it signs for that, and no colleague (H-28)."""

    code = "not-the-handler"
    zh = "经办人一栏须由该派单的经办人或其代理人签署。"
    en = "As the handler whoever handled it must sign, or who stands in for them."


class NotTheManagerError(BrokenRuleError):
    """The department's manager signs for it, or who stands in, or somebody above (H-28)."""

    code = "not-the-manager"
    zh = "部门负责人一栏须由该部门经理、其代理人或上级签署。"
    en = "For the department its manager must sign, who stands in, or somebody above them."


class SignedByHandlerError(BrokenRuleError):
    """Who handled it does not sign for the project as well (H-28)."""

    code = "signed-by-handler"
    zh = "经办人不得以项目负责人身份签署，请由他人签署。"
    en = "Who handled it cannot sign as the project's manager; have somebody else sign."
