"""What a work order says of itself, in words."""

from tests.e2e.stories.actors import Answered, Json
from tests.e2e.stories.cast import DEPARTMENTS, NAMES
from tests.e2e.stories.diary import moment_of, told
from tests.e2e.stories.words import ORDER, Words, listed, same

FINDING = {
    "substantiated": Words("属实", "substantiated"),
    "unsubstantiated": Words("不属实", "unsubstantiated"),
}
OUTCOME = {
    "reached": Words("已联系上", "reached"),
    "no_answer": Words("无人接听", "no answer"),
    "nobody_home": Words("家中无人", "nobody home"),
    "refused": Words("客户拒接", "refused"),
    "unreachable": Words("无法联系", "unreachable"),
}
GUIDANCE = {
    "solved": Words("电话指导，解决", "guided by phone: solved"),
    "unsolved": Words("电话指导，未解决", "guided by phone: not solved"),
    "refused": Words("客户不愿电话指导", "wants no guidance by phone"),
}
BY = {
    "phone": Words("打电话给客户", "calls the customer"),
    "visit": Words("上门", "goes to the address"),
    "web": Words("在网上联系客户", "writes to the customer online"),
}
ABOUT = {
    "result": Words("处理结果", "the result"),
    "progress": Words("处理进度", "how it is going"),
    "overdue": Words("已超时及原因", "that it is late, and why"),
}
SIGNED_AS = {
    "handler": Words("经办人", "handler"),
    "department_manager": Words("部门经理", "department manager"),
    "project_manager": Words("项目经理", "project manager"),
}


def order_state(view: Json) -> Words:
    return Words("派单：{state}", "work order: {state}").filled(state=ORDER[view["state"]])


def told_in_vain(view: Json) -> Words:
    """Every try is on it, so that it may be said."""
    assert view["state"] == "notified"
    tries = same(len(view["contact_attempts"]))
    answered = Words(
        "登记为无法联系，附 {n} 次联系", "recorded as unreachable, with its {n} attempts"
    )
    return answered.filled(n=tries)


def in_hand(view: Json) -> Words:
    """Its state, and whose it is."""
    state, where = ORDER[view["state"]], DEPARTMENTS[view["department"]]
    words = Words("{state}，{where}", "{state}, {where}").filled(state=state, where=where)
    if view["handler"] is None:
        return words
    who = Words("{so_far}，{name}", "{so_far}, {name}")
    return who.filled(so_far=words, name=NAMES[view["handler"]])


def counted(field: str, zh: str, en: str) -> Answered:
    """Says how many there are by now."""
    return lambda view: Words(f"第 {_count(view[field])} 次{zh}", f"{en} no. {_count(view[field])}")


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else int(str(value))


def appointment(view: Json) -> Words:
    start, end = (moment_of(view["appointment"][name]) for name in ("from_at", "until"))
    answered = Words("预约：{start} 至 {end}", "appointment: {start} until {end}")
    return answered.filled(start=told(start), end=told(end))


def reviewed(view: Json) -> Words:
    match view["written_answer"]["approved"]:
        case None:
            return Words("待质检中心审核", "waits for the quality centre's review")
        case True:
            return Words("书面答复已通过", "written answer approved")
        case _:
            return Words("书面答复须重写", "to be written again")


def signatures(view: Json) -> Words:
    by = [
        Words("{role}{name}", "{role} {name}").filled(
            role=SIGNED_AS[one["signed_as"]], name=NAMES[one["signed_by"]]
        )
        for one in view["signatures"]
    ]
    return Words("处理表签署：{by}", "signed by: {by}").filled(by=listed(by))
