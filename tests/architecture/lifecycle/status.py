"""The ticket's public status as a machine: what people can do, in all three services."""

from dataclasses import replace
from typing import Any, get_args

from services.dispatch.domain import commands as of_dispatch
from services.dispatch.domain.ticket_commands import TicketCommand as DispatchTicketCommand
from services.intake.domain import commands as of_intake
from services.revisit.domain import commands as of_revisit
from shared.contracts.terms import STATUSES
from tests.architecture.lifecycle.asking import (
    call_back_commands,
    ticket_commands,
    work_order_commands,
)
from tests.architecture.lifecycle.deciders import order_facts
from tests.architecture.lifecycle.exploring import Machine
from tests.architecture.lifecycle.whole import NOTHING, Whole, ask

TOLD = (
    of_intake.CloseTicket,
    of_intake.CloseAppeal,
    *get_args(DispatchTicketCommand),
    of_revisit.ScheduleRevisit,
    of_revisit.CancelRevisits,
    of_revisit.RescheduleRevisits,
)
"""Commands that nobody gives: they follow from what another service said."""
ZH: dict[str, str] = dict(
    zip(
        STATUSES,
        (
            "已登记",
            "已派单",
            "已接单",
            "处理中",
            "已回单",
            "已告知客户",
            "回访中",
            "已办结",
            "已撤销",
            "已并入",
        ),
        strict=True,
    )
)


def commands(whole: Whole) -> list[object]:
    """What people can ask each service now; intake's route tells its decider how far it is."""
    streams = {name: stream.state for name, stream in whole.streams.items()}
    asked: list[Any] = [
        *ticket_commands(streams["intake"]),
        *work_order_commands(streams["dispatch"]),
        *call_back_commands(streams["revisit"]),
    ]
    return [_told(one, whole) for one in asked if not isinstance(one, TOLD)]


def _told(command: Any, whole: Whole) -> Any:  # noqa: ANN401 - any command
    summary = whole.summary
    if summary is None:
        return command
    if isinstance(command, of_intake.LodgeAppeal):
        return replace(command, round=summary.rounds)
    if isinstance(command, of_intake.AnswerTicket):
        return replace(command, round=summary.rounds, notified=summary.is_notified)
    if isinstance(command, of_intake.PublishKnowledge):
        return replace(command, notified=summary.is_notified)
    return command


def take(command: object, whole: Whole) -> tuple[Whole, bool]:
    module = type(command).__module__
    service = next(name for name in whole.streams if module.startswith(f"services.{name}."))
    return ask(service, command, whole)


PEOPLE: Any = of_intake.TicketCommand | of_dispatch.WorkOrderCommand | of_revisit.RevisitCommand


def facts(whole: Whole) -> dict[str, object]:
    ticket, call_backs = whole.streams["intake"].state, whole.streams["revisit"].state
    orders = order_facts(whole.streams["dispatch"].state)
    put_off = getattr(ticket, "deferred", None) is not None
    return {
        "ticket": ticket,
        **orders,
        "put_off": f"{put_off}, its appeal {orders['appeal']}",
        "call_back": call_backs.get(max(call_backs, default=0)),
    }


STATUS: Machine[Whole] = Machine(
    title="工单状态 · The ticket's status, over all services",
    zh=(
        "各系统看到的 `status`：取最新一轮中走得最远的一步。未解决即回到 `dispatched`，轮次加一；"
        "`registered` 只在派单之前短暂出现。"
    ),
    en=(
        "The `status` that everybody is shown: what is furthest in the newest round. Unsolved is "
        "`dispatched` again, one round later; `registered` is seen only until the work order is "
        "offered, a moment later."
    ),
    initial=NOTHING,
    take=take,
    commands=commands,
    classes=PEOPLE,
    label=lambda whole: whole.status,
    facts=facts,
    labels={"not_registered": "未登记", **ZH},
)
