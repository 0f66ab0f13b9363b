from tests.e2e.stories.actors import Json
from tests.e2e.stories.people import caller, handler, receiver
from tests.e2e.stories.receiving import Receiver
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import CABLE as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words, same
from tests.e2e.which import not_composed

pytestmark = not_composed

NO_PICTURE = Words("电视无信号", "no picture on TV")


def at_the_desk(tale: Tale) -> Receiver:
    return receiver(tale, "zhang-min", "cable-field-service")


def fault(tale: Tale, at: str, area: str, what: Words = NO_PICTURE, **more: object) -> Json:
    """A fault report from that area."""
    return at_the_desk(tale).registers(
        at,
        Words(f"{area}小区：{what.zh}", f"{AREAS[area]}: {what.en}"),
        kind="fault_report",
        area=area,
        customer={"name": "刘桂兰", "phone": "13811112222"},
        **more,
    )


AREAS = {"朝阳": "Chaoyang", "海淀": "Haidian", "丰台": "Fengtai"}


@STORY.chapter("一个网格，一个经理")
def test_an_area_belongs_to_one_manager(tale: Tale) -> None:
    """C-01, C-09: the same area, the same manager, every time; an answer within a day."""
    system = Watcher(tale)
    for at, area, manager in (
        ("Mon 09:00", "朝阳", "wang-qiang"),
        ("Mon 09:05", "海淀", "liu-yang"),
        ("Mon 09:10", "丰台", "chen-hao"),
        ("Mon 17:00", "朝阳", "wang-qiang"),
    ):
        assert system.offered(fault(tale, at, area))["handler"] == manager
    tale.tells(
        "周六晚上九点半报修也一样：时限走的是钟表时间，一整天。",
        "Saturday half past nine in the evening is no different: the limit is a day by the clock.",
    )
    ticket = fault(tale, "Sat 21:30", "朝阳")
    system.promises(ticket)


@STORY.chapter("约好了再去，改期要客户点头")
def test_a_visit_is_agreed_and_moved_with_consent(tale: Tale) -> None:
    """C-02, C-03, C-04: accepted, called, agreed, and moved only with reason and consent."""
    wang, system = handler(tale, "wang-qiang"), Watcher(tale)
    ticket = fault(tale, "Mon 09:00", "朝阳")
    order = system.offered(ticket)
    wang.accepts(order, "Mon 09:10", plan=Words("分支器和梯子", "a splitter and a ladder"))
    wang.contacts(order, "Mon 09:30", "reached", saying=Words("询问故障现象", "asks what is seen"))
    wang.agrees(order, "Mon 09:35", "Mon 14:00", "Mon 15:00")
    tale.tells(
        "上一家的活没干完，两点赶不到。改约要说明原因，还要客户同意，缺一样都不行。",
        "The visit before takes longer, and two o'clock cannot be kept; another time needs the "
        "reason and the "
        "customer's consent.",
    )
    wang.refused("appointment-stands").agrees(order, "Mon 13:00", "Mon 16:00", "Mon 17:00")
    wang.agrees(
        order,
        "Mon 13:05",
        "Mon 16:00",
        "Mon 17:00",
        Words("上一户未完工", "the visit before is not finished"),
        consented=True,
    )
    wang.contacts(order, "Mon 16:05", "reached", "visit")
    wang.completes(order, "Mon 16:40", Words("更换分支器", "splitter replaced"))
    wang.tells(order, "Mon 16:45", by="visit")
    system.kept(ticket)
    _called_back(tale, system, ticket, "Tue")


def _called_back(tale: Tale, system: Watcher, ticket: Json, day: str) -> None:
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, f"{day} 10:00")
    seen = Words("有画面了", "the picture is back")
    zhou.hears(revisit, f"{day} 10:03", seen, solved=True, score=5)
    system.is_(ticket, "closed")


@STORY.chapter("客户失约，留条为证")
def test_who_is_not_at_home_finds_a_note(tale: Tale) -> None:
    """C-05, C-06: nobody is at home, a note is left, and misuse is guided by phone."""
    liu, system = handler(tale, "liu-yang"), Watcher(tale)
    ticket = fault(tale, "Tue 09:00", "海淀")
    order = system.offered(ticket)
    liu.accepts(order, "Tue 09:05")
    liu.contacts(order, "Tue 09:20", "reached")
    liu.agrees(order, "Tue 09:25", "Tue 11:00", "Tue 12:00")
    tale.tells(
        "十点五十就在门口，客户还没回来：还不到约定时间，不算失约。过了点，还得留条，才算。",
        "At ten to eleven the customer is not back: nothing is missed before its time, nor "
        "without a note.",
    )
    liu.refused("appointment-not-begun").finds_nobody(order, "Tue 10:50", leaving_note=True)
    liu.refused("note-missing").finds_nobody(order, "Tue 11:30", leaving_note=False)
    liu.finds_nobody(order, "Tue 11:40", leaving_note=True)
    tale.tells(
        "客户看到条子打来电话，一问是遥控器切错了信源，电话里一步步教会，不用再跑。",
        "The customer finds the note and calls: the wrong input was chosen, and step by step on "
        "the phone is enough.",
    )
    liu.contacts(order, "Tue 14:00", "reached", guidance="solved")
    liu.completes(order, "Tue 14:15", Words("误操作，已指导恢复", "misuse, guided by phone"))
    liu.tells(order, "Tue 14:16")
    system.kept(ticket)
    _called_back(tale, system, ticket, "Wed")


