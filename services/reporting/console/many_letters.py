"""Many dead letters at once: first what would be done, then, confirmed with its count, the deed."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.reporting.api.service import reporting_of
from services.reporting.console.asking import headers_for
from services.reporting.console.forms import read_form
from services.reporting.console.pages import CONSOLE, console_router, see_other
from services.reporting.console.rendering import page
from services.reporting.console.times import moments_in
from services.reporting.many_letters import carry_out_all, plan
from services.reporting.many_models import MOST, Act, ManyLetters
from shared.http import authorize
from shared.http.problems import Problem, malformed
from shared.settings import ServiceName

router = console_router()

PAGE = f"{CONSOLE}/dead-letters"
Chosen = Annotated[str, Field(max_length=60)]
"""`dispatch/<letter id>`, as a box of the list says it."""


NOTHING_CHOSEN = (
    "没有选择任何死信：请返回列表，先勾选要处理的死信。",
    "No letter is chosen: go back to the list and tick those that are meant.",
)


class ManyQuery(BaseModel):
    """What is to be done with which letters, or with all of one service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    act: Act = "redrive"
    letter: Annotated[list[Chosen], Field(max_length=MOST)] = []
    service: ServiceName | None = None


@router.get("/dead-letters/plan")
async def show_plan(request: Request, asked: Annotated[ManyQuery, Query()]) -> Response:
    """A dry run: nothing is changed by looking."""
    authorize(request, "operations")
    if not asked.service and not asked.letter:
        raise Problem(422, "nothing-chosen", titles=NOTHING_CHOSEN)
    chosen = {"service": asked.service} if asked.service else {"letters": asked.letter}
    many = _many({**chosen, "dry_run": True})
    headers = _headers(request)
    planned = await plan(reporting_of(request).peers, asked.act, many, headers)
    sequences = [(one, moments_in(one.items)) for one in planned.sequences]
    return page(
        request,
        "many_letters.html",
        asked=asked,
        planned=planned,
        sequences=sequences,
        body=many.model_dump(mode="json", exclude_none=True),
        cli=_command(asked),
    )


@router.post("/dead-letters/plan")
async def carry_out_plan(request: Request) -> Response:
    """Does it, in the name of whoever is logged in, if the letters are still so many."""
    authorize(request, "operations")
    form = await read_form(request)
    service, chosen = form.get("service"), form.get("letters", "").split()
    act: Act = "discard" if form.get("act") == "discard" else "redrive"
    many = _many(
        {
            **({"service": service} if service else {"letters": chosen}),
            "expected": form.get("expected"),
            "reason": form.get("reason", "").strip() or None,
        }
    )
    reporting = reporting_of(request)
    done = await carry_out_all(reporting.peers, act, many, _headers(request))
    reporting.shared.forget()
    return see_other(f"{PAGE}?{urlencode({'done': done.done, 'left': done.left})}")


def _many(said: dict[str, object]) -> ManyLetters:
    """As the JSON route takes it. Raises MalformedError."""
    letters = said.get("letters")
    if isinstance(letters, list):
        parts = [str(text).partition("/") for text in letters]
        said = {**said, "letters": [{"service": one, "letter_id": id_} for one, _, id_ in parts]}
    try:
        return ManyLetters.model_validate(said, strict=False)
    except ValidationError as error:
        raise malformed(error) from None


def _headers(request: Request) -> dict[str, str]:
    return {**headers_for(request), "content-type": "application/json"}


def _command(asked: ManyQuery) -> str:
    if asked.service:
        which = f"--all --service {asked.service}"
    else:
        which = " ".join(text.partition("/")[2] for text in asked.letter)
    return f"huiyin dead-letters {asked.act} {which} --dry-run"
