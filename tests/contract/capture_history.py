"""Runs complaints under all five packs and keeps the logs: what later code must still read.

python -m tests.contract.capture_history [name]

Writes tests/contract/histories/<name>.jsonl (by default the day's) and, beside it, what was seen at
the end. A file that is there stays as it is: it holds what an older code wrote.
"""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.contract.captured import FOLDER, History, published, write
from tests.contract.facts import facts_hash
from tests.unit.support.calls import COMMANDS, COMPLAINT, CONTACT
from tests.whole.by_example import EXAMPLES, give
from tests.whole.desk import Desk
from tests.whole.product import PEOPLE, PHONE_MANAGER, PUBLISHERS, Json, Product, running
from tests.whole.seen import what_is_seen
from tests.whole.views import ENDS

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PACKS = ("hotline-400", "travel-platform", "cable-field-service", "telecom-carrier",
         "mobile-key-account")  # fmt: skip
TICKET = "/intake/v1/tickets/{}"
NEXT_PACK = """
extends: hotline-400
name: hotline-400
version: 2
contact:
  before_unreachable: { calls: 1, apart: 2h }
"""
NEXT_YEAR = {
    "year": 2027,
    "announced_by": "国务院办公厅",
    "announced_on": "2026-12-05",
    "days_off": ["2027-01-01..2027-01-03"],
}


async def capture() -> History:
    with TemporaryDirectory() as folder:
        async with running(Path(folder), MONDAY) as product:
            await every_command(product)
            await contacts(product)
            await outbound_tasks(product)
            for pack in PACKS:
                await two_rounds(product, pack)
            await appealed(product)
            await late(product)
            await revised(product)
            await erase(product)
            logs = {name: published(name, product.disks[name]) for name in PUBLISHERS}
            heard = History(product.clock.now(), logs, {})
            seen = {
                "facts": facts_hash(heard, 0),
                "tickets": await what_is_seen(product, tickets_of(heard)),
            }
            return replace(heard, seen=seen)


def tickets_of(history: History) -> list[str]:
    return history.subjects("intake", "ticket-registered.v1")


async def every_command(product: Product) -> None:
    """Each given once, and its tickets withdrawn, so that their clocks stop."""
    desks = {pack: Desk(product, pack, customer=f"{pack}-1") for pack in PACKS}
    for route, example in EXAMPLES.items():
        desk = desks[example.pack]
        await give(desk, route)
        for ticket_id in desk.tickets:
            view = (await desk.look())[ticket_id]
            if view.status not in ENDS and view.appeal is None:
                await product.post(f"{TICKET.format(ticket_id)}/withdrawal", {"reason": "已解决"})


async def contacts(product: Product) -> None:
    """One that came to nothing, and the one that answers it."""
    body = {"abandoned_at": product.clock.now().isoformat(), **(CONTACT.body or {})}
    first = await product.post(CONTACT.path, body, Idempotency_Key="contact-1")
    again = {**(CONTACT.body or {}), "callback_of": first["contact_id"]}
    await product.post(CONTACT.path, again, Idempotency_Key="contact-2")


async def outbound_tasks(product: Product) -> None:
    """One done, one handed over, one exempt; and the month's served group."""
    person = {"name": "李雷", "phone": "13900000001"}
    made = await product.post("/intake/v1/customers", person, Idempotency_Key="person")
    ref, tasks = made["customer_ref"], "/revisit/v1/outbound-tasks"
    moment = {"customer_ref": ref, "moment": "contract-change"}
    for number, more in enumerate(({}, {"exempt": True})):
        key = f"task-{number}"
        made = await product.post(tasks, {**moment, **more}, PHONE_MANAGER, Idempotency_Key=key)
        for example in COMMANDS:
            if "{task_id}" in example.path and not more:
                path = example.path.format(task_id=made["task_id"])
                await product.post(path, _told(example.body), PHONE_MANAGER)
    served = {"month": "2026-11", "customer_refs": [ref], "start_count": 1}
    await product.post("/revisit/v1/served-groups", served, PHONE_MANAGER, Idempotency_Key="group")


def _told(body: Json | None) -> Json:
    result = dict(body or {})
    if "outcome" in result and "channel" not in result:
        result["information_passed_at"] = MONDAY.isoformat()
    return result


