"""Writes what is published as JSON Schemas and an AsyncAPI document, for whoever has no Python.

`python -m shared.contracts.schemas` writes them to docs; a test holds that they are up to date.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from shared.codec import REGISTRY, UNPUBLISHED
from shared.contracts.asyncapi import asyncapi
from shared.contracts.compatibility import breaches
from shared.contracts.terms import Event

DOCS = Path(__file__).parents[2] / "docs"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(name: str, kind: type[Event]) -> dict[str, Any]:
    """The event's JSON Schema, complete in itself."""
    schema = msgspec.json.schema(kind)
    definitions: dict[str, Any] = schema.pop("$defs")
    own = definitions.pop(schema.pop("$ref").rpartition("/")[2])
    document = {"$schema": DIALECT, **own, "title": name}
    whole = {**document, "$defs": definitions} if definitions else document
    read: dict[str, Any] = json.loads(json.dumps(whole))  # as it is read: a tuple is a list
    return read


def documents() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each document's path below docs, and what it has to hold."""
    for service, events in {**REGISTRY, **UNPUBLISHED}.items():
        for name, kind in events.items():
            yield f"events/{service}/{name}.json", schema_of(name, kind)
    yield "asyncapi.json", asyncapi()


def text_of(document: Mapping[str, Any]) -> str:
    """The document as its file holds it."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def refusals(docs: Path = DOCS) -> list[str]:
    """What was changed in another way than by an optional field, a sentence each."""
    wanted = dict(documents())
    found = []
    for file in sorted((docs / "events").glob("*/*.json")):
        path = str(file.relative_to(docs))
        if path not in wanted:
            found.append(f"{path}: an event once published stays.")
            continue
        found += [f"{path}: {one}." for one in breaches(json.loads(file.read_text()), wanted[path])]
    return found


def write(docs: Path = DOCS) -> None:
    """Writes every document, and takes away what is no longer one."""
    wanted = dict(documents())
    for file in (docs / "events").glob("*/*.json"):
        if str(file.relative_to(docs)) not in wanted:
            file.unlink()
    for path, document in wanted.items():
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_text(text_of(document))


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m shared.contracts.schemas")
    parser.add_argument(
        "--unreleased", action="store_true", help="nobody stored such events yet: change them"
    )
    if not parser.parse_args().unreleased and (found := refusals()):
        sys.exit("\n".join([*found, "Only optional fields may be added: make a new version."]))
    write()


if __name__ == "__main__":
    main()
