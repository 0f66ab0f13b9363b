from tests.e2e.stories.actors import Json
from tests.e2e.stories.calling_back import iso
from tests.e2e.stories.calling_out import PhoneManager
from tests.e2e.stories.people import caller, handler, phone_manager, receiver, reference
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import ACCOUNTS as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import TIER, Words, same
from tests.e2e.which import not_composed

pytestmark = not_composed

PACK = "mobile-key-account"
LIN = {"name": "林志远", "phone": "13911110001"}
SHEN = {"name": "沈慧", "phone": "13911110002"}
BAI = {"name": "白志强", "phone": "13911110003"}


def at_the_phone(tale: Tale) -> PhoneManager:
    return phone_manager(tale, "qin-yao")


@STORY.chapter("关键时刻，该打的打，该免的免")
def test_a_key_moment_is_a_call_unless_it_is_exempt(tale: Tale) -> None:
    """M-02: a change of the customer's is a call within two working days, unless exempt."""
    qin = at_the_phone(tale)
    lin = reference(tale, PACK, LIN)
    tale.tells(
        "业务系统发现：客户换了手机，合约还有一个月到期。两个工作日内，客户经理要打一个服务电话；"
        "客户声明免打扰的，系统记下，不派。",
        "Another system sees that the customer changed phones and that the contract ends in a "
        "month: within two working days there is to be a call, and none where the customer does "
        "not want any.",
    )
    first = qin.sees_moment("Mon 09:30", Words("首次换机", "first change of phone"), lin)
    assert first["state"] == "due"
    ending = Words("合约即将到期", "contract about to end")
    suppressed = qin.sees_moment("Mon 09:40", ending, lin, exempt=True)
    qin.refused("outbound-task-suppressed").calls_out(suppressed, "Mon 10:00")
    qin.calls_out(first, "Mon 10:10")
    done = Words("协助迁移通讯录", "helped to move the contacts")
    qin.closes_task(first, "Mon 10:20", done, score=5, filled_fields=["model", "birthday"])


@STORY.chapter("服务谁，名单说了算")
def test_only_whom_they_serve_is_called(tale: Tale) -> None:
    """M-01: once the month's group is imported, who is not in it is not called."""
    qin = at_the_phone(tale)
    served = reference(tale, PACK, {"name": "贺兰", "phone": "13911110021"})
    other = reference(tale, PACK, {"name": "卫东", "phone": "13911110022"})
    tale.tells(
        "月初从经营系统导入当月的服务对象（谁的月消费够，由经营系统算）；名单之外的客户，"
        "到了关键时刻也不打扰。",
        "At the month's beginning those who are served are imported, as another system reckoned "
        "them; nobody else is called, whatever the moment.",
    )
    qin.imports_group("5 Mon 09:00", "2025-04", [served])
    on_it = Words("名单内客户合约到期", "the contract of one on the list ends")
    assert qin.sees_moment("5 Mon 10:00", on_it, served)["state"] == "due"
    not_on_it = Words("名单外客户合约到期", "the contract of one not on it ends")
    assert qin.sees_moment("5 Mon 10:05", not_on_it, other)["state"] == "suppressed"


@STORY.chapter("不扰民：不在午休打，一天一次，一周三次")
def test_no_customer_is_called_too_often_nor_at_a_bad_time(tale: Tale) -> None:
    """M-04: only in the calendar, once a day, three times in seven days, whatever the tasks."""
    qin = at_the_phone(tale)
    shen = reference(tale, PACK, SHEN)
    tasks = [
        qin.sees_moment("Mon 09:10", Words(zh, en), shen)
        for zh, en in (("套餐变更", "tariff changed"), ("流量异常", "unusual data use"))
    ]
    tale.tells(
        "十二点到两点是午休，不打。一天只打一次，两件事也只能打一次；七天里最多三次，周末也算。",
        "Noon to two is for resting; one call a day, even for two matters, and three in any seven "
        "days.",
    )
    qin.refused("outside-calendar").calls_out(tasks[0], "Mon 12:30", "no_answer")
    qin.calls_out(tasks[0], "Mon 14:00", "no_answer")
    qin.refused("contacted-too-often").calls_out(tasks[1], "Mon 17:00", "no_answer")
    qin.calls_out(tasks[0], "Tue 10:00", "no_answer")
    qin.calls_out(tasks[1], "Sat 10:00", "no_answer")
    qin.refused("contacted-too-often").calls_out(tasks[1], "Sun 10:00")
    qin.calls_out(tasks[1], "2 Mon 15:00")
    qin.closes_task(tasks[1], "2 Mon 15:10", Words("已核对流量", "data use explained"), score=4)
    in_vain = Words("多次未接", "never answered")
    qin.closes_task(tasks[0], "2 Mon 15:20", in_vain, outcome="unreachable")


