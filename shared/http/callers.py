"""Who calls, what they may, and under which idempotency key."""

import hashlib
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import msgspec
from fastapi import Request
from pydantic import BaseModel

from shared.command_handler import IDEMPOTENCY, Identity
from shared.contracts.terms import same_person
from shared.group_commit import EventStore
from shared.http.problems import MalformedError, Problem
from shared.keys import EVERY_DEPARTMENT, ApiKey, KeyFile, Scope
from shared.messaging.envelope import Cause
from shared.secret import keyed_hash

MAX_KEY = 255
FOR_ALL = (
    "此操作涉及所有部门的工单，请使用可查看全部部门（*）的密钥。",
    "This concerns the tickets of all departments: use a key that sees every one (`*`).",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request, and the trace that the request belongs to."""

    key: ApiKey
    correlation_id: UUID
    traceparent: str

    @property
    def cause(self) -> Cause:
        return Cause(
            actor=self.key.client,
            correlation_id=self.correlation_id,
            traceparent=self.traceparent,
        )


def key_of(request: Request) -> ApiKey:
    """The key that the request gives.

    Raises Problem 401, and what was found wrong with the request before it came to its route.
    """
    refusal: Problem | None = request.scope.get("refusal")
    if refusal is not None:
        raise refusal
    keys: KeyFile = request.app.state.keys
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    key = keys.find(token.strip()) if kind.lower() == "bearer" else None
    if key is None:
        raise Problem(401, "unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    return key


def authorize(request: Request, scope: Scope) -> Caller:
    """The caller, if its key has the scope. Raises Problem 401, 403."""
    key = key_of(request)
    if not key.may(scope):
        raise Problem(403, "forbidden", required_scope=scope)
    trace_id: str = request.scope["trace_id"]
    return Caller(key, UUID(hex=trace_id), request.scope["traceparent"])


def authorize_for_all(request: Request, scope: Scope) -> Caller:
    """As `authorize`, for what concerns everybody's tickets. Raises Problem 401, 403."""
    caller = authorize(request, scope)
    if not caller.key.may_see("", None):
        raise Problem(403, "forbidden", titles=FOR_ALL, required_departments=EVERY_DEPARTMENT)
    return caller


async def sees(
    store: EventStore,
    caller: Caller,
    client: str,
    department: str | None,
    identity: Identity | None = None,
) -> bool:
    """Whether a ticket of that client, now with that department, is there for this caller.

    Or was when the same request first came: who passed it on no longer sees it, but is answered
    again if asked again.
    """
    if caller.key.may_see(client, department):
        return True
    return await was_asked(store, identity)


async def was_asked(store: EventStore, identity: Identity | None) -> bool:
    """Whether the same request came before: whoever made it is answered again."""
    return identity is not None and await store.get(IDEMPOTENCY, identity.key) is not None


def is_about(key: ApiKey, person: str | None) -> bool:
    """Whether the key is that of the person complained about: to them it isn't there (C-10)."""
    return same_person(key.client, person)


def identity_of(
    request: Request, caller: Caller, body: BaseModel, external_id: str | None = None
) -> Identity | None:
    """The command's identity: the external id, else the Idempotency-Key; None without either.

    Raises MalformedError for a key that is empty, longer than 255 or not printable ASCII.
    """
    key = _idempotency_key(request)
    scope: tuple[str, ...]
    if external_id is not None:
        scope = ("external-id", external_id)
    elif key is not None:
        scope = (request.method, request.scope["path"], key)
    else:
        return None
    secret: bytes = request.app.state.secret
    joined = "\0".join((caller.key.client, *scope)).encode()
    return Identity(hashlib.sha256(joined).hexdigest(), fingerprint_of(secret, body))


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is None or (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        return key
    raise MalformedError(
        (
            "",
            (
                "Idempotency-Key 须为 1 至 255 个可见 ASCII 字符。",
                "Idempotency-Key takes 1 to 255 printable ASCII characters",
            ),
        )
    )


def needed_identity_of(request: Request, caller: Caller, body: BaseModel) -> Identity:
    """The same of a call that makes something, which a repeat must find again.

    Raises MalformedError, and Problem 400 without a key.
    """
    identity = identity_of(request, caller, body)
    if identity is None:
        raise Problem(400, "idempotency-key-required")
    return identity


def id_for(what: str, identity: Identity | None) -> UUID:
    """The id of what a request makes: the same for the same request; any without a key."""
    return uuid5(NAMESPACE_URL, f"{what}/{identity.key}") if identity else uuid4()


def fingerprint_of(secret: bytes, body: BaseModel) -> str:
    """The keyed hash of what the body says, in whatever order and with or without its defaults.

    So a retry is still a retry after a release that gave the model another optional field.
    """
    said = body.model_dump(mode="json", exclude_defaults=True)
    return keyed_hash(secret, msgspec.json.encode(said, order="sorted").decode()).hex()
