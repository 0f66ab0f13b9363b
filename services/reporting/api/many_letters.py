"""Many dead letters at once: a dry run that counts them, then the deed that says the count."""

from fastapi import Request, Response
from msgspec import to_builtins

from services.reporting.api.service import forwarded, reporting_of
from services.reporting.many_letters import carry_out_all, plan
from services.reporting.many_models import Act, ManyLetters
from shared.event_store import Append
from shared.http import answer, authorize, body_of, identity_of, read, service_router
from shared.http.answered import first_answer, kept_answer

router = service_router("reporting")


@router.post("/dead-letters:redrive", openapi_extra=body_of(ManyLetters))
async def redrive_many(request: Request) -> Response:
    """Handles the sequences of the letters again, each oldest first, each in its own service."""
    return await _answer(request, "redrive")


@router.post("/dead-letters:discard", openapi_extra=body_of(ManyLetters))
async def discard_many(request: Request) -> Response:
    """Gives the letters up, each with the reason."""
    return await _answer(request, "discard")


async def _answer(request: Request, act: Act) -> Response:
    caller = authorize(request, "operations")
    asked = await read(request, ManyLetters)
    reporting, headers = reporting_of(request), json_headers(request)
    if asked.dry_run:
        return answer(await plan(reporting.peers, act, asked, headers))
    identity = identity_of(request, caller, asked)
    if first := await first_answer(reporting.core, identity):
        return answer(first, replayed=True)
    done = await carry_out_all(reporting.peers, act, asked, headers)
    reporting.shared.forget()
    if rows := kept_answer(identity, to_builtins(done)):
        await reporting.core.store.append(Append(rows=rows))
    return answer(done)


def json_headers(request: Request) -> dict[str, str]:
    """The caller's own, for calls of our making: its idempotency key is for the whole of them."""
    headers = {**forwarded(request), "content-type": "application/json"}
    headers.pop("idempotency-key", None)
    return headers
