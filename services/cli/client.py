"""The API as the command calls it: an answer, or one sentence about what to do."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import httpx

from services.cli.environment import DEFAULT_PORT, settings_or_stop
from services.cli.terminal import NOT_REACHED, SAID_NO, WRONG_USE, stop

ANSWER_TIME = 30.0
KEY = re.compile("[!-~]+")

AWAY = "A service that is needed does not answer: try again soon."
ADVICE = {
    "unauthenticated": "The API does not know this key: "
    "set HUIYIN_KEY to one that `huiyin keys create` made.",
    "unavailable": AWAY,
    "peer-unavailable": AWAY,
}
"""By the problem's code, where the command knows more than the API says."""


class Api:
    """A running Huiyin, under one key."""

    def __init__(self) -> None:
        self._url = address()
        self._peers = peers()
        self._headers = credentials()

    def _url_of(self, path: str) -> str:
        """Where the path's service is."""
        return self._peers.get(path.partition("/")[0], self._url)

    def get(self, path: str, *, missing: str = "", **query: str | int | None) -> httpx.Response:
        """A successful answer; anything else stops the command, a 404 with the words `missing`."""
        params = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", path, missing, params=params)

    def find(self, path: str) -> httpx.Response | None:
        """As `get`; None where it is not there, or not for this key."""
        response = self._ask("GET", path)
        if response.status_code in {httpx.codes.NOT_FOUND, httpx.codes.FORBIDDEN}:
            return None
        return response if response.is_success else refuse(response, "")

    def get_again(self, path: str, missing: str, unreached: str) -> httpx.Response:
        """As `get`; `unreached` says what to do if nobody answers any more."""
        return self._send("GET", path, missing, unreached)

    def post(self, path: str, body: object = None, **query: str | None) -> httpx.Response:
        """The same for a command."""
        params = {name: value for name, value in query.items() if value is not None}
        return self._send("POST", path, params=params, json=body)

    @contextmanager
    def stream(self, path: str, query: Mapping[str, str], missing: str) -> Iterator[httpx.Response]:
        """A successful answer that may be of any size, read a part at a time."""
        url = self._url_of(path)
        try:
            with httpx.stream(
                "GET",
                f"{url}/{path}",
                headers=self._headers,
                params=query,
                timeout=ANSWER_TIME,
                trust_env=False,
            ) as response:
                if not response.is_success:
                    response.read()
                    refuse(response, missing)
                yield response
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            no_address(url)
        except httpx.TransportError:
            not_reached(url)

    def _send(
        self,
        method: str,
        path: str,
        missing: str = "",
        unreached: str = "",
        **options: Any,  # noqa: ANN401 - httpx's
    ) -> httpx.Response:
        response = self._ask(method, path, unreached, **options)
        if not response.is_success:
            refuse(response, missing)
        return response

    def _ask(
        self,
        method: str,
        path: str,
        unreached: str = "",
        **options: Any,  # noqa: ANN401 - httpx's
    ) -> httpx.Response:
        url = self._url_of(path)
        try:
            return httpx.request(
                method,
                f"{url}/{path}",
                headers=self._headers,
                timeout=ANSWER_TIME,
                trust_env=False,
                **options,
            )
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            no_address(url)
        except httpx.TransportError:
            not_reached(url, unreached)


def no_address(url: str) -> NoReturn:
    stop(f"HUIYIN_URL is no address: {url}.", WRONG_USE)


def not_reached(url: str, unreached: str = "") -> NoReturn:
    """`unreached`: what to do where somebody answered before."""
    if unreached:
        stop(f"Nobody answers at {url} any more: {unreached}", NOT_REACHED)
    stop(
        f"Nobody answers at {url}: start it with `huiyin run`, or set HUIYIN_URL.",
        NOT_REACHED,
    )


def credentials() -> dict[str, str]:
    """The headers that say who asks."""
    return {"Authorization": f"Bearer {_key()}", "Accept-Language": "en"}


def address() -> str:
    """Where the API is."""
    if url := os.environ.get("HUIYIN_URL"):
        return url.rstrip("/")
    return f"http://127.0.0.1:{settings_or_stop().port or DEFAULT_PORT}"


def peers() -> dict[str, str]:
    """Where each service is that has an address of its own."""
    if not os.environ.get("HUIYIN_PEERS"):
        return {}
    return {name: url.rstrip("/") for name, url in settings_or_stop().peers.items()}


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


def refuse(response: httpx.Response, missing: str) -> NoReturn:
    """Ends the command with what the answer says to do; a 404 with the words `missing`."""
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
    sentence = ADVICE.get(str(problem["code"]), str(problem["title"]))
    if scope := problem.get("required_scope"):
        sentence = f"The key lacks the scope {scope}."
    for error in problem.get("errors", []):
        sentence += f" {error.get('pointer', '')} {error.get('detail', '')}."
    stop(sentence, SAID_NO)
