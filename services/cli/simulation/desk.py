"""The API as the simulated staff call it: many at once, patient with a system that is busy."""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import httpx

from services.cli.client import ANSWER_TIME, address, credentials, no_address, refuse
from services.cli.environment import settings_or_stop
from services.cli.simulation.tally import ChangedMeanwhile, StoryEnded, Tally, problem_of

REVIEWER_KEY = "HUIYIN_REVIEWER_KEY"
AT_ONCE = 8
"""Calls under way at the same time."""
BUSY = frozenset({429, 503})
LOST_RACE = "lost-race"
CHANGED = frozenset({"stale-version", "taken-over"})
"""Codes of what was read too early; read again it can be done."""
TRIES = 20
SOON = 0.1
PAUSE = 1.0
"""Seconds to wait where nobody says how many."""
LONGEST_PAUSE = 30.0
NO_ENTRY = frozenset({401, 403})
PAGE = 500


class Desk:
    """Asks, and asks again where the system is busy; what goes wrong is counted."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        peers: Mapping[str, str],
        tally: Tally,
        reviewer: str | None = None,
    ) -> None:
        self._http = http
        self._reviewer = reviewer
        self._peers = peers
        self._run = uuid4()
        self._places = asyncio.Semaphore(AT_ONCE)
        self.tally = tally

    @property
    def has_reviewer(self) -> bool:
        """Whether there is a second person's key."""
        return self._reviewer is not None

    async def get(self, path: str, **query: str | int) -> httpx.Response:
        """A successful answer. Raises StoryEnded."""
        return await self._send("GET", path, params=query)

    async def post(
        self,
        path: str,
        body: Mapping[str, Any],
        key: str,
        version: str | None = None,
        *,
        by_reviewer: bool = False,
    ) -> dict[str, Any]:
        """The same for a command; `key` names the call within this run. Raises StoryEnded."""
        headers = {"Idempotency-Key": f"simulate/{self._run}/{key}"}
        if version is not None:
            headers["If-Match"] = version
        if by_reviewer:
            headers["Authorization"] = f"Bearer {self._reviewer}"
        answer = await self._send("POST", path, json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        return found

    async def pages(self, path: str) -> AsyncIterator[dict[str, Any]]:
        """Every item of a list."""
        cursor: str | None = ""
        while cursor is not None:
            query = {"cursor": cursor} if cursor else {}
            page = (await self.get(path, limit=PAGE, **query)).json()
            for item in page["items"]:
                yield item
            cursor = page["next_cursor"]

    async def _send(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        for number in range(TRIES):
            # A kept connection that the other side has just closed is no outage: soon again.
            soon = min(SOON * 2**number, PAUSE)
            pause, answer = await self._try(method, path, soon, **options)
            if answer is not None:
                return self._judged(answer, method, path)
            await asyncio.sleep(pause)
        self.tally.surprised("unavailable", f"{method} /{path}: no answer after {TRIES} tries")
        raise StoryEnded

    async def _try(
        self,
        method: str,
        path: str,
        soon: float,
        **options: Any,  # noqa: ANN401 - httpx's
    ) -> tuple[float, httpx.Response | None]:
        """The answer, or how long to wait before the next try: `soon` where nobody is there."""
        url = f"{self._peers.get(path.partition('/')[0], '')}/{path}"
        async with self._places:
            self.tally.calls += 1
            try:
                answer = await self._http.request(method, url, **options)
            except (httpx.InvalidURL, httpx.UnsupportedProtocol):
                no_address(url)
            except httpx.TransportError:
                self.tally.waited["not-reached"] += 1
                return soon, None
        if answer.is_success:
            return 0, answer
        code = problem_of(answer)["code"]
        if answer.status_code not in BUSY and code != LOST_RACE:
            return 0, answer
        self.tally.waited[code] += 1
        return soon if code == LOST_RACE else _pause(answer), None

    def _judged(self, answer: httpx.Response, method: str, path: str) -> httpx.Response:
        if answer.is_success:
            return answer
        if answer.status_code in NO_ENTRY:
            refuse(answer, "")  # no story can go on under this key
        code = self.tally.refused(answer, f"{method} /{path}")
        raise ChangedMeanwhile if code in CHANGED else StoryEnded


def _pause(answer: httpx.Response) -> float:
    with suppress(ValueError):
        return min(max(float(answer.headers.get("retry-after", PAUSE)), 0.0), LONGEST_PAUSE)
    return PAUSE


@asynccontextmanager
async def open_desk(tally: Tally) -> AsyncIterator[Desk]:
    """The desk at HUIYIN_URL; what HUIYIN_PEERS names is asked where it says."""
    reviewer = os.environ.get(REVIEWER_KEY) or None
    options: dict[str, Any] = {"timeout": ANSWER_TIME, "trust_env": False}
    async with httpx.AsyncClient(base_url=address(), headers=credentials(), **options) as http:
        yield Desk(http, settings_or_stop().peers, tally, reviewer)
