"""Routes of long pieces of work: each is an operation that says how far it is."""

import asyncio
from uuid import UUID

from fastapi import Request, Response

from services.sla.api.service import line_of, sla_of
from services.sla.drafts import simulation_of
from services.sla.models import ReplayRequest, SimulationRequest
from services.sla.ordering import recalculation_of
from services.sla.simulations import is_of
from services.sla.version_models import RecalculationRequest
from shared.decider import UnknownSubjectError
from shared.http import (
    answer,
    answer_of,
    authorize,
    authorize_for_all,
    body_of,
    id_for,
    identity_of,
    read,
    service_router,
)
from shared.http.callers import key_of
from shared.http.requests import says_nothing
from shared.operating import stored
from shared.operations import Operation

router = service_router("sla")


@router.post(
    "/replays", openapi_extra=body_of(ReplayRequest, Operation, required=False), status_code=202
)
async def replay(request: Request) -> Response:
    """Builds the state anew from the first record; the answer names where its progress stands."""
    caller = authorize(request, "operations")
    body = ReplayRequest() if says_nothing(request) else await read(request, ReplayRequest)
    identity = identity_of(request, caller, body)
    operation_id = id_for("replay", identity)
    operation, replayed = await line_of(request).replays.begin(operation_id, dry_run=body.dry_run)
    return _begun(operation, replayed=replayed)


@router.post("/simulations", openapi_extra=body_of(SimulationRequest, Operation), status_code=202)
async def simulate(request: Request) -> Response:
    """Tries a draft on tickets that are there; nothing is changed or raised."""
    caller = authorize(request, "sla:admin")
    body = await read(request, SimulationRequest)
    identity = identity_of(request, caller, body)
    asked = await asyncio.to_thread(simulation_of, sla_of(request).regulations, body, caller.key)
    operation_id = id_for("simulation", identity)
    operation, replayed = await line_of(request).simulations.begin(operation_id, asked)
    return _begun(operation, replayed=replayed)


@router.post(
    "/recalculations", openapi_extra=body_of(RecalculationRequest, Operation), status_code=202
)
async def recalculate(request: Request) -> Response:
    """Judges tickets anew, and moves what was promised where it differs; a dry run only counts."""
    caller = authorize_for_all(request, "sla:admin")
    body = await read(request, RecalculationRequest)
    identity = identity_of(request, caller, body)
    sla, line, client = sla_of(request), line_of(request), caller.key.client
    operation_id = id_for("recalculation", identity)
    command = recalculation_of(sla.regulations, body, operation_id, sla.core.now())
    if body.dry_run:
        operation, replayed = await line.trials.begin(command, client)
    else:
        operation, replayed = await sla.recalculations.begin(
            command, caller.cause, client, identity
        )
    return _begun(operation, replayed=replayed)


@router.get("/operations/{operation_id}", openapi_extra=answer_of(Operation))
async def show_operation(operation_id: UUID, request: Request) -> Response:
    """What a long piece of work has come to; whoever may begin one may follow their own."""
    key, line = key_of(request), line_of(request)
    # What runs here knows best how far it is; a row is what was told last.
    here = [one.current(operation_id) for one in (line.replays, line.simulations, line.trials)]
    operation = (
        next(filter(None, here), None)
        or await line.sla.recalculations.find(operation_id)
        or await stored(line.sla.core, operation_id)
    )
    if not is_of(operation, key):
        authorize(request, "operations")
    if operation is None:
        raise UnknownSubjectError
    return answer(operation)


def _begun(operation: Operation, *, replayed: bool) -> Response:
    place = {"Location": f"/sla/v1/operations/{operation.operation_id}"}
    return answer(operation, 202, replayed=replayed, headers=place)
