from tests.e2e.stories.actors import Json
from tests.e2e.stories.calling_back import iso
from tests.e2e.stories.people import caller, handler, phone_manager, receiver, reference
from tests.e2e.stories.receiving import Receiver
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import TRAVEL as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words
from tests.e2e.which import not_composed

pytestmark = not_composed


def at_the_desk(tale: Tale) -> Receiver:
    return receiver(tale, "zhang-min", "travel-platform")


@STORY.chapter("凌晨两点的投诉，半小时里答复")
def test_a_complaint_at_night_is_answered_as_promised(tale: Tale) -> None:
    """T-01, T-02, T-06, T-07: accept, explain, propose, revisit; the promised time is recorded."""
    zhang, jin, system = at_the_desk(tale), handler(tale, "jin-ling"), Watcher(tale)
    ticket = zhang.registers(
        "Sat 02:00",
        Words(
            "酒店没有预订记录，人在大堂",
            "the hotel knows of no booking, and they stand in the hall",
        ),
        merchant="云海酒店",
        customer={"name": "何雨", "phone": "13700010001"},
    )
    order = system.offered(ticket)
    assert order["first_owner"] == "zhang-min"
    system.promises(ticket)
    tale.tells(
        "受理时要答应客户几点前答复。随口说到四点不行：超出时限的承诺，要经理接管以后才能作。",
        "On acceptance the customer is told by when. Four o'clock will not do: beyond the limit "
        "only the manager may promise.",
    )
    jin.refused("promise-beyond-limit").accepts(order, "Sat 02:03", promising="Sat 04:00")
    jin.accepts(order, "Sat 02:04", promising="Sat 02:25")
    calm = Words("安抚客户，说明正在联系酒店", "calms them; the hotel is being called")
    jin.contacts(order, "Sat 02:06", "reached", saying=calm)
    other = Words("改住隔壁同级酒店", "another hotel next door, of the same class")
    jin.proposes(order, "Sat 02:15", other, "rebooking")
    jin.completes(
        order, "Sat 02:20", Words("已改住，差价平台承担", "moved; the platform pays the difference")
    )
    jin.tells(order, "Sat 02:22")
    system.kept(ticket)
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Sat 10:00")
    zhou.hears(revisit, "Sat 10:05", Words("处理很快", "that was quick"), solved=True, score=5)
    system.is_(ticket, "closed")


@STORY.chapter("超出权限，往上报；要更多时间，客户点头")
def test_a_remedy_beyond_authority_goes_up_and_longer_takes_consent(tale: Tale) -> None:
    """T-03, T-04, T-05, T-08, H-24: the superior promises, the customer consents, another helps."""
    zhang, ou, meng = at_the_desk(tale), handler(tale, "ou-yang"), handler(tale, "meng-fei")
    system = Watcher(tale)
    ticket = zhang.registers(
        "Mon 20:00",
        Words("跟团游被取消两个景点", "two sights were dropped from the tour"),
        severity="major",
        merchant="远山旅行社",
        customer={"name": "罗晓峰", "phone": "13700010002"},
    )
    order = system.offered(ticket)
    system.promises(ticket)
    ou.accepts(order, "Mon 20:05")
    full = Words("全额退团费", "the whole price back")
    ou.refused("beyond-authority").proposes(order, "Mon 20:30", full, "full-refund")
    tale.tells(
        "全额退款不是经办人能答应的。经理接管，经办人继续盯着；计费账务部帮忙核对付款。",
        "The whole price back is not the handler's to promise: the manager takes over, and "
        "billing helps with the payments.",
    )
    meng.takes_over(order, "Mon 20:45", "manager")
    help_order = ou.asks_help(
        order, "Mon 20:50", "billing", Words("核对团费流水", "to check the payments")
    )
    assert help_order
    _billing_helps(tale, system, ticket)
    tale.tells(
        "旅行社的书面说明迟迟不到，二十四小时怕不够。延期要客户同意，并写明谁、何时、怎样同意的。",
        "The agency's statement is long in coming, and a day may be too short: a longer time "
        "takes the customer's consent, with who, when and how.",
    )
    why = Words("等旅行社书面说明", "waits for the agency's statement")
    consent = {"by": "罗晓峰", "means": "phone", "at": iso("Tue 10:00")}
    meng.refused("consent-missing").extends(
        order, "Tue 09:30", "Wed 12:00", why, {**consent, "at": iso("Tue 10:00")}
    )
    meng.extends(order, "Tue 10:05", "Wed 12:00", why, consent)
    meng.proposes(order, "Tue 18:00", full, "full-refund")
    meng.completes(order, "Tue 18:30", Words("团费原路退回", "the price was paid back"))
    meng.tells(order, "Tue 18:40")
    system.kept(ticket)
    zhou = caller(tale, "zhou-ting")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Wed 10:00")
    zhou.hears(revisit, "Wed 10:06", Words("钱已到账", "the money is there"), solved=True, score=4)
    system.is_(ticket, "closed")


