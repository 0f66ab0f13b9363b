"""The API as the command calls it: an answer, or one sentence about what to do."""

import os
import re
from typing import Any, NoReturn

import httpx

from services.cli.environment import DEFAULT_PORT, settings_or_stop
from services.cli.terminal import NOT_REACHED, SAID_NO, WRONG_USE, stop

ANSWER_TIME = 30.0
KEY = re.compile("[!-~]+")

ADVICE = {
    401: "The API does not know this key: set HUIYIN_KEY to one that `huiyin keys create` made.",
    503: "A service that is needed does not answer: try again soon.",
}


class Api:
    """A running Huiyin, under one key."""

    def __init__(self) -> None:
        self._url = _url()
        self._headers = {"Authorization": f"Bearer {_key()}", "Accept-Language": "en"}

    def get(self, path: str, *, missing: str = "", **query: str | int | None) -> httpx.Response:
        """A successful answer; anything else stops the command, a 404 with the words `missing`."""
        params = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", path, missing, params=params)

    def post(self, path: str, body: object = None, **query: str | None) -> httpx.Response:
        """The same for a command."""
        params = {name: value for name, value in query.items() if value is not None}
        return self._send("POST", path, "", params=params, json=body)

    def _send(self, method: str, path: str, missing: str, **options: Any) -> httpx.Response:  # noqa: ANN401 - httpx's
        try:
            response = httpx.request(
                method,
                f"{self._url}/{path}",
                headers=self._headers,
                timeout=ANSWER_TIME,
                trust_env=False,
                **options,
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            stop(f"HUIYIN_URL is no address: {self._url}.", WRONG_USE)
        except httpx.TransportError:
            stop(
                f"Nobody answers at {self._url}: start it with `huiyin run`, or set HUIYIN_URL.",
                NOT_REACHED,
            )
        if not response.is_success:
            _refuse(response, missing)
        return response


def _url() -> str:
    if url := os.environ.get("HUIYIN_URL"):
        return url.rstrip("/")
    return f"http://127.0.0.1:{settings_or_stop().port or DEFAULT_PORT}"


def _key() -> str:
    if key := os.environ.get("HUIYIN_KEY"):
        return _checked(key, "HUIYIN_KEY")
    path = settings_or_stop().data / "dev-key"
    try:
        return _checked(path.read_text(errors="replace"), str(path))
    except OSError:
        stop(f"No API key: set HUIYIN_KEY, or start `huiyin run` once to get {path}.", WRONG_USE)


def _checked(text: str, place: str) -> str:
    """The key in a text that can be sent; what no header takes is none."""
    key = text.strip()
    if not KEY.fullmatch(key):
        stop(f"{place} holds no API key: give one that `huiyin keys create` made.", WRONG_USE)
    return key


def _refuse(response: httpx.Response, missing: str) -> NoReturn:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    if not isinstance(problem, dict) or "code" not in problem:
        stop(
            f"{response.url} answered {response.status_code}, and not as Huiyin does: "
            "check HUIYIN_URL.",
            NOT_REACHED,
        )
    if missing and response.status_code == httpx.codes.NOT_FOUND:
        stop(missing, SAID_NO)
    sentence = ADVICE.get(response.status_code, str(problem["title"]))
    if scope := problem.get("required_scope"):
        sentence = f"The key lacks the scope {scope}."
    for error in problem.get("errors", []):
        sentence += f" {error.get('pointer', '')} {error.get('detail', '')}."
    stop(sentence, SAID_NO)
