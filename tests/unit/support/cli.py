"""The `huiyin` command against a service that runs in this process."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import app, terminal
from tests.unit.support.any_desk import AnyDesk
from tests.unit.support.desk import Headers

Huiyin = Callable[..., Awaitable[str]]
"""Takes the command's arguments, the exit `code` expected, and `headers` of another key."""


def huiyin_at(desk: AnyDesk, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Huiyin:
    """Runs the command in a thread of its own, in that folder; its requests go to the desk."""
    monkeypatch.setenv("HUIYIN_URL", "http://desk")
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.chdir(folder)

    async def run(*arguments: str, code: int = 0, headers: Headers | None = None) -> str:
        loop = asyncio.get_running_loop()

        def request(method: str, url: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
            sent = {name: options[name] for name in ("params", "json") if options.get(name)}
            path = url.removeprefix("http://desk")
            asking = desk.client.request(method, path, headers=headers, **sent)
            return asyncio.run_coroutine_threadsafe(asking, loop).result()

        monkeypatch.setattr("httpx.request", request)
        result = await asyncio.to_thread(partial(CliRunner().invoke, app, arguments))
        assert result.exit_code == code, (result.output, result.exception)
        return result.stdout or result.stderr

    return run
