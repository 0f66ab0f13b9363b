"""A service's own log as its tree sees it: what an audit compares with what others keep of it."""

from functools import partial
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from shared.event_store import Backend
from shared.evidence.checkpoint import stream_of
from shared.evidence.keys import Signer
from shared.evidence.leaf import Leaf, stored_leaf
from shared.evidence.sealing import SEAL_KEY, SEALS, Seal
from shared.evidence.statement import Statement
from shared.http.answers import answer
from shared.http.callers import authorize
from shared.http.consumers import SigningView, signing_view
from shared.http.openapi import answer_of
from shared.http.routes import service_router
from shared.tables import LARGEST_NUMBER

if TYPE_CHECKING:
    from shared.service import OnLine

PAGE = 1000


class LeavesQuery(BaseModel):
    """Which part of the log; positions have gaps."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[int, Field(ge=0, le=LARGEST_NUMBER)] = 0
    limit: Annotated[int, Field(ge=1, le=PAGE)] = PAGE


class StreamQuery(BaseModel):
    """Whose stream; its own checkpoints' unless said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: UUID | None = None


class Leaves(msgspec.Struct, frozen=True, kw_only=True):
    """Position and digest of each event, oldest first; of nothing that anybody said."""

    epoch: UUID
    sealed: int
    """The position of the newest checkpoint, as the service knows it: others must hold it too."""
    items: tuple[Leaf, ...]


def leaves_router(service: str) -> APIRouter:
    """`log/leaves`, `log/stream` and `log/signing`, scope `audit:read`."""
    router = service_router(service, "audit")
    router.add_api_route(
        "/log/leaves", list_leaves, methods=["GET"], openapi_extra=answer_of(Leaves)
    )
    router.add_api_route(
        "/log/stream", state_stream, methods=["GET"], openapi_extra=answer_of(Statement)
    )
    router.add_api_route(
        "/log/signing", show_signing, methods=["GET"], openapi_extra=answer_of(SigningView)
    )
    return router


async def show_signing(request: Request) -> Response:
    """How far the service signed for its log, and whether that has stopped."""
    authorize(request, "audit:read")
    line: OnLine = request.app.state.line
    return answer(await signing_view(line))


async def state_stream(request: Request, asked: Annotated[StreamQuery, Query()]) -> Response:
    """The service's signed word on how many events a subject's stream holds now."""
    authorize(request, "audit:read")
    line: OnLine = request.app.state.line
    core = line.core
    stream = asked.subject or stream_of(core.name)
    statement = Statement(
        service=core.name,
        epoch=core.store.epoch,
        stream=stream,
        length=len(await core.store.read(stream)),
        at=core.now(),
    )
    return answer(statement.signed(Signer(core.name, core.secret)))


async def list_leaves(request: Request, asked: Annotated[LeavesQuery, Query()]) -> Response:
    """The digests of the service's own events behind a position, worked out from its store."""
    authorize(request, "audit:read")
    line: OnLine = request.app.state.line
    read = partial(leaves_of, service=line.core.name, after=asked.after, limit=asked.limit)
    return answer(await line.core.store.run(read))


def leaves_of(backend: Backend, *, service: str, after: int, limit: int) -> Leaves:
    """A part of the service's log."""
    logged = backend.read_log(after, limit)
    items = tuple(stored_leaf(service, backend.epoch, one) for one in logged)
    seal = backend.read_row(SEALS, SEAL_KEY) or Seal()
    return Leaves(epoch=backend.epoch, sealed=seal.position, items=items)
