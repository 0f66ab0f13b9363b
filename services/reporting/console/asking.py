"""What a page asks of another service, under the reader's own key and in the page's language."""

from typing import Any

import httpx
import msgspec
from fastapi import Request

from services.reporting.api.service import forwarded, reporting_of
from services.reporting.console.texts import texts_for
from services.reporting.peers import Silence
from shared.http import Problem, peer_unavailable
from shared.settings import ServiceName

WITHOUT_A_WORD = frozenset({"", "internal", "unavailable"})
"""Problems whose titles say no more than that there is no answer."""


async def ask(
    request: Request, service: ServiceName, path: str, query: dict[str, str | int] | None = None
) -> dict[str, Any]:
    """The service's answer; what it refuses is the page's problem.

    Raises Problem: the service's own, 503 where it does not answer.
    """
    headers = headers_for(request)
    response = await reporting_of(request).peers.send(service, "GET", path, headers, query=query)
    return said_in(response)


async def tell(request: Request, service: ServiceName, path: str) -> dict[str, Any]:
    """A command without a body of its own; the same answers and problems."""
    headers = {**headers_for(request), "content-type": "application/json"}
    response = await reporting_of(request).peers.send(service, "POST", path, headers, body=b"{}")
    return said_in(response)


def headers_for(request: Request) -> dict[str, str]:
    """The reader's own key and trace, and the page's language."""
    return {**forwarded(request), "accept-language": texts_for(request).language}


def said_in(response: httpx.Response | Silence) -> dict[str, Any]:
    """What the service says, if it does what it was asked. Raises Problem."""
    if isinstance(response, Silence):
        raise peer_unavailable()
    try:
        said: dict[str, Any] = msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.MsgspecError:
        raise peer_unavailable() from None
    if response.is_success:
        return said
    code = str(said.get("code", ""))
    if response.is_server_error and code in WITHOUT_A_WORD:
        raise peer_unavailable()
    title, scope = str(said.get("title", "")), said.get("required_scope")
    extra = {"required_scope": scope} if scope else {}
    raise Problem(response.status_code, code, titles=(title, title), **extra)
