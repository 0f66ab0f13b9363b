"""What can become of a matter under every pack: most are solved, some go wrong."""

from datetime import timedelta

from services.cli.simulation.rounds import (
    accept,
    call_back,
    complete,
    contact,
    pace,
    register,
    settle,
    sign,
    tell,
    verify,
    work,
)
from services.cli.simulation.script import Script, Span
from services.cli.simulation.story import Step

DAY = 24 * 60.0
A_FEW_HOURS: Span = (3 * 60, 9 * 60)
"""Longer than two calls must lie apart, in every pack."""


def solved(script: Script) -> None:
    register(script)
    work(script)
    call_back(script, solved=True)


def solved_and_signed(script: Script) -> None:
    solved(script)
    sign(script)


def proposed(script: Script) -> None:
    """T-07: accepted, explained, proposed, called back; T-05: what a handler may promise."""
    register(script)
    accept(script)
    contact(script)
    script.later(pace(script, "verify"))
    offer = {"solution": script.cast.matter.solution, "accepted_by_customer": True}
    remedy = {"remedy": "voucher"} if script.cast.pack == "travel-platform" else {}
    script.write("order", "proposal", **offer, **remedy)
    complete(script)
    tell(script)
    call_back(script, solved=True)


def unfounded(script: Script) -> None:
    """H-05: the customer hears why, and is called back like any other."""
    register(script)
    accept(script)
    contact(script)
    verify(script, "unsubstantiated")
    complete(script, "经核实与所述不符。已向客户说明依据。")
    tell(script)
    call_back(script, solved=True, score=3)


def two_rounds(script: Script) -> None:
    """H-20."""
    register(script)
    work(script)
    call_back(script, solved=False)
    work(script)
    call_back(script, solved=True)


def three_rounds(script: Script) -> None:
    register(script)
    work(script)
    for _ in range(2):
        call_back(script, solved=False)
        work(script)
    call_back(script, solved=True)


def refused(script: Script) -> None:
    """Not this department's: the centre decides whose it is."""
    register(script)
    script.later(pace(script, "accept"))
    script.write(
        "order", "refusal", reason="不属于本部门职责", proposed_department="customer-service"
    )
    script.later(pace(script, "accept"))
    script.write_on_version(
        "order", "arbitration", department="customer-service", reason="由客户服务部牵头处理"
    )
    work(script)
    call_back(script, solved=True)


def withdrawn(script: Script) -> None:
    register(script)
    accept(script)
    script.later(pace(script, "complete"))
    script.write("ticket", "withdrawal", reason="客户来电表示已自行解决")


def not_called_back(script: Script) -> None:
    """The result was told, and nobody answers the call-back."""
    register(script)
    work(script)
    script.later(pace(script, "call-back"))
    script.write("revisit", "attempts", channel="phone", outcome="no_answer")
    script.wait(A_FEW_HOURS)
    script.write("revisit", "attempts", channel="phone", outcome="no_answer")
    script.write("revisit", "result", unreachable=True)


def answered_at_once(script: Script) -> None:
    """H-08, H-09, H-11: in the same contact."""
    register(script)
    script.at += timedelta(seconds=script.rng.randint(20, 50))
    script.write("ticket", "answer", text=script.cast.matter.solution)
    call_back(script, solved=True)


def published(script: Script) -> None:
    """U-16: what one asked is known when the next one does."""
    answered_at_once(script)
    title = script.cast.matter.content.rstrip("\uff1f")
    script.later((30, 200))
    script.write("ticket", "knowledge", title=title, text=script.cast.matter.solution)


def neglected(script: Script) -> None:
    """Nobody takes it on: every step of the ladder is raised, and one is acknowledged."""
    register(script)
    script.wait((12 * DAY, 20 * DAY))
    script.write("escalations", "acknowledgement")


def overdue(script: Script) -> None:
    """Taken on and followed up without result: the customer hears of the delay, then the result."""
    register(script)
    accept(script)
    contact(script)
    script.wait((6 * DAY, 8 * DAY))
    script.write("order", "progress", done=False, reason="仍在等待相关方答复")
    script.later((10, 60))
    script.write("order", "customer-notice", about="overdue", channel="phone", outcome="reached")
    script.wait((3 * DAY, 5 * DAY))
    settle(script, score=2)


def unsolved(script: Script) -> None:
    """H-16: followed up three times, a week apart, and returned unsolved."""
    register(script)
    accept(script)
    contact(script)
    verify(script)
    for _ in range(3):
        script.wait((7 * DAY, 7.2 * DAY))
        script.write("order", "progress", done=False, reason="供应商停产。仍在寻找替代配件")
    script.later((20, 60))
    script.write("order", "completion", solution="配件停产。建议按折旧退款。", solved=False)
    tell(script)
    call_back(script, solved=True, score=3)


def reclassified(script: Script) -> None:
    register(script)
    accept(script)
    script.later((5, 30))
    script.write_on_version("ticket", "reclassification", severity="complex", reason="多户受影响")
    contact(script)
    settle(script)


def asked_twice(script: Script) -> None:
    """The customer gets in touch again about the same: one ticket goes on for both."""
    register(script)
    _ask_again(script)
    work(script)
    call_back(script, solved=True)


def _ask_again(script: Script) -> None:
    again = script.story().steps[0].body
    script.later((20, 90))
    script.write_step(
        Step(at=script.at, subject="registration", body=again, kept_as="duplicate_id")
    )
    script.later((5, 30))
    script.write_on_version("duplicate", "merge", into="$ticket_id")


def merged_by_mistake(script: Script) -> None:
    """Two matters after all: the second one goes on by itself, and settles itself."""
    register(script)
    _ask_again(script)
    script.later((30, 120))
    script.write("duplicate", "unmerge", reason="核对后确认是两件不同的事")
    script.later((10, 60))
    script.write("duplicate", "withdrawal", reason="客户表示第二件已自行解决")
    work(script)
    call_back(script, solved=True)


def reopened(script: Script) -> None:
    """Closed, and the trouble is back."""
    solved(script)
    script.wait((1 * DAY, 3 * DAY))
    body = {"reason": "客户来电反映同一问题再次出现"}
    script.write_step(
        Step(at=script.at, subject="ticket", act="reopening", body=body, once="closed")
    )
    script.round += 1
    work(script)
    call_back(script, solved=True)
