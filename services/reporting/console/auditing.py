"""Evidence for auditors: whether the logs are as signed, whether signing goes on, what is kept."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict

from services.reporting.api.service import forwarded, reporting_of
from services.reporting.console.asking import headers_for
from services.reporting.console.finding import Day, begin_of, end_of
from services.reporting.console.forms import read_form
from services.reporting.console.pages import CONSOLE, FRAGMENT, console_router, see_other
from services.reporting.console.rendering import command, page
from services.reporting.models import ExportQuery
from services.reporting.period import events_of, open_period
from services.reporting.retention import retention_of
from services.reporting.signings import shared_signings
from services.reporting.verifications import Verification
from shared.decider import UnknownSubjectError
from shared.evidence.document import EventLine, Manifest
from shared.group_commit import EventStore
from shared.http import authorize, authorize_for_all

router = console_router()

PAGE = f"{CONSOLE}/audit"
PAST = 10
SHOWN = 500
"""Events of a period that a page lists; a file has all."""
PILLS = {"ok": "good", "unsigned": "warn", "incomplete": "warn", "running": "", "gone": "warn"}


class AuditQuery(BaseModel):
    """Which verification is shown: the newest, unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    verification_id: UUID | None = None


class PeriodForm(BaseModel):
    """From which day to which, of the page's zone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: Day = None
    until: Day = None

    def asked(self) -> ExportQuery:
        """The same as the export takes it: the last day whole."""
        times = {"from": begin_of(self.since), "to": end_of(self.until)}
        return ExportQuery.model_validate({name: at for name, at in times.items() if at})


@router.get("/audit")
async def show_audit(request: Request, asked: Annotated[AuditQuery, Query()]) -> Response:
    """The whole page; for its own script only the part that changes."""
    caller, reporting = authorize(request, "audit:read"), reporting_of(request)
    past, _ = await reporting.verifications.past(PAST)
    chosen = past[0] if past else None
    if asked.verification_id is not None:
        chosen = await reporting.verifications.seen(asked.verification_id)
        if chosen is None:
            raise UnknownSubjectError
    return page(
        request,
        "audit_now.html" if FRAGMENT in request.headers else "audit.html",
        as_of=reporting.core.now(),
        chosen=chosen,
        past=past,
        pills=PILLS,
        state_shown=_state_shown,
        signings=await shared_signings(reporting, headers_for(request)),
        retention=retention_of(reporting.core.settings),
        may_export=caller.key.may_see("", None),
        api=_api(chosen),
        cli=command("verify", {}).rstrip(),
    )


def _state_shown(state: str, checkpoints: int) -> str:
    """What nobody signed for yet does not pass for signed."""
    return "unsigned" if state == "ok" and not checkpoints else state


def _api(chosen: Verification | None) -> str:
    path = "/reporting/v1/audit/verification"
    return path if chosen is None else f"{path}?verification_id={chosen.verification_id}"


@router.post("/audit/verification")
async def verify(request: Request) -> Response:
    """Begins one, or joins the one that runs, in the name of whoever is logged in."""
    caller = authorize(request, "audit:read")
    await read_form(request)
    begun = await reporting_of(request).verifications.ask(forwarded(request), caller.key.client)
    return see_other(f"{PAGE}?verification_id={begun.verification_id}")


@router.get("/audit/period")
async def show_period(request: Request, form: Annotated[PeriodForm, Query()]) -> Response:
    """A period with its proof, to be printed; the look is kept like any export's."""
    caller, reporting = authorize_for_all(request, "audit:read"), reporting_of(request)
    asked = form.asked()
    manifest = await open_period(reporting, caller, asked, "page")
    times = {"from": asked.since, "to": asked.until}
    return page(
        request,
        "audit_period.html",
        manifest=manifest,
        lines=await _first(reporting.core.store, manifest),
        most=SHOWN,
        query={name: at.isoformat() for name, at in times.items() if at},
    )


async def _first(store: EventStore, manifest: Manifest) -> list[EventLine]:
    found: list[EventLine] = []
    async for _, lines in events_of(store, manifest):
        found += lines
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]
