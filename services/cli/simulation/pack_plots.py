"""What only one regulation knows: visits, consent, help, the next level up, appeals."""

from datetime import timedelta

from services.cli.simulation.hours import ZONE, calling
from services.cli.simulation.plots import A_FEW_HOURS, DAY
from services.cli.simulation.rounds import (
    accept,
    call_back,
    complete,
    contact,
    pace,
    register,
    settle,
    tell,
    verify,
    work,
)
from services.cli.simulation.script import Script
from services.cli.simulation.story import Step


def visited(script: Script) -> None:
    """C-02 to C-05: planned, an appointment, nobody there, a note; another one, and repaired."""
    register(script)
    accept(script, plan="带备用光猫一台。尾纤两根。登高工具一套。")
    contact(script)
    _meet(script)
    script.write("order", "no-show", note_left=True)
    script.later((60, 180))
    _meet(script)
    settle(script)


def _meet(script: Script) -> None:
    """Agrees an appointment, and is there when it begins."""
    script.later((3, 10))
    agreed_at = script.at
    script.later((90, 300))
    window = {"from": _iso(script, 0), "until": _iso(script, 60)}
    agreed = Step(at=agreed_at, subject="order", act="appointments", body=window)
    script.write_step(agreed)
    script.later((5, 50))


def nobody_home(script: Script) -> None:
    """C-07, C-08: two calls in vain, straight to the address, a note; the reply says so."""
    register(script)
    accept(script)
    for _ in range(2):
        script.write("order", "contact-attempts", channel="phone", outcome="no_answer")
        script.wait((130, 200))
    script.write(
        "order", "contact-attempts", channel="visit", outcome="nobody_home", note_left=True
    )
    complete(script, "两次去电无人接听。上门无人。已留条。")
    tell(script, "unreachable")
    script.later(pace(script, "call-back"))
    for _ in range(2):
        script.write("revisit", "attempts", channel="phone", outcome="no_answer")
        script.wait(A_FEW_HOURS)
    script.write("revisit", "result", unreachable=True)


def guided(script: Script) -> None:
    """C-06: guided by phone, which did not help: a visit."""
    register(script)
    accept(script)
    script.later(pace(script, "contact"))
    script.write(
        "order", "contact-attempts", channel="phone", outcome="reached", guidance="unsolved"
    )
    script.later((60, 240))
    script.write("order", "contact-attempts", channel="visit", outcome="reached")
    settle(script)


def longer_time(script: Script) -> None:
    """T-04: the customer agrees to wait."""
    register(script)
    accept(script)
    contact(script)
    consent = {"by": script.cast.person.name, "at": _iso(script, 0), "means": "phone"}
    script.later((1, 3))
    until = _iso(script, DAY)
    script.write_on_version(
        "order", "extension", until=until, reason="等待商家书面答复", consent=consent
    )
    script.later((5 * 60, 15 * 60))
    settle(script)


def helped(script: Script) -> None:
    """T-08: another department answers for its part."""
    register(script)
    accept(script)
    contact(script)
    script.later((1, 3))
    script.write("order", "help", department="billing", request="请核对退款路径与到账时间")
    script.later((1, 4))
    script.write("help", "acceptance", handler="$helper")
    script.later((3, 8))
    script.write("help", "completion", solution="退款路径无误。两日内到账。")
    settle(script)


def taken_up(script: Script) -> None:
    """U-11: asked again, and going public: the next level takes it."""
    register(script)
    accept(script)
    script.wait((DAY, 2 * DAY))
    script.write(
        "ticket",
        "supplements",
        content="客户再次来电。称不解决就找媒体。",
        repeat=True,
        publicity_threat=True,
    )
    script.later((10, 90))
    script.write("order", "takeover", level="province", handler="ren-jie")
    contact(script)
    settle(script)


def appealed(script: Script) -> None:
    """U-12: through the regulator; the nation level answers, and only then the ticket closes."""
    register(script)
    accept(script)
    contact(script)
    script.wait((DAY, 2 * DAY))
    script.write(
        "ticket", "appeal", reason="客户向主管部门申诉。要求书面答复。", through="regulator"
    )
    verify(script)
    complete(script)
    tell(script)
    script.later((60, 400))
    script.write("appeal", "acceptance", handler="$appeal_handler")
    call_back(script, solved=True)
    script.later((60, 400))
    answer = "费用已退还。客户认可处理结果。"
    script.write("appeal", "appeal-answer", text=answer, outcome="settled")


def key_moment(script: Script) -> None:
    """M-02, M-04: a call at a key moment, in vain on one day, answered on the next."""
    register(script)
    work(script)
    call_back(script, solved=True)
    _task(script, moment="contract-expiry")
    script.wait((DAY, 1.2 * DAY), calling(script.cast.pack))
    script.write("task", "attempts", channel="phone", outcome="no_answer")
    script.wait((DAY, 1.2 * DAY), calling(script.cast.pack))
    script.write("task", "attempts", channel="phone", outcome="reached")
    script.write(
        "task", "result", outcome="done", score=5, filled_fields=["contact_time", "address"]
    )


def passed_on(script: Script) -> None:
    """M-03: what the phone can't solve goes to the customer's own manager."""
    register(script)
    work(script)
    call_back(script, solved=True)
    _task(script, moment="plan-change", passed_to="personal_account_manager")
    script.wait((DAY, 1.2 * DAY), calling(script.cast.pack))
    script.write("task", "attempts", channel="phone", outcome="reached")
    script.later((30, 120))
    passed = script.at.isoformat()
    script.write("task", "result", outcome="done", score=4, information_passed_at=passed)


def exempt_moment(script: Script) -> None:
    """M-02: nobody calls a customer who asked not to be called."""
    register(script)
    work(script)
    call_back(script, solved=True)
    _task(script, moment="birthday", exempt=True)


def _task(script: Script, **said: object) -> None:
    """Of a customer who is in the month's served group (M-01)."""
    script.later((60, 300))
    month = f"{script.at.astimezone(ZONE):%Y-%m}"
    script.write("served-group", "", month=month, customer_refs=["$customer_ref"])
    body = {"customer_ref": "$customer_ref", **said}
    script.write_step(Step(at=script.at, subject="task", body=body, kept_as="task_id"))


def _iso(script: Script, minutes: float) -> str:
    return (script.at + timedelta(minutes=minutes)).isoformat()
