from tests.e2e.stories.actors import Json
from tests.e2e.stories.people import caller, handler, receiver
from tests.e2e.stories.receiving import Receiver
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import CARRIER as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words
from tests.e2e.which import not_composed

pytestmark = not_composed

DEAD = Words("地铁三号线全程无信号", "no signal along the whole of metro line 3")


def at_the_desk(tale: Tale) -> Receiver:
    return receiver(tale, "zhang-min", "telecom-carrier")


def closes(tale: Tale, system: Watcher, ticket: Json, at: str, said: Words, score: int) -> None:
    """The call-back, and the end."""
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, f"{at}:00")
    zhou.hears(revisit, f"{at}:05", said, solved=True, score=score)
    system.is_(ticket, "closed")


@STORY.chapter("先核身份，再查账户")
def test_who_asks_about_an_account_is_checked_and_how_is_recorded(tale: Tale) -> None:
    """U-02, U-10, U-17: the check is on record; whoever took it in answers for it to the end."""
    zhang, xu, system = at_the_desk(tale), handler(tale, "xu-lei"), Watcher(tale)
    tale.tells(
        "客户不是用本机打来的，要先核对资料；怎样核对的，记在工单里。",
        "The customer calls from another number: the data are checked first, and how is recorded.",
    )
    ticket = zhang.registers(
        "Mon 09:00",
        Words("国际漫游费对不上", "the roaming charges are wrong"),
        category="billing",
        verified_by="证件号与最近缴费记录",
        customer={"name": "韩梅", "account": "8800-1234"},
    )
    register = system.client.get(f"/intake/v1/tickets/{ticket['ticket_id']}")
    assert register["verified_by"] == "证件号与最近缴费记录"
    tale.shows(
        Words("身份核对方式", "how the identity was checked"),
        Words("证件号与最近缴费记录", "by the identity card and the last payments"),
    )
    order = system.offered(ticket)
    assert order["first_owner"] == "zhang-min"
    system.promises(ticket)
    xu.accepts(order, "Mon 09:20")
    xu.completes(order, "Mon 11:00", Words("重复计费已冲正", "charged twice, and corrected"))
    xu.tells(order, "Mon 11:10")
    system.kept(ticket)
    closes(tale, system, ticket, "Tue 10", Words("对上了", "it is right now"), 5)


@STORY.chapter("市里的往上升，省里的往下派")
def test_a_ticket_moves_up_and_down_the_levels(tale: Tale) -> None:
    """U-01, U-11: asked again and about to go public, up to the province; handled below, down."""
    zhang, lin, ren = at_the_desk(tale), handler(tale, "lin-tao"), handler(tale, "ren-jie")
    wei, system = handler(tale, "wei-dong"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 08:40",
        DEAD,
        category="mobile-network",
        customer={"name": "丁一凡", "phone": "13600010001"},
    )
    order = system.offered(ticket)
    system.promises(ticket)
    lin.accepts(order, "Mon 09:00")
    tale.tells(
        "客户当天第二次来电，说再不解决就发到网上去。催办加扬言曝光，升到省公司，由省里的人接管。",
        "The customer calls again the same day and will post it online: asked again and about to "
        "go public, it goes up to the province.",
    )
    zhang.supplements(
        ticket,
        "Mon 16:00",
        Words("还是没信号，再不管就发微博", "still none; will post it online"),
        repeat=True,
        publicity_threat=True,
    )
    asked = system.client.get(f"/intake/v1/tickets/{ticket['ticket_id']}")
    assert (asked["repeats"], asked["publicity_threat"]) == (1, True)
    tale.shows(
        Words("工单上的升级信号", "what calls for a higher level"),
        Words("催办 1 次，扬言曝光", "asked again once, about to go public"),
    )
    ren.takes_over(order, "Mon 16:30", "province")
    system.lists(order, Words("省公司在办清单", "the province's own list"), level="province")
    wei.refused("not-higher").takes_over(order, "Mon 16:35", "supervisor")
    ren.contacts(
        order, "Mon 16:40", "reached", saying=Words("说明整治计划", "explains what is planned")
    )
    tale.tells(
        "省里定了方案，施工还是市公司装维服务部的事：往下派，时钟不停。",
        "The province has decided; building it is the city's: down it goes, and the clock runs on.",
    )
    ren.transfers(order, "Mon 17:00", "field-service", Words("室分施工", "work inside stations"))
    liu = handler(tale, "liu-yang")
    liu.accepts(order, "Mon 17:10")
    liu.completes(order, "Tue 20:00", Words("开通两个直放站", "two repeaters are working"))
    ren.tells(order, "Wed 09:10")
    system.kept(ticket)
    closes(tale, system, ticket, "Thu 10", Words("有信号了", "there is signal"), 4)


