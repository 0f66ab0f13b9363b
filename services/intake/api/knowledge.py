"""What others were told before."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.intake.api.service import intake_of
from services.intake.knowledge import find_knowledge, knowledge_views
from services.intake.models import KnowledgeQuery
from services.intake.shapes import KnowledgeView
from shared.http import answer_of, authorize, decode_cursor, page_answer, service_router

router = service_router("intake")


@router.get("/knowledge", openapi_extra=answer_of(list[KnowledgeView]))
async def list_knowledge(request: Request, asked: Annotated[KnowledgeQuery, Query()]) -> Response:
    """What was published, newest first; with `q` what holds all of its words."""
    caller = authorize(request, "tickets:read")
    after = decode_cursor(asked.cursor, tuple[str, str])
    rows, page = await find_knowledge(intake_of(request), caller.key, asked, after)
    views = await knowledge_views(intake_of(request), rows)
    return page_answer(request, views, page)
