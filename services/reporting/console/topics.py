"""The topics for on-call: is it us, who, since when, and what to do."""

from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.reporting.api.service import reporting_of
from services.reporting.bootstrap import Reporting
from services.reporting.canary import canary_standing
from services.reporting.canary_models import CanaryStanding
from services.reporting.console.asking import headers_for
from services.reporting.console.backlogs import backlog_of
from services.reporting.console.findings import Finding
from services.reporting.console.lines import LineChart, lag_chart, rate_chart
from services.reporting.console.pages import FRAGMENT, console_router
from services.reporting.console.rendering import ZONE, WallClock, page
from services.reporting.console.texts import texts_for
from services.reporting.console.topic_findings import topic_findings
from services.reporting.groups import Groups, groups_now
from services.reporting.letters import page_of_letters
from services.reporting.message_models import Publisher
from services.reporting.models import LettersQuery, Standing, TopicStanding
from services.reporting.timer_models import TimersBoard, TimersQuery
from services.reporting.timers import timers_board
from services.reporting.topics import shared_standing
from shared.http import authorize
from shared.keys import ApiKey

router = console_router()

LETTERS_SHOWN = 20
PILLS = {"OK": "good", "WARN": "warn", "UNKNOWN": "warn"}
Letters = tuple[list[dict[str, Any]], bool]
NO_LETTERS: Letters = ([], False)


class TopicsQuery(BaseModel):
    """Whose partitions and last hour are shown; `redriven`, `left`: what a redrive came to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    topic: Publisher | None = None
    redriven: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    left: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    discarded: bool = False


class Known(NamedTuple):
    """What the page is made of, each part the same object for all who may see the same."""

    standing: Standing
    letters: list[dict[str, Any]]
    more_letters: bool
    canary: CanaryStanding
    groups: Groups
    overdue: TimersBoard | None


@router.get("/topics")
async def show_topics(request: Request, asked: Annotated[TopicsQuery, Query()]) -> Response:
    """The whole page; for its own script only the part that changes."""
    caller = authorize(request, "operations")
    reporting = reporting_of(request)
    known = await _known(reporting, caller.key, headers_for(request))
    standing = known.standing
    chosen = next((one for one in standing.topics if one.publisher == asked.topic), None)
    render = partial(
        page,
        request,
        "topics_now.html" if FRAGMENT in request.headers else "topics.html",
        **known._asdict(),
        chosen=chosen,
        hour=_hour(reporting, chosen) if chosen else None,
        backlog=backlog_of(standing),
        asked=asked,
        findings=_findings(request, known),
        pills=PILLS,
        readers=_readers(standing),
    )
    if chosen or FRAGMENT not in request.headers:
        return render()
    return reporting.fragments.get(request, caller.key, known, render)


def _findings(request: Request, known: Known) -> list[Finding]:
    pace = reporting_of(request).core.settings.pace
    return topic_findings(known.standing, known.canary, texts_for(request), WallClock(ZONE), pace)


async def _known(reporting: Reporting, key: ApiKey, headers: dict[str, str]) -> Known:
    standing = await shared_standing(reporting, headers)
    letters, more = await _letters(reporting, standing, headers)
    return Known(
        standing=standing,
        letters=letters,
        more_letters=more,
        canary=await reporting.shared.get("canary", lambda: canary_standing(reporting)),
        groups=await reporting.shared.get("groups", lambda: groups_now(reporting)),
        overdue=await _overdue(reporting, key, headers),
    )


async def _letters(reporting: Reporting, standing: Standing, headers: dict[str, str]) -> Letters:
    """The first of all services; where each says that it has none, none is asked for them."""
    if all(one.dead_letters and not one.dead_letters.letters for one in standing.services):
        return NO_LETTERS

    async def ask() -> Letters:
        asked = LettersQuery(limit=LETTERS_SHOWN)
        items, after, _ = await page_of_letters(reporting.peers, asked, headers)
        return items, after is not None

    return await reporting.shared.get("letters", ask)


def _hour(reporting: Reporting, topic: TopicStanding) -> dict[str, LineChart]:
    """The chosen topic's last hour as two charts."""
    readers = [one.service for one in topic.consumers]
    found = reporting.hour.of(topic.publisher, topic.topic, reporting.core.now())
    return {"rates": rate_chart(found, readers), "lag": lag_chart(found, readers)}


async def _overdue(
    reporting: Reporting, key: ApiKey, headers: dict[str, str]
) -> TimersBoard | None:
    """How the timers stand, for who may see them."""
    if not key.may("sla:read"):
        return None
    return await timers_board(reporting, key, TimersQuery(), headers)


def _readers(standing: Standing) -> dict[str, dict[str, int]]:
    """By service and instance, how many partitions it reads now."""
    found: dict[str, dict[str, int]] = {}
    for topic in standing.topics:
        for partition in topic.partitions:
            for one in partition.consumers:
                if one.instance:
                    counts = found.setdefault(one.service, {})
                    counts[one.instance] = counts.get(one.instance, 0) + 1
    return found
