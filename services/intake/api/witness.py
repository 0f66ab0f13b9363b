"""What reporting signs for its own log, kept in intake's: reporting has no topic to say it on.

No key is asked for: the signature is who says it, and nothing else can be said here.
"""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Request, Response
from pydantic import Field

from services.intake.api.service import intake_of
from services.intake.witnessing import witness
from shared.contracts.terms import CheckpointSigned
from shared.evidence.checkpoint import is_signed
from shared.evidence.keys import Signer
from shared.http import Body, Moment, Problem, read, service_router
from shared.tables import LARGEST_NUMBER

router = service_router("intake", "audit")
Count = Annotated[int, Field(ge=1, le=LARGEST_NUMBER)]


class CheckpointRequest(Body):
    """A checkpoint as it was signed."""

    service: Literal["reporting"]
    epoch: Annotated[UUID, Field(strict=False)]
    size: Count
    position: Count
    root: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    key_id: Annotated[str, Field(max_length=64)]
    signature: Annotated[str, Field(max_length=200)]
    at: Moment


@router.post("/log/checkpoints", include_in_schema=False)
async def keep_checkpoint(request: Request) -> Response:
    """Keeps it as an event of intake's own log; the same one again changes nothing."""
    body = await read(request, CheckpointRequest)
    signed = CheckpointSigned(**body.model_dump())
    core = intake_of(request).core
    if not is_signed(signed, Signer(signed.service, core.secret).public):
        raise Problem(401, "unauthenticated")
    await witness(core, signed)
    return Response(status_code=204)
