"""Asks the other services how they stand; one that does not answer is shown as such."""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import cache
from types import TracebackType
from typing import Literal, Self, TypeVar

import httpx
import msgspec

from shared.settings import PORTS, SERVICES

ANSWER_TIME = 2.0
"""Seconds: a page that on-call opens because a service hangs must not hang with it."""

Failing = Literal["unreachable", "refused", "not-understood"]
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Silence:
    """Why a service said nothing that can be shown."""

    service: str
    reason: Failing


def _as_they_came(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Starlette reads bytes as Latin-1; httpx would only write ASCII."""
    return [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts; each client alone would read it anew, at 27 ms."""
    return httpx.create_ssl_context(trust_env=False)


class Peers:
    """All five services over HTTP, or by `transports` where they are in this process.

    Calls go out under the caller's own key: nobody learns here what the service would not say.
    """

    def __init__(
        self, urls: Mapping[str, str], transports: Mapping[str, httpx.AsyncBaseTransport]
    ) -> None:
        self._clients = {
            service: httpx.AsyncClient(
                base_url=urls.get(service, f"http://127.0.0.1:{PORTS[service]}"),
                transport=transports.get(service),
                timeout=ANSWER_TIME,
                trust_env=False,
                verify=service in transports or _trusted(),
            )
            for service in SERVICES
        }
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        for client in self._clients.values():
            await self._stack.enter_async_context(client)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        *,
        query: Mapping[str, str | int] | None = None,
        body: bytes | None = None,
        patience: float = ANSWER_TIME,
    ) -> httpx.Response | Silence:
        """The service's answer, whatever its status, if it comes within `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                return await self._clients[service].request(
                    method,
                    f"/{service}/v1/{path}",
                    headers=_as_they_came(headers),
                    params=query,
                    content=body,
                    timeout=patience,
                )
        except (httpx.HTTPError, TimeoutError):
            return Silence(service, "unreachable")

    async def ask_all(
        self, path: str, kind: type[Answer], headers: Mapping[str, str]
    ) -> dict[str, Answer | Silence]:
        """What each service answers to the same question."""
        answers = await asyncio.gather(*(self.ask(one, path, kind, headers) for one in SERVICES))
        return dict(zip(SERVICES, answers, strict=True))

    async def ask(
        self,
        service: str,
        path: str,
        kind: type[Answer],
        headers: Mapping[str, str],
        query: Mapping[str, str | int] | None = None,
        patience: float = ANSWER_TIME,
    ) -> Answer | Silence:
        """A successful answer in its form, or why there is none."""
        response = await self.send(service, "GET", path, headers, query=query, patience=patience)
        if isinstance(response, Silence):
            return response
        if response.status_code in {401, 403}:
            return Silence(service, "refused")
        if not response.is_success:
            return Silence(service, "unreachable")
        try:
            return msgspec.json.decode(response.content, type=kind)
        except msgspec.MsgspecError:
            return Silence(service, "not-understood")
