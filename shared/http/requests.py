"""Bodies and headers, read once and strictly: what passes here can be stored and read again."""

from datetime import UTC, datetime
from typing import Any, Literal, TypeVar

import jiter
from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.codec import utc
from shared.http.openapi import answer_of
from shared.http.problems import MalformedError, Problem, malformed

MAX_BODY = 256 * 1024
MAX_BATCH_BODY = 4 * 1024 * 1024

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""A wrong digit in a year must not make something that no calendar can count."""

HALF = "文本含有不完整的字符。", "a text holds half a character"

NOT_COMPRESSED = ("请发送未压缩的内容。", "Send the body as it is, not compressed.")
Header = Literal["Idempotency-Key", "If-Match"]
Model = TypeVar("Model", bound=BaseModel)


class Body(BaseModel):
    """The base of request bodies: unknown fields are refused, nothing is converted silently."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def body_of(
    model: type[BaseModel],
    answer: Any = None,  # noqa: ANN401 - a type of msgspec's
    *,
    required: bool = True,
    needs: Header | None = None,
) -> dict[str, Any]:
    """What OpenAPI must be told of a route that reads its own body, and refuses to go without it.

    `answer` is what it answers with, as `answer_of` takes it. The schemas stand under `x-schemas`
    until the document is built, the header without which nothing is done under `x-needs`.
    """
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = {**schema.pop("$defs", {}), model.__name__: schema}
    reference = {"$ref": f"#/components/schemas/{model.__name__}"}
    content = {"application/json": {"schema": reference}}
    told = answer_of(answer) if answer is not None else {"x-schemas": {}}
    return {
        **told,
        "requestBody": {"required": required, "content": content},
        "x-schemas": {**schemas, **told["x-schemas"]},
        "x-needs": needs,
    }


async def read(request: Request, model: type[Model], limit: int = MAX_BODY) -> Model:
    """The body as the model.

    Raises Problem: 413 over `limit` bytes, 415 for another media type or what is compressed, 400
    for what is no JSON, 422 (MalformedError) for duplicate keys, NaN, U+0000, half characters,
    absurd depth, and for whatever the model refuses.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise Problem(415, "unsupported-media-type")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "unsupported-media-type", titles=NOT_COMPRESSED)
    body = await receive(request, limit)
    check_json(body)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise malformed(error) from None


def says_nothing(request: Request) -> bool:
    """Whether the request comes without a body."""
    headers = request.headers
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers


async def receive(request: Request, limit: int) -> bytes:
    """The body's bytes. Raises Problem 413 over `limit`."""
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > limit:
        raise Problem(413, "too-large")
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > limit:
            raise Problem(413, "too-large")
    return bytes(chunks)


def check_json(body: bytes) -> None:
    """Refuses what pydantic would let pass. Raises Problem 400, MalformedError."""
    try:
        value = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        raise _json_problem(str(error), body) from None
    if b"\\u0000" in body and _holds_nul(value):
        raise MalformedError(("", ("文本含有 U+0000。", "a text holds U+0000")))


def _json_problem(reason: str, body: bytes) -> Problem:
    for sign, detail in (
        ("duplicate key", ("同一个键出现两次。", "a key stands twice")),
        ("recursion limit", ("嵌套过深。", "nested too deeply")),
        ("surrogate", HALF),
        ("hex escape", HALF),
    ):
        if sign in reason.lower():
            return MalformedError(("", detail))
    try:
        jiter.from_json(body, allow_inf_nan=True)
    except ValueError:
        return Problem(400, "not-json")
    words = "NaN 与 Infinity 不是 JSON 数字。", "NaN and Infinity are no JSON numbers"
    return MalformedError(("", words))


def _holds_nul(value: object) -> bool:
    match value:
        case str():
            return "\0" in value
        case dict():
            return any("\0" in key or _holds_nul(item) for key, item in value.items())
        case list():
            return any(map(_holds_nul, value))
        case _:
            return False


def at_or_now(at: datetime | None, now: datetime, pointer: str = "/at") -> datetime:
    """When it happened, in UTC: as the body says, in the past. Raises MalformedError otherwise."""
    if at is None:
        return now
    if at > now:
        raise MalformedError((pointer, ("时间在未来。", "lies in the future")))
    try:
        return utc(at)
    except OverflowError:
        words = "时间早于可计算的最早年份。", "lies before the first year of UTC"
        raise MalformedError((pointer, words)) from None


def since_earliest(moment: datetime, pointer: str = "/at") -> datetime:
    """The moment that times are counted from. Raises MalformedError for one before EARLIEST."""
    if moment < EARLIEST:
        chinese = f"早于 {EARLIEST:%Y} 年，无法据以计算时限。"
        english = f"lies before {EARLIEST:%Y}: no time can be counted from it"
        raise MalformedError((pointer, (chinese, english)))
    return moment


def if_match(request: Request, *, required: bool = False) -> frozenset[int] | None:
    """The versions that the caller takes for current, as RFC 9110, 13.1.1 has it; None: any.

    A tag that this system never gave is none, so that nothing else is stale on every stream.
    Raises Problem 428 if required.
    """
    given = request.headers.get("if-match")
    if given is None and required:
        raise Problem(428, "version-required")
    if given is None or given.strip() == "*":
        return None
    tags = (one.strip().removeprefix("W/").strip('"') for one in given.split(","))
    # No stream grows longer than twelve digits.
    return frozenset(int(tag) for tag in tags if tag.isdecimal() and len(tag) <= 12)  # noqa: PLR2004
