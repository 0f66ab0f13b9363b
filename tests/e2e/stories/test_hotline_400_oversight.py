from tests.e2e.stories.people import at_the_hotline, caller, handler
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import HOTLINE as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words
from tests.e2e.which import not_composed

pytestmark = not_composed


@STORY.chapter("网上的投诉，书面答复，另一个人审核")
def test_a_web_complaint_is_answered_in_writing_and_reviewed(tale: Tale) -> None:
    """H-17, H-18: what is asked in writing is answered in writing, once another has read it."""
    zhang, deng, cui = at_the_hotline(tale), handler(tale, "deng-li"), handler(tale, "cui-jun")
    luo, zhou, system = handler(tale, "luo-yan"), caller(tale, "zhou-ting"), Watcher(tale)
    ticket = zhang.registers(
        "Tue 09:00",
        Words(
            "网上差评：遥控器一周坏两个", "posted online: two remote controls broken within a week"
        ),
        channel="web",
        category="product",
        customer={"name": "陈思远", "email": "siyuan.chen@example.com"},
    )
    order = system.offered(ticket)
    system.lists(
        order, Words("待书面答复清单", "the list of written answers due"), written_answer_due="true"
    )
    deng.accepts(order, "Tue 09:30")
    deng.verifies(order, "Tue 14:00", "substantiated", Words("按键触点受潮", "damp contacts"))
    deng.writes_answer(order, "Tue 15:00", Words("已知悉，请换新。", "Noted, please exchange it."))
    system.lists(order, Words("待审核清单", "the list of reviews due"), review_due="true")
    tale.tells(
        "书面答复不由写的人自己审核；写得敷衍，质检中心退回重写。",
        "Nobody reviews what they wrote themselves, and the quality centre sends a curt answer "
        "back.",
    )
    fine = Words("没问题", "fine")
    deng.refused("reviewed-by-author").reviews(order, "Tue 15:10", fine, approved=True)
    cui.reviews(
        order, "Tue 15:40", Words("未致歉，未说原因", "no apology, no cause"), approved=False
    )
    deng.writes_answer(
        order,
        "Tue 16:30",
        Words(
            "致歉：触点受潮，已换防潮款寄出。",
            "We apologise: damp contacts; a better model is on its way.",
        ),
    )
    cui.reviews(order, "Tue 17:00", Words("可以答复", "may be sent"), approved=True)
    deng.completes(order, "Tue 17:10", Words("寄出防潮款", "a better model was sent"))
    luo.tells(order, "Tue 17:20", by="web")
    system.kept(ticket)
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Thu 10:00")
    zhou.hears(
        revisit, "Thu 10:05", Words("收到了，好用", "it came, and works"), solved=True, score=5
    )
    system.is_(ticket, "closed")


@STORY.chapter("同一件事并成一单；并错了，拆得开")
def test_what_was_merged_by_mistake_is_taken_apart(tale: Tale) -> None:
    """H-01, H-12: nothing that a customer said is lost, and the clock runs as if never merged."""
    zhang, system = at_the_hotline(tale), Watcher(tale)
    customer = {"name": "冯国华", "phone": "13200007777"}
    first, second = (
        zhang.registers(at, what, category="broadband", channel=channel, customer=customer)
        for at, what, channel in (
            ("Mon 09:00", Words("宽带太慢", "broadband is slow"), "phone"),
            ("Mon 11:00", Words("宽带还是慢", "broadband is still slow"), "app"),
        )
    )
    assert [one["ticket_id"] for one in second["possible_duplicates"]] == [first["ticket_id"]]
    tale.tells(
        "第二单一登记，系统就提示：同一客户、同一类，两小时前有一单。像是一回事，并成一单，不再派两家。",
        "As the second is registered, the system points to the first, two hours before: it looks "
        "like the same matter.",
    )
    zhang.merges(second, "Mon 11:10", first, Words("疑为同一件事", "it looks like the same"))
    system.is_(second, "merged")
    system.stopped(second)
    tale.tells(
        "回电一问，一单是家里，一单是店里。拆开，第二单照原来的时限接着走。",
        "A call tells that one is about the flat and the other about the shop: taken apart, the "
        "second goes on by its own limit.",
    )
    zhang.takes_apart(second, "Mon 14:00", Words("两处地址", "two addresses"))
    order = system.offered(second)
    system.is_(second, "dispatched")
    system.promises(second)
    liu, luo = handler(tale, "liu-yang"), handler(tale, "luo-yan")
    liu.accepts(order, "Mon 14:20")
    liu.completes(order, "Mon 17:00", Words("店内换路由器", "a new router for the shop"))
    luo.tells(order, "Mon 17:10")
    system.kept(second)


