"""All timers for on-call: what is overdue and due next, who was called on, why a time is due."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query, Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import headers_for, tell
from services.reporting.console.forms import read_form
from services.reporting.console.pages import (
    CONSOLE,
    FRAGMENT,
    console_router,
    own_page,
    see_other,
)
from services.reporting.console.rendering import command, page
from services.reporting.console.texts import texts_for
from services.reporting.console.ticket_details import (
    ClockName,
    Round,
    explained,
    explanation_page,
    promised_length,
)
from services.reporting.console.timer_findings import timer_findings
from services.reporting.projections import CARDS, TicketCard
from services.reporting.readings import record_look
from services.reporting.timer_models import TimersBoard, TimersQuery
from services.reporting.timers import timers_board
from shared.http import authorize
from shared.keys import ApiKey

router = console_router()

PAGE = f"{CONSOLE}/timers"
SPANS = ("1h", "2h", "4h", "1d")


@router.get("/timers")
async def show_timers(request: Request, asked: Annotated[TimersQuery, Query()]) -> Response:
    """The whole page; for its own script only the part that changes."""
    caller, reporting = authorize(request, "sla:read"), reporting_of(request)
    board = await timers_board(reporting, caller.key, asked, headers_for(request))
    render = partial(_rendered, request, asked, caller.key, board)
    if FRAGMENT not in request.headers:
        return render("timers.html")
    return reporting.fragments.get(
        request, caller.key, (board,), partial(render, "timers_now.html")
    )


def _rendered(
    request: Request, asked: TimersQuery, key: ApiKey, board: TimersBoard, template: str
) -> Response:
    return page(
        request,
        template,
        board=board,
        asked=asked,
        findings=timer_findings(board, texts_for(request).language),
        spans=sorted({*SPANS, asked.within}, key=lambda one: (one not in SPANS, one)),
        length=partial(promised_length, texts_for(request)),
        may_audit=key.may("audit:read"),
        page_of=page_of,
        cli=command("due", {"within": asked.within, **asked.narrowed}),
    )


def page_of(within: str, **narrowed: str | None) -> str:
    """The page of that span, narrowed so far as anything is given."""
    given = {name: word for name, word in narrowed.items() if word}
    return f"{PAGE}?{urlencode({**given, 'within': within})}"


@router.get("/timers/{subject}/clocks/{clock}")
async def show_why(
    subject: UUID,
    clock: ClockName,
    request: Request,
    round: Round | None = None,  # noqa: A002 - the contract's word
    occurrence: UUID | None = None,
) -> Response:
    """How a clock comes to its time, for whom the history is not open; the look is kept."""
    caller, reporting = authorize(request, "sla:read"), reporting_of(request)
    told = await explained(request, subject, clock, round, occurrence)
    card = await reporting.core.store.get(CARDS, str(subject)) or TicketCard()
    await record_look(reporting.core, caller, subject, card, "explanation")
    return explanation_page(request, told, PAGE, card.number, {})


@router.post("/timers/escalations/{escalation_id}/acknowledgement")
async def acknowledge(escalation_id: UUID, request: Request) -> Response:
    """It was seen, in the name of whoever is logged in: sla decides, and records it."""
    authorize(request, "sla:read")
    form = await read_form(request)
    await tell(request, "sla", f"escalations/{escalation_id}/acknowledgement")
    reporting_of(request).shared.forget()
    return see_other(f"{own_page(form.get('next', PAGE))}#open")
