"""Contacts that lead to no ticket, or to one only when somebody calls back."""

from datetime import timedelta

from services.cli.simulation.rounds import call_back, register, work
from services.cli.simulation.script import Script
from services.cli.simulation.story import Step


def lost_call(script: Script) -> None:
    """H-29: the customer hung up in the queue, and is called back; it was nothing more."""
    _hang_up(script)
    _return_call(script, "客户询问营业时间。已告知。")


def lost_and_complained(script: Script) -> None:
    """The same, and there was something: the ticket is registered when they are called back."""
    _hang_up(script)
    _return_call(script, script.cast.matter.content)
    register(script)
    work(script)
    call_back(script, solved=True)


def _hang_up(script: Script) -> None:
    wait = script.rng.randint(35, 180)
    body = {
        "channel": "phone",
        "offered_at": (script.at - timedelta(seconds=wait)).isoformat(),
        "abandoned_at": script.at.isoformat(),
        "wait_seconds": wait,
        "rings": wait // 5,
        "name": script.cast.person.name,
        "number": script.cast.person.phone,
        "tier": script.cast.tier,
    }
    script.write_step(Step(at=script.at, subject="contact", body=body, kept_as="contact_id"))


def _return_call(script: Script, content: str) -> None:
    script.later((3, 25))
    script.write(
        "contact",
        "",
        channel="phone",
        callback_of="$contact_id",
        answered_by="person",
        name=script.cast.person.name,
        number=script.cast.person.phone,
        content=content,
        tier=script.cast.tier,
    )
