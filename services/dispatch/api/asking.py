"""What dispatch's commands have in common: about which work order, and what is answered."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.dispatch.api.service import dispatch_of
from services.dispatch.domain.commands import AnswerLimit, WorkOrderCommand
from services.dispatch.domain.errors import ImplausiblePromiseError, ImplausibleTimeError
from services.dispatch.domain.work_order import WorkOrder, work_order_id
from services.dispatch.handlers import CLOCK
from services.dispatch.projections import WORK_ORDERS
from services.dispatch.routing import has_managers_word
from services.dispatch.views import receipt, visible_order
from shared.http import Asked, BodyType, MalformedError, answer, carry_out, read_command
from shared.packs import Pack

AT_ORDER = "/work-orders/{work_order_id}"


async def ask(
    request: Request,
    work_order_id: UUID,
    model: type[BodyType],
    *,
    needs_version: bool = False,
    may_say_nothing: bool = False,
) -> Asked[BodyType, WorkOrder]:
    """The command, and the work order that it is about, if that is there for the caller."""
    dispatch = dispatch_of(request)
    sent = await read_command(
        request,
        dispatch.core,
        "work:write",
        model,
        needs_version=needs_version,
        may_say_nothing=may_say_nothing,
    )
    order, _ = await visible_order(dispatch, sent.caller, work_order_id, sent.identity)
    return sent.about(order)


def pack_of(request: Request, asked: Asked[Any, WorkOrder]) -> Pack:
    """The regulation that the work order's ticket goes by.

    Raises UnknownPackError, PackVersionNotHeardError.
    """
    return dispatch_of(request).core.packs.judging(asked.subject.case)


async def limit_of(request: Request, asked: Asked[Any, WorkOrder]) -> AnswerLimit:
    """By when the customer is owed the answer; an appeal is not the ticket's (U-12)."""
    order = asked.subject
    rule = pack_of(request, asked).rule(CLOCK, order.case, order.round)
    if rule is None or order.role == "appeal":
        return AnswerLimit()
    key = str(work_order_id(order.ticket_id, order.round))
    row = await dispatch_of(request).core.store.get(WORK_ORDERS, key)
    return AnswerLimit(is_set=True, due_at=(row.due_at or row.limit_at) if row else None)


async def limit_of_promise(
    request: Request, asked: Asked[Any, WorkOrder], handler: str | None
) -> AnswerLimit:
    """What a promise in the body is judged by, whoever has it; without one nothing is looked up.

    The manager to whom it went for its severity may promise more, as who took it over (H-07).
    """
    directory = dispatch_of(request).directory
    is_free = has_managers_word(directory, asked.subject, handler, asked.at)
    if is_free or not asked.body.promised_until:
        return AnswerLimit()
    return await limit_of(request, asked)


async def answer_with(
    request: Request, asked: Asked[Any, WorkOrder], command: WorkOrderCommand
) -> Response:
    """200 with the work order as the command left it, or had left it when it first came."""
    try:
        handled = await carry_out(dispatch_of(request).tickets, asked, command)
    except ImplausiblePromiseError as promise:  # only now: a replay's promise may be over
        raise MalformedError(("/promised_until", (promise.zh, promise.en))) from None
    except ImplausibleTimeError as time:
        raise MalformedError(("/until", (time.zh, time.en))) from None
    view = receipt(handled, asked.subject.work_order_id)
    return answer(view, version=handled.version, replayed=handled.replayed)
