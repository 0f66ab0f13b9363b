"""What is told stands in two languages: Chinese first, then English."""

from typing import NamedTuple


class Words(NamedTuple):
    """One thing said in both languages."""

    zh: str
    en: str

    def filled(self, **values: "Words") -> "Words":
        """With other words in the places that `{…}` names."""
        return Words(
            self.zh.format(**{name: value.zh for name, value in values.items()}),
            self.en.format(**{name: value.en for name, value in values.items()}),
        )


def same(text: object) -> Words:
    """What both languages write alike: a name, a number."""
    return Words(str(text), str(text))


def listed(items: "list[Words]") -> Words:
    """One after the other."""
    return Words("、".join(item.zh for item in items), ", ".join(item.en for item in items))


TICKET = {
    "registered": Words("已登记", "registered"),
    "dispatched": Words("已派单", "dispatched"),
    "accepted": Words("已接单", "accepted"),
    "in_progress": Words("处理中", "in progress"),
    "completed": Words("已回单", "completed"),
    "notified": Words("已告知客户", "customer told"),
    "in_revisit": Words("回访中", "in revisit"),
    "closed": Words("已办结", "closed"),
    "withdrawn": Words("已撤诉", "withdrawn"),
    "merged": Words("已并单", "merged"),
}
CLOSED_AS = {
    "solved": Words("已解决", "solved"),
    "unreachable": Words("客户无法联系", "customer unreachable"),
    "answered": Words("已答复", "answered"),
}
ORDER = {
    "offered": Words("待接单", "waits to be accepted"),
    "accepted": Words("已接单", "accepted"),
    "in_arbitration": Words("待仲裁", "waits for arbitration"),
    "completed": Words("已回单", "completed"),
    "notified": Words("已告知客户结果", "customer told the result"),
    "cancelled": Words("已取消", "cancelled"),
}
CLOCK = {
    "running": Words("计时中", "running"),
    "paused": Words("已暂停", "paused"),
    "met": Words("按时", "met"),
    "missed": Words("已超时", "missed"),
    "met_late": Words("超时后完成", "met late"),
    "cancelled": Words("已取消", "cancelled"),
}
STEP = {
    "reminder": Words("催办", "reminder"),
    "warning": Words("预警", "warning"),
    "level-1": Words("一级督办", "level 1"),
    "level-2": Words("二级督办", "level 2"),
    "level-3": Words("三级督办", "level 3"),
    "level-4": Words("四级督办", "level 4"),
}
LEVEL = {
    "handler": Words("经办人", "handler"),
    "supervisor": Words("主管", "supervisor"),
    "manager": Words("部门经理", "department manager"),
    "city": Words("市公司", "city"),
    "province": Words("省公司", "province"),
    "nation": Words("集团公司", "nation"),
}
SEVERITY = {
    "simple": Words("简单", "simple"),
    "general": Words("一般", "general"),
    "complex": Words("复杂", "complex"),
    "major": Words("重大", "major"),
}
CHANNEL = {
    "phone": Words("来电", "by phone"),
    "web": Words("网上", "on the web"),
    "app": Words("掌厅", "in the app"),
    "counter": Words("营业厅", "at the counter"),
    "social": Words("微信", "in a chat"),
    "letter": Words("信函", "by letter"),
    "account_manager": Words("经客户经理", "through the account manager"),
}
KIND = {
    "complaint": Words("投诉", "complaint"),
    "consultation": Words("咨询", "consultation"),
    "fault_report": Words("报修", "fault report"),
    "service_request": Words("业务受理", "service request"),
}
TIER = {
    "standard": Words("普通", "standard"),
    "silver": Words("银卡", "silver"),
    "gold": Words("金卡", "gold"),
    "diamond": Words("钻石卡", "diamond"),
    "supreme": Words("至尊卡", "supreme"),
}
