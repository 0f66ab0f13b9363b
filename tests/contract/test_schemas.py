"""The published language as files: up to date, valid, and changed only in ways that others bear."""

import copy
import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from shared.codec import REGISTRY
from shared.contracts import schemas
from shared.contracts.asyncapi import HEADERS, OPTIONAL
from shared.contracts.compatibility import breaches
from shared.contracts.schemas import DOCS, documents, text_of
from tests.resources.need import required
from tests.unit.shared.messaging.records import record

PARSER = "@asyncapi/parser@3.6.3"
QUIETLY = ("--silent", "--no-audit", "--no-fund", "--ignore-scripts")
WANTED = dict(documents())


@pytest.mark.parametrize("path", WANTED)
def test_a_committed_document_is_what_the_code_says(path: str) -> None:
    file = DOCS / path

    assert file.exists(), "run: python -m shared.contracts.schemas"
    assert file.read_text() == text_of(WANTED[path]), "run: python -m shared.contracts.schemas"


def test_no_document_is_left_of_an_event_that_is_gone() -> None:
    assert {str(file.relative_to(DOCS)) for file in DOCS.glob("events/*/*")} <= set(WANTED)


def test_committed_events_changed_only_by_optional_fields() -> None:
    assert schemas.refusals() == []


def test_every_event_of_every_service_is_in_the_document() -> None:
    channels = WANTED["asyncapi.json"]["channels"]

    assert {service: set(channel["messages"]) for service, channel in channels.items()} == {
        service: set(events) for service, events in REGISTRY.items()
    }


def test_the_document_names_the_headers_that_are_sent() -> None:
    assert {name for name, _ in record().headers} == HEADERS.keys() - OPTIONAL


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> Sequence[str]:
    """What AsyncAPI's own parser says of the document, and of a broken one: loading it is slow."""
    broken = copy.deepcopy(dict(WANTED["asyncapi.json"]))
    broken["channels"]["intake"]["messages"]["x.v1"] = {"$ref": "#/components/messages/none"}
    file = tmp_path_factory.mktemp("broken") / "asyncapi.json"
    file.write_text(text_of(broken))
    script = Path(__file__).with_name("validate_asyncapi.mjs")
    said = subprocess.run(
        ["node", script, parser(), DOCS / "asyncapi.json", file],
        capture_output=True,
        text=True,
        check=True,
    )
    return [str(found) for found in json.loads(said.stdout)]


def test_asyncapis_own_parser_finds_nothing_wrong(findings: Sequence[str]) -> None:
    assert findings[0] == ""


def test_the_parser_would_find_something_wrong(findings: Sequence[str]) -> None:
    assert findings[1]


def parser() -> Path:
    """The folder into which npm put AsyncAPI's parser, the first time over the network."""
    cache = os.environ.get("HUIYIN_CACHE")
    folder = (Path(cache) if cache else Path.home() / ".cache" / "huiyin") / "asyncapi-parser"
    if (folder / "node_modules" / "@asyncapi" / "parser").exists():
        return folder
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing("no AsyncAPI parser: install Node.js with npm")
    fetched = subprocess.run(
        [npm, "install", *QUIETLY, "--prefix", str(folder), PARSER],
        capture_output=True,
        check=False,
    )
    if fetched.returncode != 0:
        missing(f"no AsyncAPI parser: npm cannot fetch {PARSER}")
    return folder


def missing(sentence: str) -> NoReturn:
    if "node" in required():
        pytest.fail(f"HUIYIN_TEST_REQUIRE names node: {sentence}", pytrace=False)
    pytest.skip(sentence)


OLD: dict[str, Any] = {
    "title": "ticket-answered.v1",
    "type": "object",
    "properties": {"round": {"type": "integer"}, "case": {"$ref": "#/$defs/Case"}},
    "required": ["round", "case"],
    "$defs": {
        "Case": {
            "type": "object",
            "properties": {"tier": {"enum": ["gold", "silver"]}, "area": {"type": "string"}},
            "required": ["tier"],
        }
    },
}


def changed(*path: str, to: object = None) -> dict[str, Any]:
    """The schema with one place set, or taken away."""
    new = copy.deepcopy(OLD)
    place = new
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return new


@pytest.mark.parametrize(
    "new",
    [
        changed("description", to="said better"),
        changed("properties", "rating", to={"type": "integer"}),
        changed("$defs", "Case", "properties", "branch", to={"type": "string"}),
        changed("$defs", "Text", to={"type": "object"}),
    ],
)
def test_an_added_optional_field_is_borne(new: dict[str, Any]) -> None:
    assert list(breaches(OLD, new)) == []


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (changed("properties", "round"), "/round is gone"),
        (changed("properties", "round", "type", to="string"), "/round has another type"),
        (changed("required", to=["round"]), "/case is no longer required"),
        (changed("required", to=["round", "case", "at"]), "/at became required"),
        (
            changed("$defs", "Case", "properties", "tier", "enum", to=["gold"]),
            "/Case/tier has another enum",
        ),
        (changed("$defs", "Case", "required", to=["tier", "area"]), "/Case/area became required"),
        (changed("additionalProperties", to=False), "the event has another additionalProperties"),
    ],
)
def test_any_other_change_is_refused(new: dict[str, Any], said: str) -> None:
    assert said in list(breaches(OLD, new))


def test_writing_refuses_what_was_changed_otherwise(tmp_path: Path) -> None:
    schemas.write(tmp_path)
    assert schemas.refusals(tmp_path) == []

    file = tmp_path / "events" / "intake" / "ticket-withdrawn.v1.json"
    old = json.loads(file.read_text())
    old["properties"]["withdrawn_by"] = {"type": "string"}
    file.write_text(text_of(old))
    (tmp_path / "events" / "intake" / "ticket-lost.v1.json").write_text("{}")

    assert schemas.refusals(tmp_path) == [
        "events/intake/ticket-lost.v1.json: an event once published stays.",
        "events/intake/ticket-withdrawn.v1.json: /withdrawn_by is gone.",
    ]
