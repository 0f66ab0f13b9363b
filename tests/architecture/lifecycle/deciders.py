"""The deciders whose states the page shows, with examples of everything that can be asked."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from services.dispatch.domain.commands import DispatchCommand
from services.dispatch.domain.stages import Ended, Unheard, newest_round, work_orders_of
from services.dispatch.domain.stages import Ticket as DispatchTicket
from services.dispatch.domain.ticket import TICKET as DISPATCH_TICKET
from services.intake.domain.commands import TicketCommand
from services.intake.domain.stages import Open
from services.intake.domain.ticket import TICKET
from services.reporting.domain.notices import NOTICE, Notice, NoticeCommand
from services.revisit.domain.call_back import CALL_BACKS
from services.revisit.domain.commands import OutboundTaskCommand, RevisitCommand
from services.revisit.domain.outbound_task import OUTBOUND_TASK
from services.revisit.domain.stages import CallBacks
from shared.decider import Decider
from tests.architecture.lifecycle.asking import (
    call_back_commands,
    newest_appeal,
    notice_commands,
    task_commands,
    ticket_commands,
    work_order_commands,
)
from tests.architecture.lifecycle.exploring import Machine

Take = Callable[[Any, Any], tuple[Any, bool]]


def taking(decider: Decider[Any, Any, Any]) -> Take:
    """Decides, and folds what was decided."""

    def take(command: object, state: object) -> tuple[object, bool]:
        events = decider.decide(command, state)
        return decider.fold(events, state), bool(events)

    return take


def in_words(name: str) -> str:
    """`NotRegistered` as `not_registered`."""
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name).lstrip("_")


def work_order_label(ticket: DispatchTicket) -> str:
    if isinstance(ticket, Unheard):
        return "unheard"
    state = newest_round(ticket.work_orders).state
    return "ended" if isinstance(ticket, Ended) and state != "cancelled" else state


def call_back_label(call_backs: CallBacks) -> str:
    if not call_backs:
        return "none"
    return in_words(type(call_backs[max(call_backs)]).__name__)


def notice_label(notice: Notice) -> str:
    if notice.concluded:
        return "concluded"
    if notice.signed:
        return "signed"
    return "issued" if notice.issued else "none"


def newest_order(ticket: DispatchTicket) -> object:
    orders = work_orders_of(ticket)
    return newest_round(orders) if orders else ticket


def order_facts(ticket: DispatchTicket) -> dict[str, object]:
    """The newest round's work order, and how far an appeal is beside it."""
    appeal = newest_appeal(ticket)
    return {"order": newest_order(ticket), "appeal": appeal and appeal.state}


MACHINES: tuple[Machine[Any], ...] = (
    Machine(
        title="工单（受理） · The ticket, as intake decides about it",
        zh=("从登记到办结。办结后可以重新打开；并入可以取消；撤销是终点。"),
        en=(
            "From registration to closing. A closed ticket can be reopened and a merged one goes "
            "on once that is taken back; a withdrawal wins over whatever comes later."
        ),
        initial=TICKET.initial,
        take=taking(TICKET),
        commands=ticket_commands,
        classes=TicketCommand,
        label=lambda ticket: in_words(type(ticket).__name__),
        facts=lambda ticket: replace(ticket) if isinstance(ticket, Open) else ticket,
        labels={
            "not_registered": "未登记",
            "open": "处理中",
            "closed": "已办结",
            "withdrawn": "已撤销",
            "merged": "已并入",
        },
    ),
    Machine(
        title="派单 · The work order of the newest round, as dispatch decides about it",
        zh=(
            "一轮一张派单：派出、接单、回单、告知客户。拒收由中心仲裁；回访未解决或工单重新打开，则派出下一轮。"
        ),
        en=(
            "A round, a work order: offered, accepted, completed, the customer told. A refused one "
            "waits for the centre; rectification and reopening offer the next round."
        ),
        initial=DISPATCH_TICKET.initial,
        take=taking(DISPATCH_TICKET),
        commands=work_order_commands,
        classes=DispatchCommand,
        label=work_order_label,
        facts=order_facts,
        labels={
            "unheard": "未派出",
            "offered": "已派出",
            "in_arbitration": "仲裁中",
            "accepted": "已接单",
            "completed": "已回单",
            "notified": "已告知客户",
            "cancelled": "已取消",
            "ended": "工单已终止",
        },
    ),
    Machine(
        title="回访 · The call-back of the newest round, as revisit decides about it",
        zh=("告知客户结果后安排回访。未解决即整改，下一轮告知后再回访。"),
        en=(
            "Scheduled once the customer was told the result. Unsolved orders a rectification; "
            "the next round has a call-back of its own."
        ),
        initial=CALL_BACKS.initial,
        take=taking(CALL_BACKS),
        commands=call_back_commands,
        classes=RevisitCommand,
        label=call_back_label,
        facts=lambda call_backs: call_backs.get(max(call_backs, default=0), call_backs),
        labels={
            "none": "未安排",
            "due": "待回访",
            "in_progress": "回访中",
            "concluded": "已有结果",
            "cancelled": "已取消",
        },
    ),
    Machine(
        title="外呼任务 · The outbound task, as revisit decides about it",
        zh=("关键时刻触发外呼；免外呼的时刻只作记录。"),
        en=("A key moment makes a task; an exempt one is recorded, and nobody calls."),
        initial=OUTBOUND_TASK.initial,
        take=taking(OUTBOUND_TASK),
        commands=task_commands,
        classes=OutboundTaskCommand,
        label=lambda task: in_words(type(task).__name__),
        facts=lambda task: task,
        labels={
            "not_created": "未创建",
            "open": "待外呼",
            "suppressed": "已抑制",
            "concluded": "已有结果",
        },
    ),
    Machine(
        title="整改通知 · The rectification notice, as reporting decides about it",
        zh=("低分引出一张整改通知：签发、领导签署、落实到底。"),
        en=("A weak score leads to one: issued, signed by a leader, followed to its end."),
        initial=NOTICE.initial,
        take=taking(NOTICE),
        commands=notice_commands,
        classes=NoticeCommand,
        label=notice_label,
        facts=lambda notice: notice,
        labels={
            "none": "未签发",
            "issued": "已签发",
            "signed": "已签署",
            "concluded": "已落实",
        },
    ),
)
