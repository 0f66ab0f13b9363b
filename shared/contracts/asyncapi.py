"""The topics, described in AsyncAPI 3.0.

https://www.asyncapi.com/docs/reference/specification/v3.0.0
"""

from typing import Any

import msgspec

from shared.codec import REGISTRY
from shared.contracts.terms import Event
from shared.messaging.topics import PARTITIONS, topic_of

SCHEMAS = "#/components/schemas/"
HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ce_specversion": ("CloudEvents version", {"const": "1.0"}),
    "ce_id": ("The event's id", {"format": "uuid"}),
    "ce_source": ("Who published it, as /huiyin/intake", {"format": "uri-reference"}),
    "ce_type": ("The event's type, as huiyin.intake.ticket-registered.v1", {}),
    "ce_time": (
        "When it was recorded; `at` in the data is when it happened",
        {"format": "date-time"},
    ),
    "ce_subject": ("What it is about, also the key: a ticket, contact, task …", {"format": "uuid"}),
    "ce_sequence": (
        "Version of the subject's stream in its service, from 1",
        {"pattern": "^[0-9]+$"},
    ),
    "ce_position": ("Place in the publisher's log; rising, with gaps", {"pattern": "^[0-9]+$"}),
    "ce_previous": (
        "Position of the publisher's previous record in this partition; 0 for the first",
        {"pattern": "^[0-9]+$"},
    ),
    "ce_epoch": ("The publisher's store: in another one, positions begin anew", {"format": "uuid"}),
    "ce_correlationid": ("What began it all", {"format": "uuid"}),
    "ce_causationid": ("The event that brought it about, if one did", {"format": "uuid"}),
    "ce_actor": ("Who did it", {}),
    "traceparent": ("W3C trace context, if there was one", {}),
    "content-type": ("Of the value", {"const": "application/json"}),
}
OPTIONAL = {"ce_causationid", "traceparent"}


def asyncapi() -> dict[str, Any]:
    """The document: a channel for each service's topic, with every event that it carries."""
    kinds = [kind for events in REGISTRY.values() for kind in events.values()]
    _, schemas = msgspec.json.schema_components(kinds, ref_template=SCHEMAS + "{name}")
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Huiyin events",
            "version": "1.0.0",
            "description": "CloudEvents 1.0 in binary mode. Delivery is at least once, in order "
            "per subject: a record at or below the last position handled is a repeat.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {service: _channel(service) for service in REGISTRY},
        "operations": {f"publish-{service}": _operation(service) for service in REGISTRY},
        "components": {
            "messages": {
                f"{service}.{name}": _message(service, name, kind)
                for service, events in REGISTRY.items()
                for name, kind in events.items()
            },
            "schemas": {**schemas, "Headers": _headers()},
        },
    }


def _channel(service: str) -> dict[str, Any]:
    return {
        "address": topic_of(service),
        "messages": {
            name: {"$ref": f"#/components/messages/{service}.{name}"} for name in REGISTRY[service]
        },
        "bindings": {
            "kafka": {
                "topic": topic_of(service),
                "partitions": PARTITIONS,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1},
            }
        },
    }


def _operation(service: str) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{service}"},
        "summary": f"Everything that {service} stored, in the order of its log.",
    }


def _message(service: str, name: str, kind: type[Event]) -> dict[str, Any]:
    return {
        "name": f"huiyin.{service}.{name}",
        "title": name,
        "summary": (kind.__doc__ or "").strip(),
        "headers": {"$ref": SCHEMAS + "Headers"},
        "payload": {"$ref": SCHEMAS + kind.__name__},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}}},
    }


def _headers() -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": meaning, **rule}
            for name, (meaning, rule) in HEADERS.items()
        },
        "required": [name for name in HEADERS if name not in OPTIONAL],
    }
