"""Live, ready, started: a process is restarted only for the first."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter, FastAPI, Response

from shared.event_store import StoreUnavailableError
from shared.http.answers import answer
from shared.http.store_metrics import ANSWER_TIME


def health_router(apps: Sequence[FastAPI]) -> APIRouter:
    """The three checks over the apps of this process (MicroProfile Health's form)."""
    router = APIRouter(prefix="/health", tags=["health"])

    @router.get("/live")
    async def live() -> Response:
        dead = [app.title for app in apps if app.state.started and not _writes(app)]
        return _report({name: ["The writer thread ended."] for name in dead})

    @router.get("/ready")
    async def ready() -> Response:
        found = await asyncio.gather(*map(_obstacles, apps))
        named = zip(apps, found, strict=True)
        return _report({app.title: obstacles for app, obstacles in named if obstacles})

    @router.get("/started")
    async def started() -> Response:
        waiting = [app.title for app in apps if not app.state.started]
        return _report({name: ["It is still starting."] for name in waiting})

    return router


def _writes(app: FastAPI) -> bool:
    alive: bool = app.state.line.core.store.alive
    return alive


async def _obstacles(app: FastAPI) -> list[str]:
    if not app.state.started:
        return ["It is still starting."]
    obstacles: list[str] = app.state.line.obstacles()
    try:
        async with asyncio.timeout(ANSWER_TIME):
            await app.state.line.core.store.end()
    except (StoreUnavailableError, TimeoutError):
        obstacles.append("The store does not answer: see whether its database runs.")
    return obstacles


def _report(failing: dict[str, list[str]]) -> Response:
    checks = [{"name": name, "status": "DOWN", "reasons": why} for name, why in failing.items()]
    status = "DOWN" if failing else "UP"
    return answer({"status": status, "checks": checks}, 503 if failing else 200)