async def two_rounds(product: Product, pack: str) -> None:
    """Unsolved at first, then solved; all of it read by somebody who may."""
    desk = Desk(product, pack, customer=f"{pack}-2")
    await desk.register("complaint", channel="web", severity="complex", tier="gold")
    [ticket_id] = desk.tickets
    for solved in (False, True):
        while (view := (await desk.look())[ticket_id]).revisit is None or _is_over(view.revisit):
            await desk.go_on(ticket_id)
        path = f"/revisit/v1/revisits/{view.revisit['revisit_id']}"
        await product.post(f"{path}/attempts", {"channel": "phone", "outcome": "reached"})
        result = {"solved": solved, "score": 4, "remarks": "好"}
        if solved and pack == "travel-platform":
            result["new_complaint"] = "发票一直没有收到。"
        await product.post(f"{path}/result", result)
    view = (await desk.look())[ticket_id]
    for shown in (view.ticket, view.newest, view.revisit):
        if shown is not None:
            await product.call("GET", shown["links"]["self"])


def _is_over(revisit: Json) -> bool:
    return revisit["state"] in {"concluded", "cancelled"}


async def appealed(product: Product) -> None:
    """Solved in the customer's eyes while the regulator's answer is out: not closed before it."""
    desk = Desk(product, "telecom-carrier", customer="telecom-carrier-4")
    await desk.register("complaint")
    [ticket_id] = desk.tickets
    appeal = {"reason": "对答复不服", "through": "regulator"}
    await product.post(f"{TICKET.format(ticket_id)}/appeal", appeal)
    while await desk.go_on(ticket_id):
        pass


async def late(product: Product) -> None:
    """Nobody cares for two weeks; then it turns out that one was solved in time."""
    desks = [
        Desk(product, pack, customer=f"{pack}-3") for pack in ("hotline-400", "telecom-carrier")
    ]
    for desk in desks:
        await desk.register("complaint")
    solved_at = product.clock.now() + timedelta(minutes=30)
    await product.pass_time(timedelta(days=14))
    raised = await product.get("/sla/v1/escalations", state="open")
    at = f"/sla/v1/escalations/{raised['items'][0]['escalation_id']}"
    await product.post(f"{at}/acknowledgement", {})
    [ticket_id] = desks[0].tickets
    for _ in range(3):
        await desks[0].go_on(ticket_id, at=solved_at)


async def revised(product: Product) -> None:
    """A regulation and a year's days off have another version; a ticket of after, and of before."""
    effective = product.clock.now() + timedelta(hours=1)
    version = {"pack": NEXT_PACK, "effective_from": effective.isoformat()}
    await product.post("/sla/v1/packs/hotline-400/versions", version)
    notice = {"notice": NEXT_YEAR, "effective_from": effective.isoformat()}
    await product.post("/sla/v1/calendars/cn/versions", notice)
    desk = Desk(product, "hotline-400", customer="hotline-400-5")
    await desk.register("complaint")
    await product.pass_time(timedelta(hours=2))
    await desk.register("complaint")
    anew = {"scope": "open", "pack": "hotline-400", "reason": "规章修订"}
    await product.post("/sla/v1/recalculations", anew)
    while await desk.go_on(desk.tickets[1]):
        pass


async def erase(product: Product) -> None:
    """A person who asks to be forgotten."""
    body = {**COMPLAINT, "customer": {"name": "韩梅梅", "phone": "13900000002"}}
    made = await product.post("/intake/v1/tickets", body, Idempotency_Key="to-be-erased")
    shown = (await product.call("GET", TICKET.format(made["ticket_id"]))).json()
    await product.post(f"{TICKET.format(made['ticket_id'])}/answer", {"text": "已答复"})
    ref = shown["customer"]["customer_ref"]
    answer = await product.call("DELETE", f"/intake/v1/customers/{ref}", PEOPLE[0])
    assert answer.is_success, answer.text
    await product.settle()


if __name__ == "__main__":
    file = FOLDER / f"{sys.argv[1] if len(sys.argv) > 1 else datetime.now(UTC).date()}.jsonl"
    if file.exists():
        sys.exit(f"{file} is there already: it holds what an older code wrote. Give another name.")
    FOLDER.mkdir(exist_ok=True)
    write(asyncio.run(capture()), file)
