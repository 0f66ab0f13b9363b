"""The document of an app: what its routes read by themselves, and what holds for all of them."""

from typing import Any, get_args, get_origin

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "1 to 255 printable ASCII characters: a retry under it gets the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
IF_MATCH: dict[str, Any] = {
    "name": "If-Match",
    "in": "header",
    "description": "The ETag that was read: 412 if it is another by now, 428 without; * is any.",
    "schema": {"type": "string"},
}
PROBLEM = {
    "type": "object",
    "description": "Why it was not done (RFC 9457).",
    "required": ["type", "title", "status", "code", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "For people, by Accept-Language."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs; never changes."},
        "trace_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string", "description": "RFC 6901"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
PROBLEM_ANSWER = {
    "description": "A problem.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def answer_of(kind: Any) -> dict[str, Any]:  # noqa: ANN401 - a type of msgspec's
    """What OpenAPI must be told of what a route answers with; `list[View]` is a page of them.

    A service's schemas bear its name, for all services share one document in one process.
    """
    one = get_args(kind)[0] if get_origin(kind) is list else kind
    package, service, *_ = one.__module__.split(".")
    owner = service.title() if package == "services" else ""
    template = f"#/components/schemas/{owner}{{name}}"
    (reference,), schemas = msgspec.json.schema_components((one,), ref_template=template)
    return {
        "x-schemas": {f"{owner}{name}": schema for name, schema in schemas.items()},
        "x-answer": reference if one is kind else _page_of(reference),
    }


def _page_of(item: dict[str, Any]) -> dict[str, Any]:
    properties = {
        "items": {"type": "array", "items": item},
        "next_cursor": {
            "type": ["string", "null"],
            "description": "The `cursor` of the next page.",
        },
    }
    return {"type": "object", "required": list(properties), "properties": properties}


def openapi(app: FastAPI) -> dict[str, Any]:
    """The app's OpenAPI document, kept for the next one who asks."""
    schema = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=app.servers,
    )
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for path, operations in schema.get("paths", {}).items():
        for method, operation in operations.items():
            schemas.update(operation.pop("x-schemas", {}))
            operation["security"] = [{"apiKey": []}] if "/v1/" in path else []
            answered = operation.pop("x-answer", {})
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    response["content"]["application/json"]["schema"] = answered
            operation["responses"]["default"] = PROBLEM_ANSWER
            needed = operation.pop("x-needs", None)
            if method == "post":
                headers = [IDEMPOTENCY_KEY, IF_MATCH] if "{" in path else [IDEMPOTENCY_KEY]
                said = [{**one, "required": one["name"] == needed} for one in headers]
                operation["parameters"] = [*operation.get("parameters", ()), *said]
    components["securitySchemes"] = {"apiKey": {"type": "http", "scheme": "bearer"}}
    app.openapi_schema = schema
    return schema