@STORY.chapter("电话里办不了，转出去，结果要回来")
def test_what_the_phone_cannot_solve_is_passed_on_and_comes_back(tale: Tale) -> None:
    """M-03: passed on to the group-account manager; no result before the information was passed."""
    qin = at_the_phone(tale)
    bai = reference(tale, PACK, BAI)
    moment = Words("企业要加 40 条专线", "his firm wants forty lines more")
    task = qin.sees_moment("Tue 09:30", moment, bai, passed_to="group_account_manager")
    qin.calls_out(task, "Tue 10:00")
    tale.tells(
        "集团客户经理接手。没有登记资料何时交到他手里，就不能报结果。",
        "The group-account manager takes it on; there is no result before it is said when he was "
        "told.",
    )
    qin.refused("information-not-passed").closes_task(
        task, "Wed 15:00", Words("方案已签", "signed")
    )
    qin.closes_task(
        task,
        "Wed 16:00",
        Words("周二已交接，方案已签", "told on Tuesday; signed"),
        information_passed_at=iso("Tue 11:00"),
        score=5,
    )
    _the_counter_takes_it_by_appointment(tale, bai)
    track = qin.client.get("/revisit/v1/outbound-tasks", customer_ref=bai)["items"]
    assert {(one["passed_to"], one["outcome"]) for one in track} == {
        ("group_account_manager", "done"),
        ("counter", "done"),
    }
    tale.shows(
        Words("该客户的服务轨迹", "the customer's service track"),
        Words(
            "两件事：转给谁、结果如何，都在",
            "both matters, with whom they went to and what came of it",
        ),
    )


def _the_counter_takes_it_by_appointment(tale: Tale, customer: str) -> None:
    qin = at_the_phone(tale)
    task = qin.sees_moment("Wed 16:30", Words("要换实名", "the line is to be another's"), customer)
    qin.calls_out(task, "Thu 09:30")
    tale.tells(
        "实名变更只能到营业厅办。要约好时间，不能让客户白跑。",
        "Only the counter can do that, and by appointment, so that nobody comes for nothing.",
    )
    qin.refused("appointment-missing").hands_over(task, "Thu 09:35", "counter")
    qin.hands_over(task, "Thu 09:36", "counter", "Fri 10:00")
    done = Words("到厅办结", "done at the counter")
    qin.closes_task(task, "Fri 10:30", done, information_passed_at=iso("Thu 09:36"), score=5)


@STORY.chapter("钻石卡客户的投诉，排在最前面")
def test_a_diamond_customers_complaint_is_served_first(tale: Tale) -> None:
    """M-06, U-02, U-09: the carrier's rules; the highest tier first in every line."""
    qin, fan = receiver(tale, "qin-yao", PACK), handler(tale, "fan-mei")
    zhou, system = caller(tale, "zhou-ting"), Watcher(tale)
    tickets = [
        qin.registers(
            at,
            Words("办公楼里没有信号", "no signal in the office tower"),
            category="mobile-network",
            tier=tier,
            customer={"name": name, "phone": phone},
        )
        for at, tier, name, phone in (
            ("Mon 09:00", "silver", "银先生", "13911110010"),
            ("Mon 10:00", "diamond", "钻女士", "13911110011"),
        )
    ]
    orders = [system.offered(ticket) for ticket in tickets]
    system.promises(tickets[1])
    _first_in_line(
        tale,
        orders,
        fan.client.get("/dispatch/v1/work-orders", department="key-accounts", limit=500),
    )
    for order, hour in ((orders[1], "10"), (orders[0], "11")):
        fan.accepts(order, f"Mon {hour}:10")
        fan.completes(order, f"Mon {hour}:40", Words("加装室分天线", "an indoor antenna was added"))
        fan.tells(order, f"Mon {hour}:50")
    revisits = [system.revisit(ticket) for ticket in tickets]
    _first_in_line(tale, revisits, zhou.client.get("/revisit/v1/revisits", limit=500), "revisit_id")
    for revisit in reversed(revisits):
        zhou.calls_back(revisit, "Tue 10:00")
        zhou.hears(revisit, "Tue 10:05", Words("信号满格", "full signal"), solved=True, score=5)
    for ticket in tickets:
        system.is_(ticket, "closed")


def _first_in_line(tale: Tale, ours: list[Json], line: Json, name: str = "work_order_id") -> None:
    """The later one, of the higher tier, stands before the earlier one."""
    ids = [one[name] for one in line["items"]]
    places = [ids.index(one[name]) for one in ours]
    assert places[1] < places[0], places
    first = Words("{tier}在前，尽管来得晚", "{tier} first, though it came later")
    queue = Words("派单队列", "the line of work orders")
    if name == "revisit_id":
        queue = Words("回访队列", "the line of revisits")
    tale.shows(queue, first.filled(tier=TIER["diamond"], n=same("")))