@STORY.chapter("走到哪一步，短信都告诉客户")
def test_the_customer_hears_by_message_how_far_it_is(tale: Tale) -> None:
    """U-02, U-13, U-14: four messages, each once; what is late stands where it can be mended."""
    zhang, guo, system = at_the_desk(tale), handler(tale, "guo-wei"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 09:00",
        Words("小区里通话总断", "calls break off all over the estate"),
        category="mobile-network",
        customer={"name": "苏文", "phone": "13600010003"},
    )
    order = system.offered(ticket)
    system.promises(ticket)
    guo.accepts(order, "Mon 10:00")
    tale.tells(
        "基站选址拖过了两个工作日。超时的单子出现在责任部门的监控里；客户不用来问，短信先到。",
        "Finding a place for the mast takes longer than two working days: the ticket stands in "
        "the department's monitor, and the customer hears of it before having to ask.",
    )
    system.is_overdue(ticket, "network-maintenance")
    system.messages(ticket, "registered", "dispatched", "delayed")
    guo.completes(order, "Thu 10:00", Words("基站已开通", "the mast is working"))
    guo.tells(order, "Thu 10:30")
    system.kept(ticket, "met_late")
    system.messages(ticket, "result")
    closes(tale, system, ticket, "Fri 10", Words("不断了", "they hold"), 4)


@STORY.chapter("告到管局的，由集团公司答复")
def test_an_appeal_is_answered_by_the_nation_before_anything_closes(tale: Tale) -> None:
    """U-12: its own record, answered by the nation level; until then the ticket does not close."""
    zhang, xu, shi = at_the_desk(tale), handler(tale, "xu-lei"), handler(tale, "shi-lan")
    ren, zhou, system = handler(tale, "ren-jie"), caller(tale, "zhou-ting"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 09:00",
        Words("不知情被开通增值业务", "a paid service that was never ordered"),
        category="billing",
        customer={"name": "秦海燕", "phone": "13600010002"},
    )
    order = system.offered(ticket)
    xu.accepts(order, "Mon 09:30")
    xu.completes(order, "Mon 15:00", Words("退订，退一个月费用", "cancelled, one month paid back"))
    xu.tells(order, "Mon 15:10")
    tale.tells(
        "客户不服，向通信管理局申诉。申诉单独立案，派给集团公司；市里、省里都不能替它答复，"
        "工单也不能先关。",
        "The customer appeals to the regulator. The appeal is a record of its own at the nation "
        "level; no lower level answers it, and the ticket does not close before.",
    )
    zhang.appeals(
        ticket, "Tue 09:00", Words("只退一个月不接受", "one month is not enough"), "通信管理局"
    )
    appeal = system.offered(ticket, role="appeal")
    assert appeal["department"] == "group-service"
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Tue 10:00")
    zhou.hears(
        revisit,
        "Tue 10:05",
        Words("业务是退了，申诉照旧", "cancelled, yes, but the appeal stands"),
        solved=True,
        score=3,
    )
    system.history(ticket, "closing-deferred")
    system.is_(ticket, "in_revisit")
    shi.accepts(appeal, "Tue 11:00")
    fetch = Words("请省里调取开通录音", "the province is to find the recording")
    shi.transfers(appeal, "Tue 11:10", "province-service", fetch)
    ren.accepts(appeal, "Tue 14:00")
    ren.refused("not-nation-level").answers_appeal(
        appeal, "Wed 09:00", Words("省里先答复", "the province would answer"), "settled"
    )
    ren.transfers(appeal, "Wed 09:10", "group-service", Words("录音已附", "with the recording"))
    shi.accepts(appeal, "Wed 10:00")
    settled = Words("全额退还并书面致歉，双方和解", "all paid back, an apology in writing, settled")
    shi.refused("appeal-order").completes(appeal, "Thu 10:00", settled)
    shi.answers_appeal(appeal, "Thu 10:10", settled, "settled")
    closed = system.is_(ticket, "closed")
    assert closed["appeal"]["outcome"] == "settled"
