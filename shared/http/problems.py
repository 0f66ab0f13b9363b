"""RFC 9457 problem responses: one place where an error becomes an answer.

Never the input, never an exception's text: `code` is for programs, `title` for people.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import Match

from shared.codec import UnstorableEventError
from shared.command_handler import IdempotencyKeyReusedError, StaleVersionError
from shared.decider import BrokenRuleError, ErasedError, NotYetKnownError, UnknownSubjectError
from shared.event_store import StoreUnavailableError, StreamConflictError
from shared.http.expected import Words, places_of
from shared.tables import UnstorableRowError

TITLES: Mapping[str, tuple[str, str]] = {
    "malformed": (
        "请求内容不符合要求，请修改所列之处。",
        "The request is not of the form that this call takes: correct each place that is named.",
    ),
    "not-json": ("请求体不是 JSON，请发送 JSON。", "The body is no JSON: send JSON."),
    "not-found": ("此地址不存在，请核对地址。", "There is nothing at this address: check it."),
    "method-not-allowed": (
        "此地址不支持该方法，请查阅 /docs。",
        "This address does not take that method: see /docs for those that it takes.",
    ),
    "unauthenticated": ("请提供有效的 API 密钥。", "Give a valid API key."),
    "forbidden": (
        "密钥没有此权限，请使用有此权限的密钥。",
        "The key lacks the scope for this: use one that has it.",
    ),
    "too-large": ("请求体过大，请分次发送。", "The body is too large: send less at once."),
    "unsupported-media-type": ("请使用 application/json。", "Send application/json."),
    "idempotency-key-required": ("请提供 Idempotency-Key。", "Give an Idempotency-Key header."),
    "idempotency-key-reused": (
        "该 Idempotency-Key 或 external_id 已用于另一个请求，请换一个。",
        "This Idempotency-Key or external_id came before with another body: give a new one.",
    ),
    "stale-version": ("数据已被他人修改，请重新读取。", "Somebody changed it; read it again."),
    "version-required": ("请提供 If-Match。", "Give the version you read as If-Match."),
    "lost-race": ("操作冲突，请重试。", "Others were faster each time; try again."),
    "unavailable": (
        "此刻无法处理，请几秒后重试。",
        "It cannot be done now; try again in a few seconds.",
    ),
    "peer-unavailable": (
        "另一项服务没有应答，请几秒后重试。",
        "Another service did not answer; try again in a few seconds.",
    ),
    "internal": (
        "系统内部错误，请将 trace_id 告知运维。",
        "Something went wrong here, not with your request: tell on-call the trace_id.",
    ),
}

log = structlog.get_logger(__name__)


class Problem(Exception):
    """An answer other than success; `extra` are members of their own beside the standard's."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        titles: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **extra: Any,  # noqa: ANN401 - JSON values
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.titles = titles or TITLES[code]
        self.headers = dict(headers or {})
        self._extra = extra

    def members(self, *, chinese: bool) -> Mapping[str, Any]:
        """Those of its own, for whoever reads Chinese, or else English."""
        del chinese
        return self._extra


class MalformedError(Problem):
    """422: the request itself is wrong, at the places that `errors` points to (RFC 6901)."""

    def __init__(self, *errors: tuple[str, str | Words]) -> None:
        super().__init__(422, "malformed")
        self._errors = errors

    def members(self, *, chinese: bool) -> Mapping[str, Any]:
        return {"errors": [_place(*one, chinese=chinese) for one in self._errors]}


def _place(pointer: str, detail: str | Words, *, chinese: bool) -> Mapping[str, str]:
    said = detail if isinstance(detail, str) else detail[0 if chinese else 1]
    return {"pointer": pointer, "detail": said}


def prefers_chinese(request: Request) -> bool:
    """Whether Accept-Language names Chinese before English; a header without either is English."""
    for part in request.headers.get("accept-language", "").lower().split(","):
        if part.strip().startswith("zh"):
            return True
        if part.strip().startswith("en"):
            return False
    return False


