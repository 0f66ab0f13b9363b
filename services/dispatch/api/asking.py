"""What dispatch's commands have in common: about which work order, and what is answered."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.dispatch.bootstrap import Dispatch
from services.dispatch.domain.commands import WorkOrderCommand
from services.dispatch.domain.errors import ImplausiblePromiseError, ImplausibleTimeError
from services.dispatch.domain.work_order import WorkOrder
from services.dispatch.views import receipt, visible_order
from shared.http import Asked, BodyType, MalformedError, answer, carry_out, read_command

AT_ORDER = "/work-orders/{work_order_id}"


def dispatch_of(request: Request) -> Dispatch:
    """The running service."""
    service: Dispatch = request.app.state.service
    return service


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


async def answer_with(
    request: Request, asked: Asked[Any, WorkOrder], command: WorkOrderCommand
) -> Response:
    """200 with the work order as the command left it, or had left it when it first came."""
    try:
        handled = await carry_out(dispatch_of(request).tickets, asked, command)
    except ImplausiblePromiseError as promise:  # only now: a replay's promise may be over
        raise MalformedError(("/promised_until", promise.en)) from None
    except ImplausibleTimeError as time:
        raise MalformedError(("/until", time.en)) from None
    view = receipt(handled, asked.subject.work_order_id)
    return answer(view, version=handled.version, replayed=handled.replayed)
