from tests.e2e.stories.calling_back import iso
from tests.e2e.stories.people import at_the_hotline, caller, handler
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import HOTLINE as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words
from tests.e2e.which import not_composed

pytestmark = not_composed

BROADBAND = Words(
    "宽带断网三天，报修两次无人上门", "no broadband for three days, two repairs that never came"
)


@STORY.chapter("夜里的来电，一个不漏")
def test_a_call_at_night_is_recorded_and_entered_later(tale: Tale) -> None:
    """H-01, H-03, H-04, H-12, H-25, H-29, T-01: a call at night is lost to nobody."""
    zhang, system = at_the_hotline(tale), Watcher(tale)
    tale.tells(
        "周一下班以后，一位客户打进热线，没等接通就挂了。值班电话半小时内回拨；"
        "分公司第二天才把投诉录入系统，"
        "来电时间仍是周一晚上。",
        "On Monday after hours a customer hangs up before anybody answers; the duty phone calls "
        "back, and the branch "
        "enters the complaint later, under the time at which it came in.",
    )
    missed = zhang.records_call(
        "Mon 19:30",
        Words("登记未接来电", "records an abandoned call"),
        number="13812345678",
        offered_at=iso("Mon 19:29"),
        abandoned_at=iso("Mon 19:30"),
        rings=2,
    )
    answered = zhang.records_call(
        "Mon 19:50",
        Words("回拨，客户接听", "calls back, and the customer answers"),
        number="13812345678",
        answered_at=iso("Mon 19:50"),
        answered_by="person",
        callback_of=missed["contact_id"],
    )
    assert answered["callback_of"] == missed["contact_id"]
    ticket = zhang.registers(
        "Mon 19:50", BROADBAND, category="broadband", branch="东城分公司", product_serial="GM-2201"
    )
    order = system.offered(ticket)
    assert (order["department"], order["rule"]) == ("field-service", "broadband")
    assert order["first_owner"] == "zhang-min"
    system.promises(ticket)
    _register_is_confidential(tale, system, ticket["ticket_id"])


def _register_is_confidential(tale: Tale, system: Watcher, ticket_id: str) -> None:
    path = f"/intake/v1/tickets/{ticket_id}"
    seen = system.client.get(path)
    assert (seen["customer"]["name"], seen["receiver"]) == ("张**", "zhang-min")
    assert "product_serial" not in seen
    tale.shows(
        Words("旁人查看登记表", "somebody else looks at the register"),
        Words("只见张**,138****5678", "sees 张**, 138****5678 only"),
    )
    full = tale.company.archivist().get(path)
    assert (full["customer"]["name"], full["content"]) == ("张晓明", BROADBAND.zh)
    assert (full["branch"], full["product_serial"]) == ("东城分公司", "GM-2201")
    tale.shows(
        Words("有权限者查看", "a person who may looks at it"),
        Words("见全名、内容和机器编号，查看本身留痕", "sees all of it, and the look is on record"),
    )


