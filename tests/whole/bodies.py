"""Bodies for any command, likely and unlikely ones, made from what the service's document says.

A command that is new in a document is tried without a line here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from shared.directory import load_directory
from tests.unit.support.calls import COMMANDS
from tests.whole.product import PEOPLE, Json

DEPARTMENTS = [one.code for one in load_directory(None).departments]
KNOWN: Mapping[str, Json] = {one.path: one.body for one in COMMANDS if one.body is not None}
"""A body for each command that succeeds where it may be given at all."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
HAPPENED = (-MINUTE, -HOUR, -DAY, -30 * DAY, HOUR, timedelta(seconds=30))
TO_COME = (HOUR, 2 * DAY, 30 * DAY, -HOUR, 20 * 365 * DAY)


@dataclass(frozen=True)
class Writer:
    """Makes bodies; the same ones for the same `random`."""

    random: Random
    schemas: Json
    now: datetime
    other_ticket: str

    def body(self, path: str, schema: Json) -> Json:
        """Half of them are known to be good; of the rest, each part may be anything it may be."""
        if path in KNOWN and self.random.random() < 0.5:
            body: Json = json.loads(json.dumps(KNOWN[path]))
            self._renew(body)
        else:
            body = self._value("", schema)
        if self.random.random() < 0.7:
            body.pop("at", None)
        return body

    def _renew(self, body: Json) -> None:
        """Examples name fixed times and tickets."""
        for name, value in body.items():
            if name in {"until", "from"}:
                late = 2 * HOUR if name == "until" else HOUR
                body[name] = (self.now + late).isoformat()
            elif name == "at":
                body[name] = (self.now - MINUTE).isoformat()
            elif name == "into":
                body[name] = self.other_ticket
            elif isinstance(value, dict):
                self._renew(value)

    def _value(self, name: str, schema: Json) -> Any:  # noqa: ANN401 - JSON
        if "$ref" in schema:
            return self._value(name, self.schemas[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            return self._value(name, self.random.choice(schema["anyOf"]))
        if "enum" in schema or "const" in schema:
            return self.random.choice(schema.get("enum") or [schema["const"]])
        match schema.get("type"):
            case "object":
                return self._object(schema)
            case "boolean":
                return self.random.random() < 0.5
            case "integer":
                return self.random.randint(schema.get("minimum", 0), schema.get("maximum", 9))
            case "array":
                return [self._value(name, schema["items"])]
            case "string":
                return self._text(name, schema)
            case _:
                return None

    def _object(self, schema: Json) -> Json:
        required = schema.get("required", ())
        return {
            name: self._value(name, one)
            for name, one in schema["properties"].items()
            if name in required or self.random.random() < 0.4
        }

    def _text(self, name: str, schema: Json) -> str:
        match schema.get("format"), name:
            case "date-time", "at" | "received_at" | "information_passed_at":
                return (self.now + self.random.choice(HAPPENED)).isoformat()
            case "date-time", _:
                return (self.now + self.random.choice(TO_COME)).isoformat()
            case "uuid", _:
                return self.other_ticket
            case _ if "department" in name:
                return self.random.choice([*DEPARTMENTS, "nowhere"])
            case _, "handler":
                return self.random.choice(PEOPLE)
            case _:
                return f"说明 {self.random.randrange(100)}"