@STORY.chapter("电话教不会的，就得上门")
def test_what_the_phone_does_not_solve_is_visited(tale: Tale) -> None:
    """C-06: guided in vain, it counts as solved only once somebody was there."""
    chen, system = handler(tale, "chen-hao"), Watcher(tale)
    ticket = fault(tale, "Tue 13:00", "丰台")
    order = system.offered(ticket)
    chen.accepts(order, "Tue 13:05")
    chen.contacts(order, "Tue 13:15", "reached", guidance="unsolved")
    solved = Words("重新搜台，恢复正常", "channels searched anew")
    chen.refused("visit-missing").completes(order, "Tue 13:20", solved)
    chen.contacts(order, "Tue 16:00", "reached", "visit")
    chen.completes(order, "Tue 16:20", solved)
    chen.tells(order, "Tue 16:21", by="visit")
    system.kept(ticket)
    _called_back(tale, system, ticket, "Wed")


@STORY.chapter("投诉网格经理，换别人来管")
def test_a_complaint_about_a_manager_goes_to_another(tale: Tale) -> None:
    """C-10: nobody handles the complaint about themselves; to them it isn't there."""
    zhang, wang, peng = at_the_desk(tale), handler(tale, "wang-qiang"), handler(tale, "peng-hui")
    system = Watcher(tale)
    ticket = zhang.registers(
        "Wed 09:00",
        Words("王强上门态度差，踩脏地板不擦", "Wang Qiang was rude and left the floor dirty"),
        area="朝阳",
        against={"person": "wang-qiang"},
        customer={"name": "高凤英", "phone": "13822223333"},
    )
    order = system.offered(ticket)
    assert order["handler"] == "peng-hui"
    wang.refused("work-order-not-found").accepts(order, "Wed 09:05")
    peng.accepts(order, "Wed 09:10")
    peng.verifies(
        order,
        "Wed 11:00",
        "substantiated",
        Words("王强承认未穿鞋套", "he admits it"),
    )
    peng.completes(
        order,
        "Wed 15:00",
        Words("上门致歉并清洁，王强记过", "an apology, and the floor cleaned"),
    )
    peng.tells(order, "Wed 15:10", by="visit")
    system.kept(ticket)
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Thu 10:00")
    zhou.hears(revisit, "Thu 10:04", Words("满意", "satisfied"), solved=True, score=5)
    system.is_(ticket, "closed")


@STORY.chapter("“联系不上”，要真跑过才算")
def test_a_customer_is_unreachable_only_after_calls_and_a_visit(tale: Tale) -> None:
    """C-07, C-08: two calls, two hours apart, then the address and a note, then unreachable."""
    chen, system = handler(tale, "chen-hao"), Watcher(tale)
    ticket = fault(tale, "Thu 08:30", "丰台")
    order = system.offered(ticket)
    chen.accepts(order, "Thu 08:40")
    chen.contacts(order, "Thu 09:00", "no_answer")
    chen.contacts(order, "Thu 10:00", "no_answer")
    chen.completes(
        order, "Thu 10:30", Words("楼道放大器已修复", "the amplifier in the hall is mended")
    )
    tale.tells(
        "修好了却告诉不了客户。一小时里打两次不算两次；隔两小时再打，还不通，就上门；没人，留条。",
        "It is mended, and the customer cannot be told: two calls within an hour are not two; "
        "then one more, then the "
        "address, and a note where nobody opens.",
    )
    chen.refused("attempts-missing").tells(order, "Thu 10:40", outcome="unreachable")
    chen.contacts(order, "Thu 11:30", "no_answer")
    chen.refused("attempts-missing").tells(order, "Thu 11:35", outcome="unreachable")
    chen.contacts(order, "Thu 15:00", "nobody_home", "visit", leaving_note=True)
    chen.tells(order, "Thu 15:10", outcome="unreachable")
    system.kept(ticket)
    _given_up(tale, system, ticket)


def _given_up(tale: Tale, system: Watcher, ticket: Json) -> None:
    """The call-back too is in vain, and as often as it must be."""
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Fri 10:00", "no_answer")
    zhou.refused("attempts-missing").gives_up(revisit, "Fri 10:01")
    zhou.calls_back(revisit, "Fri 15:00", "no_answer")
    zhou.gives_up(revisit, "Fri 15:01")
    system.is_(ticket, "closed")
    whole = system.history(ticket, "customer-notified", "revisit-concluded", "ticket-closed")
    tries = [one for one in whole if "attempted" in one["type"]]
    tale.shows(
        Words("记录在案的联系", "attempts on record"),
        Words("{n} 次，逐条可查", "{n}, each with its time").filled(n=same(len(tries))),
    )
    assert len(tries) == 6