@STORY.chapter("拒收、仲裁、整改，直到满意")
def test_a_complaint_goes_on_until_the_customer_is_satisfied(tale: Tale) -> None:
    """H-06, H-19, H-20, H-27, H-28: refused, arbitrated, solved, found unsolved, and mended."""
    zhang, guo, wang = at_the_hotline(tale), handler(tale, "guo-wei"), handler(tale, "wang-qiang")
    luo, system = handler(tale, "luo-yan"), Watcher(tale)
    ticket = zhang.registers("Mon 10:00", BROADBAND, category="network")
    order = system.offered(ticket)
    system.promises(ticket)
    tale.tells(
        "网络维护部认为是客户家里的线路问题，不归他们。谁管由中心裁定，客户的时钟不停。",
        "Network maintenance says it is the line in the house; the centre rules whose matter it "
        "is, and the customer's "
        "clock runs on.",
    )
    guo.refuses(
        order,
        "Mon 10:15",
        Words("网络正常，是入户线路", "the network is fine, it is the line to the house"),
        "field-service",
    )
    luo.arbitrates(
        order, "Mon 10:30", "field-service", Words("入户线路归装维", "lines to houses are theirs")
    )
    wang.accepts(order, "Mon 10:40")
    wang.contacts(order, "Mon 11:00", "reached")
    wang.verifies(order, "Mon 15:00", "substantiated", Words("光猫损坏", "the modem is broken"))
    tale.tells(
        "结果由中心告知客户，而且要等回单之后。",
        "The customer hears the result from the centre, and only once the form has come back.",
    )
    luo.refused("not-completed").tells(order, "Mon 15:30")
    wang.completes(order, "Mon 16:00", Words("更换光猫", "modem replaced"))
    luo.tells(order, "Mon 16:20")
    system.kept(ticket)
    _called_back_in_vain(tale, system, ticket["ticket_id"])
    system.on_both_records(ticket, order)
    second = system.offered(ticket, 2)
    system.promises(ticket, 2)
    wang.accepts(second, "Wed 09:40")
    wang.verifies(second, "Wed 11:00", "substantiated", Words("接头老化", "a worn connector"))
    wang.completes(
        second, "Wed 11:30", Words("重做接头，测速正常", "connector renewed, speed is right")
    )
    luo.tells(second, "Wed 14:00")
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket, 2)
    zhou.calls_back(revisit, "Thu 10:00")
    zhou.hears(
        revisit,
        "Thu 10:05",
        Words("网速正常，谢谢", "it is fast again, thanks"),
        solved=True,
        score=5,
    )
    system.is_(ticket, "closed")
    tale.tells(
        "处理表由经办人、部门经理、项目经理依次签署，每人一次。",
        "The handling form is signed by the handler, the department's manager and the project's "
        "manager, once each.",
    )
    system.form(second)
    wang.signs(second, "Thu 11:00", "handler", Words("已修复", "mended"))
    handler(tale, "cao-yong").signs(
        second, "Thu 15:00", "department_manager", Words("同意", "agreed")
    )
    luo.signs(second, "Fri 09:30", "project_manager", Words("归档", "to be filed"))
    system.form(second)
    luo.refused("already-signed").signs(
        second, "Fri 09:40", "project_manager", Words("再签一次", "once more")
    )
    assert tale.company.watcher().get(f"/intake/v1/tickets/{ticket['ticket_id']}")["rounds"] == 2


def _called_back_in_vain(tale: Tale, system: Watcher, ticket_id: str) -> None:
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit({"ticket_id": ticket_id})
    zhou.calls_back(revisit, "Tue 10:00", "no_answer")
    zhou.calls_back(revisit, "Wed 09:20")
    zhou.hears(
        revisit,
        "Wed 09:25",
        Words("晚上又断了", "it broke down again at night"),
        solved=False,
        score=2,
    )


@STORY.chapter("一句话能答的，当场答；答过一次，人人会答")
def test_a_consultation_is_answered_at_once_and_becomes_knowledge(tale: Tale) -> None:
    """H-08, H-11, U-16: what one customer was told is found when the next one asks."""
    zhang, zhou, system = at_the_hotline(tale), caller(tale, "zhou-ting"), Watcher(tale)
    ticket = zhang.registers(
        "Wed 10:00",
        Words("出国一个月，宽带能不能停机保号？", "Can broadband rest for a month abroad?"),
        kind="consultation",
        customer={"name": "赵雅琴", "phone": "13600003333"},
    )
    system.promises(ticket)
    answer = Words("可以，每月 5 元，网上即可办理", "Yes, for 5 yuan a month, and online")
    title = Words("宽带停机保号", "Broadband at rest")
    zhang.refused("not-answered").publishes(ticket, "Wed 10:02", title, answer)
    zhang.answers(ticket, "Wed 10:05", answer)
    zhang.publishes(ticket, "Wed 10:20", title, answer)
    zhang.looks_up("Thu 11:00", Words("停机保号", "at rest"), title)
    system.kept(ticket)
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Thu 15:00")
    zhou.hears(revisit, "Thu 15:02", Words("已办好", "done"), solved=True, score=5)
    system.is_(ticket, "closed")
