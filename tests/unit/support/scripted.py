"""The `huiyin` command against answers that a test has written out."""

from typing import Any

import pytest
from httpx import ConnectError, Request, Response
from typer.testing import CliRunner

from services.cli import app, operation, terminal

ADDRESS = "http://desk"


class ScriptedDesk:
    """Gives each request the next of its answers, the last one for ever.

    An answer is a body, or a status and a body; None: nobody answers.
    """

    def __init__(self, *answers: object) -> None:
        self.answers = [*answers]
        self.asked: list[tuple[str, str, Any]] = []
        """Method, path, and the body or else the query."""

    def request(self, method: str, url: str, **options: Any) -> Response:  # noqa: ANN401 - httpx's
        said = options.get("json") or options.get("params") or None
        self.asked.append((method, url.removeprefix(f"{ADDRESS}/"), said))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            raise ConnectError("refused")
        status, body = answer if isinstance(answer, tuple) else (200, answer)
        return Response(status, json=body, request=Request(method, url))


def scripted(monkeypatch: pytest.MonkeyPatch, *answers: object) -> ScriptedDesk:
    """What the command asks from now on goes to this desk."""
    desk = ScriptedDesk(*answers)
    monkeypatch.setattr("httpx.request", desk.request)
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.setattr(operation, "LOOK_TIME", 0)
    monkeypatch.setenv("HUIYIN_URL", ADDRESS)
    monkeypatch.setenv("HUIYIN_KEY", "hy_x")
    return desk


def huiyin(*arguments: str, code: int = 0) -> str:
    """What it wrote, none of which steers a terminal: to stdout, or why it stopped."""
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == code, (result.output, result.exception)
    assert not set("\x1b\x9b\u202e") & set(result.output)
    return result.stdout or result.stderr
