"""docs/evidence-file.md is enough: a program that knows nothing else checks a file by it."""

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.contract.capture_evidence import FOLDER

Json = dict[str, Any]
Keys = dict[str, Ed25519PublicKey]
CHECKPOINT = "service", "epoch", "size", "position", "root"
STATEMENT = "service", "epoch", "stream", "length"


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def keys_of(folder: Path) -> Keys:
    found = {}
    for line in (folder / "keys.txt").read_text().splitlines():
        service, _, key = line.split()
        found[service] = Ed25519PublicKey.from_public_bytes(base64.b64decode(key))
    return found


def check_lines(keys: Keys, said: Json, form: str, *names: str) -> None:
    """The signature over what is said, a line for each thing."""
    at = datetime.fromisoformat(said["at"]).isoformat()
    lines = [form, *(str(said[name]) for name in names), at]
    text = "".join(f"{line}\n" for line in lines).encode()
    keys[said["service"]].verify(base64.b64decode(said["signature"]), text)


def check_manifest(line: str, keys: Keys) -> Json:
    manifest: Json = json.loads(line)
    signed = line.rstrip("\n").replace(f',"signature":"{manifest["signature"]}"}}', "}")
    keys["reporting"].verify(base64.b64decode(manifest["signature"]), signed.encode())
    for source in manifest["sources"]:
        for name in ("since", "checkpoint"):
            if name in source:
                check_lines(keys, source[name], "huiyin-checkpoint/1", *CHECKPOINT)
    for chain in manifest.get("chains", ()):
        if "stated" in chain:
            check_lines(keys, chain["stated"], "huiyin-stream/1", *STATEMENT)
            assert chain["stated"]["length"] <= chain["length"]
    return manifest


def digest_of(line: str, event: Json) -> bytes:
    start = line.index(',"data":') + len(',"data":')
    _, end = json.JSONDecoder().raw_decode(line, start)
    names = ("source", "epoch", "stream", "sequence", "type", "event_id", "occurred_at",
             "recorded_at", "actor", "correlation_id", "causation_id", "traceparent")  # fmt: skip
    array = ["huiyin-event/1", *(event.get(name) for name in names)]
    text = json.dumps(array, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode(), b"\n", line[start:end].encode())


def root_over(leaf: bytes, index: int, size: int, path: Sequence[str]) -> bytes:
    """By halves, as the tree is defined; the page's RFC walks it from below."""
    if size == 1:
        assert not path
        return leaf
    left = 1
    while left * 2 < size:
        left *= 2
    *lower, top = path
    if index < left:
        return sha256(b"\x01", root_over(leaf, index, left, lower), bytes.fromhex(top))
    below = root_over(leaf, index - left, size - left, lower)
    return sha256(b"\x01", bytes.fromhex(top), below)


def places(source: Json) -> Iterator[int]:
    for first, last in source["positions"]:
        yield from range(first, last + 1)


def check_file(text: str, keys: Keys) -> int:
    """How many events are proven."""
    first, *lines = text.splitlines()
    manifest = check_manifest(first, keys)
    links: dict[tuple[str, str], bytes] = {}
    proven, rest = 0, iter(lines)
    for source in manifest["sources"]:
        for position in places(source):
            line = next(rest)
            event = json.loads(line)
            assert (event["source"], event["position"]) == (source["service"], position)
            digest = digest_of(line, event)
            if manifest["scope"] == "ticket":
                key = event["source"], event["stream"]
                links[key] = sha256(b"\x02", links.get(key, bytes(32)), digest)
                assert event["link"] == links[key].hex()
            if "index" in event:
                leaf = sha256(b"\x00", position.to_bytes(8, "big"), digest)
                size = source["checkpoint"]["size"]
                root = root_over(leaf, event["index"], size, event.get("path", ()))
                assert root.hex() == source["checkpoint"]["root"]
                proven += 1
            else:
                assert position > source["checkpoint"]["position"]
    assert next(rest, None) is None
    for chain in manifest.get("chains", ()):
        assert links[chain["service"], chain["stream"]].hex() == chain["head"]
    return proven


@pytest.mark.parametrize("folder", sorted(FOLDER.iterdir()), ids=lambda one: one.name)
def test_a_file_is_checked_by_the_page_alone(folder: Path) -> None:
    keys = keys_of(folder)
    ticket, period = ((folder / f"{one}.jsonl").read_text() for one in ("ticket", "period"))
    assert (check_file(ticket, keys), check_file(period, keys)) == (5, 3)
    for text in (ticket, period):
        with pytest.raises(AssertionError):
            check_file(text.replace('"actor":"crm"', '"actor":"crn"', 1), keys)
        with pytest.raises(InvalidSignature):
            check_file(text.replace('"made_for":"auditor"', '"made_for":"nobody"'), keys)
