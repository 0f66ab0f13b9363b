from tests.e2e.stories.people import at_the_hotline, caller, handler
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.titles import HOTLINE as STORY
from tests.e2e.stories.watching import Watcher
from tests.e2e.stories.words import Words
from tests.e2e.which import not_composed

pytestmark = not_composed


@STORY.chapter("查无实据，也要解释、也要回访")
def test_an_unfounded_complaint_is_explained_and_called_back(tale: Tale) -> None:
    """H-05, H-19: unfounded does not mean unanswered."""
    zhang, xu, luo = at_the_hotline(tale), handler(tale, "xu-lei"), handler(tale, "luo-yan")
    zhou, system = caller(tale, "zhou-ting"), Watcher(tale)
    ticket = zhang.registers(
        "Mon 14:00",
        Words("账单多收了 30 元", "30 yuan too much on the bill"),
        category="billing",
        customer={"name": "王建国", "phone": "13900001111"},
    )
    order = system.offered(ticket)
    xu.accepts(order, "Mon 14:20")
    xu.verifies(
        order,
        "Mon 15:00",
        "unsubstantiated",
        Words(
            "30 元为客户自己订购的彩铃", "the 30 yuan are for ring tones that he ordered himself"
        ),
    )
    xu.completes(
        order,
        "Mon 15:10",
        Words("计费无误，附订购记录", "the bill is right; the order is attached"),
    )
    luo.tells(
        order,
        "Mon 16:00",
        saying=Words(
            "逐项解释账单，告知退订办法", "explains the bill item by item, and how to cancel"
        ),
    )
    system.kept(ticket)
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Tue 10:30")
    zhou.hears(
        revisit,
        "Tue 10:35",
        Words("明白了，已退订", "understood, and cancelled"),
        solved=True,
        score=4,
    )
    system.is_(ticket, "closed")


@STORY.chapter("修不好的，经理接管；跟踪三周，才能以未解决回单")
def test_what_cannot_be_solved_is_followed_up_for_three_weeks(tale: Tale) -> None:
    """H-07, H-13, H-16: the manager has it, and nobody may give up before three follow-ups."""
    zhang, song, luo = at_the_hotline(tale), handler(tale, "song-ping"), handler(tale, "luo-yan")
    zhou, system = caller(tale, "zhou-ting"), Watcher(tale)
    tale.tells(
        "机顶盒起火，属重大投诉：派单时就指定部门经理本人，由他同客户谈。",
        "A set-top box caught fire: a major complaint goes to the department's manager in person, "
        "and the manager "
        "talks with the customer.",
    )
    ticket = zhang.registers(
        "Mon 09:30",
        Words(
            "机顶盒冒烟起火，要求同款换新", "the set-top box caught fire; wants the same model anew"
        ),
        category="product",
        severity="major",
        customer={"name": "李秀英", "phone": "13700002222"},
        product_serial="STB-7788",
    )
    order = system.offered(ticket)
    assert order["handler"] == "song-ping"
    system.promises(ticket)
    song.accepts(order, "Mon 09:50")
    song.contacts(
        order,
        "Mon 10:10",
        "reached",
        saying=Words("经理致歉并约定取样", "apologises, agrees on a sample"),
    )
    song.verifies(
        order,
        "Wed 10:00",
        "substantiated",
        Words("电源件批次缺陷", "a faulty batch of power units"),
    )
    tale.tells(
        "同款已停产。厂家还没有答复之前，不能一推了之：每周书面跟踪一次，一周写两次也只算一次，"
        "满三周才可以以未解决回单。",
        "The model is no longer made; as long as the maker has not answered, it is followed up in "
        "writing every week; "
        "twice in a week count as one, and only after three weeks may the form be returned "
        "unsolved.",
    )
    unsolved = Words("同款停产，无法换新", "no longer made, cannot be replaced by the same")
    song.refused("follow-ups-missing").completes(order, "Fri 16:00", unsolved, solved=False)
    song.follows_up(order, "Fri 16:30", Words("厂家查库存", "the maker looks through its stock"))
    song.tells(
        order, "2 Mon 10:00", "progress", saying=Words("厂家仍在查", "the maker is still looking")
    )
    song.follows_up(
        order, "2 Fri 16:30", Words("外地库房待盘点", "a warehouse elsewhere is to be counted")
    )
    song.follows_up(order, "2 Fri 17:00", Words("盘点无货", "none there"))
    song.refused("follow-ups-missing").completes(order, "2 Fri 17:10", unsolved, solved=False)
    song.follows_up(
        order, "3 Fri 16:30", Words("厂家书面答复：无货", "the maker writes: none left")
    )
    song.completes(order, "4 Mon 10:00", unsolved, solved=False)
    luo.tells(
        order,
        "4 Mon 11:00",
        saying=Words("说明原因，赠新款并延保", "explains; a newer model and a longer warranty"),
    )
    system.kept(ticket, "met_late")
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "4 Tue 15:00")
    zhou.hears(
        revisit, "4 Tue 15:05", Words("接受新款", "takes the newer model"), solved=True, score=3
    )
    system.is_(ticket, "closed")


@STORY.chapter("越查越严重，改定级别，经理接管")
def test_what_turns_out_severe_is_taken_over_by_the_manager(tale: Tale) -> None:
    """H-07, H-30: reclassified while somebody works on it, and the first owner stays."""
    zhang, tian, song = at_the_hotline(tale), handler(tale, "tian-yu"), handler(tale, "song-ping")
    zhou, system = caller(tale, "zhou-ting"), Watcher(tale)
    ticket = zhang.registers(
        "Tue 10:00",
        Words("遥控器发热", "the remote control gets warm"),
        category="product",
        customer={"name": "周桂芳", "phone": "13400005555"},
    )
    order = system.offered(ticket)
    tian.accepts(order, "Tue 10:20")
    tian.contacts(
        order, "Tue 10:40", "reached", saying=Words("电池鼓包烫手", "a hot, swollen battery")
    )
    tale.tells(
        "经办人一问，是电池鼓包：有安全隐患，改定为重大。系统当即转到部门经理名下；"
        "首问责任人还是张敏。",
        "The battery is swollen, which is dangerous: reclassified as major, the work order is the "
        "manager's at once, "
        "and Zhang Min remains the first owner.",
    )
    zhang.reclassifies(ticket, "Tue 10:50", "major", Words("安全隐患", "a danger"))
    taken = system.taken_over(ticket, "song-ping")
    assert taken["first_owner"] == "zhang-min"
    song.contacts(
        order, "Tue 11:20", "reached", saying=Words("经理致歉，请勿使用", "not to be used")
    )
    song.completes(
        order, "Tue 16:00", Words("上门收回，换新并送检", "collected, replaced, examined")
    )
    song.tells(order, "Tue 16:10")
    system.kept(ticket)
    revisit = system.revisit(ticket)
    zhou.calls_back(revisit, "Wed 10:00")
    zhou.hears(revisit, "Wed 10:04", Words("放心了", "relieved"), solved=True, score=5)
    system.is_(ticket, "closed")
