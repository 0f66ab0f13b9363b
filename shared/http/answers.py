"""Answers: JSON by msgspec, the stream's version as ETag, pages with a cursor."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

import msgspec
from fastapi import Request, Response

from shared.http.problems import MalformedError
from shared.tables import Column

Page = tuple[Column, ...]
"""What a cursor stands for: the ordering columns of the last row, and its key."""
PageType = TypeVar("PageType")

_encoder = msgspec.json.Encoder()


def answer(
    content: object,
    status: int = 200,
    *,
    version: int | None = None,
    replayed: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The content as JSON; `version` becomes the ETag."""
    all_headers = dict(headers or {})
    if version is not None:
        all_headers["ETag"] = f'"{version}"'
    if replayed:
        all_headers["Idempotent-Replay"] = "true"
    return Response(_encoder.encode(content), status, all_headers, "application/json")


def page_answer(
    request: Request,
    items: Sequence[Any],
    after: Page | None,
    **more: Any,  # noqa: ANN401 - JSON values
) -> Response:
    """One page of a list; `after` is where the next one begins, None on the last."""
    body: dict[str, Any] = {"items": items, "next_cursor": None, **more}
    headers = {}
    if after is not None:
        cursor = encode_cursor(after)
        body["next_cursor"] = cursor
        query = {**request.query_params, "cursor": cursor}
        headers["Link"] = f'<{request.url.path}?{urlencode(query)}>; rel="next"'
    return answer(body, headers=headers)


def encode_cursor(after: Page) -> str:
    """What `decode_cursor` takes."""
    return base64.urlsafe_b64encode(msgspec.json.encode(after)).decode().rstrip("=")


def decode_cursor(cursor: str | None, kind: type[PageType]) -> PageType | None:
    """What the cursor stands for. Raises MalformedError for one that this list never gave."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        return msgspec.json.decode(raw, type=kind)
    except (binascii.Error, ValueError, msgspec.MsgspecError):
        raise MalformedError(
            ("", ("cursor 不是本列表给出的。", "cursor is none that this list gave"))
        ) from None
