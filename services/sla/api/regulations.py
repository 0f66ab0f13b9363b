"""Routes of the regulations: which there are, and what is published of them."""

import asyncio

from fastapi import Request, Response

from services.sla.api.service import sla_of
from services.sla.models import PackView
from services.sla.publishing import (
    calendar_version_view,
    calendar_views,
    notice_command,
    pack_command,
    pack_version_view,
)
from services.sla.version_models import (
    CalendarVersionRequest,
    CalendarVersionView,
    CalendarView,
    PackVersionRequest,
    PackVersionView,
)
from services.sla.views import pack_view
from shared.http import (
    answer,
    answer_of,
    authorize,
    authorize_for_all,
    body_of,
    carry_out_on,
    page_answer,
    read_command,
    service_router,
)

router = service_router("sla")


@router.get("/packs", openapi_extra=answer_of(list[PackView]))
async def list_packs(request: Request) -> Response:
    """Every version of the regulations, the oldest of each first."""
    authorize(request, "sla:read")
    packs = sla_of(request).regulations.packs
    found = [pack_view(version) for name in packs.names for version in packs.versions(name)]
    return page_answer(request, found, None)


@router.get("/calendars", openapi_extra=answer_of(list[CalendarView]))
async def list_calendars(request: Request) -> Response:
    """Every version of each country's days off, with the notices that it holds."""
    authorize(request, "sla:read")
    return page_answer(request, calendar_views(sla_of(request).regulations.calendars), None)


@router.post(
    "/packs/{name}/versions",
    openapi_extra=body_of(PackVersionRequest, PackVersionView),
    status_code=201,
)
async def publish_pack(name: str, request: Request) -> Response:
    """The pack's next version, beside the one before; a dry run only reads and compares it."""
    authorize_for_all(request, "sla:admin")
    sla = sla_of(request)
    sent = await read_command(request, sla.core, "sla:admin", PackVersionRequest)
    regulations, now = sla.regulations, sla.core.now()
    command = await asyncio.to_thread(pack_command, regulations, name, sent.body, sent.at, now)
    handler, stream = sla.publishing.packs, command.pack_id
    if sent.body.dry_run:
        published = await sla.publishing.pack_tried(command)
        return answer(pack_version_view(regulations, published, dry_run=True))
    handled = await carry_out_on(handler, stream, sent, command)
    published = handled.state[-1]
    regulations.packs.take(published)
    view = pack_version_view(regulations, published, dry_run=False)
    return answer(view, 201, version=handled.version, replayed=handled.replayed)


@router.post(
    "/calendars/{name}/versions",
    openapi_extra=body_of(CalendarVersionRequest, CalendarVersionView),
    status_code=201,
)
async def publish_calendar(name: str, request: Request) -> Response:
    """A country's next version: an official notice; a dry run only reads and compares it."""
    authorize_for_all(request, "sla:admin")
    sla = sla_of(request)
    sent = await read_command(request, sla.core, "sla:admin", CalendarVersionRequest)
    calendars, now = sla.regulations.calendars, sla.core.now()
    command = await asyncio.to_thread(notice_command, calendars, name, sent.body, sent.at, now)
    handler, stream = sla.publishing.calendars, command.calendar_id
    if sent.body.dry_run:
        published = await sla.publishing.notice_tried(command)
        return answer(calendar_version_view(calendars, published, dry_run=True))
    handled = await carry_out_on(handler, stream, sent, command)
    published = handled.state[-1]
    calendars.take(published)
    view = calendar_version_view(calendars, published, dry_run=False)
    return answer(view, 201, version=handled.version, replayed=handled.replayed)