def problem_body(request: Request, problem: Problem) -> dict[str, Any]:
    """The problem's members."""
    chinese = prefers_chinese(request)
    return {
        "type": f"urn:huiyin:problem:{problem.code}",
        "title": problem.titles[0 if chinese else 1],
        "status": problem.status,
        "code": problem.code,
        "trace_id": request.scope.get("trace_id", ""),
        **problem.members(chinese=chinese),
    }


def problem_answer(request: Request, problem: Problem) -> Response:
    """The problem as a response."""
    return Response(
        msgspec.json.encode(problem_body(request, problem)),
        problem.status,
        {
            **problem.headers,
            "Content-Language": "zh-CN" if prefers_chinese(request) else "en",
        },
        "application/problem+json",
    )


def unavailable() -> Problem:
    """503: the store is away, or what has to be known first is still being read."""
    return Problem(503, "unavailable", headers={"Retry-After": "2"})


def peer_unavailable() -> Problem:
    """503: the service that the answer is to come from did not give one that can be read."""
    return Problem(503, "peer-unavailable", headers={"Retry-After": "2"})


def malformed(error: ValidationError | RequestValidationError) -> MalformedError:
    """What a model refused: each place, and what was expected there; never what came instead."""
    return MalformedError(*places_of(error.errors()))


def to_problem(request: Request, error: Exception) -> Problem:
    """Which answer an error is; one that nobody foresaw is logged."""
    problem = _problem_of(error)
    if problem.code == "internal":
        log.error("request failed", path=request.url.path, exc_info=error)
    return problem


def _problem_of(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case BrokenRuleError():
            return _broken_rule(error)
        case StaleVersionError():
            return Problem(412, "stale-version", current_version=error.actual)
        case IdempotencyKeyReusedError():
            return Problem(422, "idempotency-key-reused")
        case StreamConflictError():
            return Problem(409, "lost-race")
        case StoreUnavailableError():
            return unavailable()
        case UnstorableEventError() | UnstorableRowError():
            return MalformedError(("", ("含有无法保存的内容。", "holds what no store can keep")))
        case RequestValidationError():
            return malformed(error)
        case HTTPException():
            return _framework_problem(error)
        case _:
            return Problem(500, "internal")


def _broken_rule(error: BrokenRuleError) -> Problem:
    headers = {"Retry-After": "1"} if isinstance(error, NotYetKnownError) else {}
    titles = (error.zh, error.en)
    return Problem(_status_of(error), error.code, titles=titles, headers=headers, **error.members)


def _status_of(error: BrokenRuleError) -> int:
    match error:
        case UnknownSubjectError():
            return 404
        case ErasedError():
            return 410
        case NotYetKnownError():
            return 503
        case _:
            return 409


def _framework_problem(error: HTTPException) -> Problem:
    codes = {404: "not-found", 405: "method-not-allowed", 413: "too-large"}
    code = codes.get(error.status_code, "malformed")
    return Problem(error.status_code, code, headers=error.headers)


def _methods_at(request: Request, named: str) -> str:
    """All of them (RFC 9110): Starlette names those of the first route that is there."""
    there = [one for one in request.app.routes if one.matches(request.scope)[0] is not Match.NONE]
    found = {method for one in there for method in getattr(one, "methods", ())}
    return ", ".join(sorted(found.union(filter(None, named.split(", ")))))


def install_problems(app: FastAPI) -> None:
    """Answers every error of the app's routes."""

    async def handle(request: Request, error: Exception) -> Response:
        problem = to_problem(request, error)
        if problem.code == "method-not-allowed":
            problem.headers = {"Allow": _methods_at(request, problem.headers.get("Allow", ""))}
        return problem_answer(request, problem)

    async def forget(_request: Request, _error: Exception) -> Response:
        """Who left in the middle of a body hears no answer, and it is no fault of ours."""
        return Response(status_code=400)

    app.add_exception_handler(ClientDisconnect, forget)
    for kind in (
        Problem,
        BrokenRuleError,
        StaleVersionError,
        IdempotencyKeyReusedError,
        StreamConflictError,
        StoreUnavailableError,
        UnstorableEventError,
        UnstorableRowError,
        RequestValidationError,
        HTTPException,
        Exception,
    ):
        app.add_exception_handler(kind, handle)