def _billing_helps(tale: Tale, system: Watcher, ticket: Json) -> None:
    """A work order of its own, which answers for its part alone."""
    xu = handler(tale, "xu-lei")
    helping = system.offered(ticket, role="help", department="billing")
    xu.accepts(helping, "Mon 21:00")
    xu.completes(
        helping, "Mon 21:30", Words("流水属实，两笔共 6800 元", "two payments, 6,800 yuan")
    )


@STORY.chapter("出行之前，电话和短信都不落")
def test_a_journey_is_cared_for_before_it_begins(tale: Tale) -> None:
    """T-12: two days before, the arrival is confirmed; on the day a call and a message."""
    jin = phone_manager(tale, "jin-ling", "travel-platform")
    customer = reference(tale, "travel-platform", {"name": "夏雨", "phone": "13700010021"})
    confirm, call, message = jin.sees_departure("Mon 10:00", customer, "Fri 12:00")
    jin.refused("outside-calendar").calls_out(confirm, "Wed 06:30")
    jin.calls_out(confirm, "Wed 10:00")
    jin.closes_task(confirm, "Wed 10:05", Words("航班十五点到", "arrives at three"))
    jin.calls_out(call, "Fri 08:30")
    jin.closes_task(call, "Fri 08:35", Words("司机电话已告知", "given the driver's number"))
    jin.calls_out(message, "Fri 08:40", by="sms")
    jin.closes_task(message, "Fri 08:41", Words("集合地点已发", "sent where to meet"))


@STORY.chapter("骂人的电话，警告两次才挂")
def test_a_call_is_ended_only_after_two_warnings(tale: Tale) -> None:
    """T-14: the contact says how often the caller was warned."""
    zhang = at_the_desk(tale)
    call = zhang.records_call(
        "Mon 15:10",
        Words("客户辱骂，警告两次后结束通话", "warned twice, then the call was ended"),
        number="13700010009",
        answered_at=iso("Mon 15:00"),
        ended_at=iso("Mon 15:09"),
        answered_by="person",
        warnings=2,
        ended_by="seat",
    )
    kept = zhang.client.get(f"/intake/v1/contacts/{call['contact_id']}")
    assert (kept["warnings"], kept["ended_by"]) == (2, "seat")
    tale.shows(Words("来访记录", "the contact on record"), Words("警告 2 次", "2 warnings"))


@STORY.chapter("打了两分的回访，又听出一件新事")
def test_a_weak_score_and_a_new_complaint_heard_in_a_revisit(tale: Tale) -> None:
    """T-07, T-09, T-13: the score is kept; what is new becomes a ticket of its own."""
    zhang, jin, system = at_the_desk(tale), handler(tale, "jin-ling"), Watcher(tale)
    zhou = caller(tale, "zhou-ting")
    ticket = zhang.registers(
        "Wed 09:00",
        Words("接机司机迟到四十分钟", "the driver came forty minutes late"),
        merchant="顺行租车",
        customer={"name": "唐悦", "phone": "13700010003"},
    )
    order = system.offered(ticket)
    jin.accepts(order, "Wed 09:05", promising="Wed 09:30")
    jin.completes(order, "Wed 09:20", Words("退接机费", "the fee was paid back"))
    jin.tells(order, "Wed 09:25")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Wed 15:00")
    new = Words("司机还绕路抽烟", "he also took a longer way and smoked")
    zhou.hears(
        revisit,
        "Wed 15:05",
        Words("费用退了，但体验很差", "paid back, but it was bad"),
        new,
        solved=True,
        score=2,
    )
    system.is_(ticket, "closed")
    tale.tells(
        "原单按两分办结，分数留着；新的抱怨不混在里面，有自己的时限，自己的首问责任人：听到它的周婷。",
        "The first is closed with its two; what is new has a limit of its own, and a first owner "
        "of its own: Zhou Ting, who heard it.",
    )
    other = system.raised(ticket)
    order = system.offered(other)
    assert order["first_owner"] == "zhou-ting"
    system.promises(other)
    jin.accepts(order, "Wed 15:10", promising="Wed 15:35")
    jin.completes(
        order, "Wed 15:25", Words("司机停岗，赠接送一次", "suspended; one ride as a gift")
    )
    jin.tells(order, "Wed 15:30")
    system.kept(other)
    again = system.revisit(other)
    zhou.calls_back(again, "Thu 10:00")
    zhou.hears(again, "Thu 10:04", Words("这回满意", "satisfied this time"), solved=True, score=5)
    system.is_(other, "closed")