@STORY.chapter("没人管的投诉，一级一级往上升")
def test_a_complaint_that_nobody_handles_climbs_the_ladder(tale: Tale) -> None:
    """H-12, H-14: six steps, each once, and the company itself says that it is late."""
    zhang, luo, system = at_the_hotline(tale), handler(tale, "luo-yan"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 09:00",
        Words("邮寄的发票一直没到", "an invoice sent by post never came"),
        category="invoice",
        customer={"name": "孙立新", "phone": "13500004444"},
    )
    order = system.offered(ticket)
    system.promises(ticket)
    tale.tells(
        "派到计费账务部，没人接单。系统到点就叫人：先催办经办人，再预警经办人和首问责任人张敏，"
        "然后主管、经理、"
        "副总经理，最后是质检中心。每一级只叫一次。",
        "Billing is offered it and nobody accepts: the system calls on the handlers, then on them "
        "and the first owner, "
        "the supervisor, the manager, the deputy general manager and at last the quality centre, "
        "each once.",
    )
    raised = system.ladder(ticket, 6)
    assert len({one["step"] for one in raised}) == 6
    gao = handler(tale, "gao-feng")
    luo.tells(
        order,
        "Fri 09:15",
        "overdue",
        saying=Words("主动致歉，说明原因", "an apology, unasked, with the reason"),
    )
    system.acknowledges(gao, raised, "level-2")
    gao.takes_over(order, "2 Thu 09:30", "manager")
    gao.accepts(order, "2 Thu 09:31")
    gao.completes(order, "2 Thu 10:00", Words("电子发票已发", "sent by e-mail"))
    luo.tells(order, "2 Thu 10:10")
    system.kept(ticket, "met_late")
    tale.tells(
        "客户拿到发票，来电说不用再回访：撤诉，一切随之了结。",
        "The customer has the invoice and takes the complaint back: nothing is left to do.",
    )
    zhang.withdraws(ticket, "2 Thu 10:30", Words("已收到", "it came"))
    system.is_(ticket, "withdrawn")


@STORY.chapter("客户要求删除资料：人删了，账还在")
def test_an_erased_customer_leaves_figures_and_no_traces(tale: Tale) -> None:
    """H-25: who the customer was is gone everywhere; what was done and when stays provable."""
    zhang, luo, system = at_the_hotline(tale), handler(tale, "luo-yan"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 11:00",
        Words("误寄宣传册，请勿再寄", "a brochure that nobody ordered"),
        customer={"name": "马文静", "phone": "13300006666"},
    )
    order = system.offered(ticket)
    luo.accepts(order, "Mon 11:10")
    luo.completes(order, "Mon 11:20", Words("已移出邮寄名单", "taken off the list"))
    luo.tells(order, "Mon 11:25")
    revisit = system.revisit(ticket)
    zhou = caller(tale, "zhou-ting")
    zhou.calls_back(revisit, "Tue 10:00")
    zhou.hears(
        revisit,
        "Tue 10:03",
        Words("请把我的资料删掉", "please erase what you have of me"),
        solved=True,
    )
    system.is_(ticket, "closed")
    system.erases(tale.company.officer(), ticket)
