"""Rectification notices for weak scores (T-09): issued, signed by a leader, concluded."""

from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.domain.notices import ConcludeNotice, IssueNotice, Notice, SignNotice
from services.reporting.noticing import (
    check_leader,
    deposit_for,
    not_about,
    notice_view,
    score_of,
    texts_for,
    visible_notice,
)
from services.reporting.own_models import (
    ConcludeNoticeRequest,
    IssueNoticeRequest,
    NoticesQuery,
    NoticeView,
    SignNoticeRequest,
)
from services.reporting.own_projections import NOTICES, NoticeRow
from shared.command_handler import Handled
from shared.http import (
    answer,
    answer_of,
    authorize,
    body_of,
    carry_out_on,
    decode_cursor,
    page_answer,
    read_command,
    service_router,
)
from shared.http.known import check_narrowed
from shared.listing import column_time, find, narrowings
from shared.tables import Query as RowQuery

router = service_router("reporting")
NOTICE = "/notices/{notice_id}"


def _told(handled: Handled[Notice], status: int = 200) -> Response:
    view = notice_view(handled.state, handled.version, {})
    return answer(view, status, version=handled.version, replayed=handled.replayed)


@router.post("/notices", openapi_extra=body_of(IssueNoticeRequest, NoticeView), status_code=201)
async def issue_notice(request: Request) -> Response:
    """One a score: issued again it is the same."""
    reporting = reporting_of(request)
    sent = await read_command(request, reporting.core, "work:write", IssueNoticeRequest)
    _, notice = await score_of(reporting, sent.caller, sent.body.score_ref, sent.identity)
    texts = deposit_for(notice)
    text = texts.seal(sent.body.text)
    command = IssueNotice(msgspec.structs.replace(notice, text=text, at=sent.at))
    handled = await carry_out_on(
        reporting.notices, notice.notice_id, sent, command, rows=texts.rows
    )
    return _told(handled, 201)


@router.get("/notices")
async def list_notices(request: Request, asked: Annotated[NoticesQuery, Query()]) -> Response:
    """By when they were issued; which still have to be signed, or concluded."""
    caller = authorize(request, "reports:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    query = RowQuery(
        NOTICES, asked.equal("state"), order=("issued_at",), after=after, limit=asked.limit
    )
    scopes = narrowings(caller.key, asked.department)
    if asked.department:
        scopes = [{**one, "department": asked.department} for one in scopes]
    reporting = reporting_of(request)
    found, following = await find(reporting.core.store, query, scopes, _place_of)
    check_narrowed(asked, found, reporting)
    return page_answer(request, await not_about(reporting, caller.key, found), following)


def _place_of(key: str, row: NoticeRow) -> tuple[str, str]:
    return column_time(row.issued_at), key


@router.get(NOTICE, openapi_extra=answer_of(NoticeView))
async def show_notice(notice_id: UUID, request: Request) -> Response:
    """How far it is; what it says to who may read personal data."""
    caller = authorize(request, "reports:read")
    reporting = reporting_of(request)
    issued, notice, version = await visible_notice(reporting, caller, notice_id)
    sealed = {"text": issued.text}
    if notice.concluded:
        sealed["result"] = notice.concluded.result
    texts = await texts_for(reporting, caller, issued.customer_ref, issued.ticket_id, sealed)
    return answer(notice_view(notice, version, texts), version=version)


@router.post(
    f"{NOTICE}/signature", openapi_extra=body_of(SignNoticeRequest, NoticeView, required=False)
)
async def sign_notice(notice_id: UUID, request: Request) -> Response:
    """A leader of the responsible department stands for it."""
    reporting = reporting_of(request)
    sent = await read_command(
        request, reporting.core, "work:write", SignNoticeRequest, may_say_nothing=True
    )
    issued, _, _ = await visible_notice(reporting, sent.caller, notice_id, sent.identity)
    leader = sent.body.leader or sent.caller.key.client
    check_leader(reporting, issued, leader, sent.at)
    command = SignNotice(signed_by=leader, at=sent.at)
    return _told(await carry_out_on(reporting.notices, notice_id, sent, command))


@router.post(f"{NOTICE}/conclusion", openapi_extra=body_of(ConcludeNoticeRequest, NoticeView))
async def conclude_notice(notice_id: UUID, request: Request) -> Response:
    """What was rectified."""
    reporting = reporting_of(request)
    sent = await read_command(request, reporting.core, "work:write", ConcludeNoticeRequest)
    issued, _, _ = await visible_notice(reporting, sent.caller, notice_id, sent.identity)
    texts = deposit_for(issued)
    command = ConcludeNotice(
        result=texts.seal(sent.body.text), concluded_by=sent.caller.key.client, at=sent.at
    )
    handled = await carry_out_on(reporting.notices, notice_id, sent, command, rows=texts.rows)
    return _told(handled)
