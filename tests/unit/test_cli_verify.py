"""`huiyin export`, `huiyin verify`, `huiyin keys public`: one sentence about what is wrong."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import app, terminal, verify
from shared.evidence.keys import keys_in, public_keys

KEPT = Path(__file__).parents[1] / "contract" / "evidence" / "2026-11-30"
TICKET, KEYS = KEPT / "ticket.jsonl", KEPT / "keys.txt"
VERDICT = {
    "service": "intake",
    "state": "ok",
    "checkpoints": 2,
    "events": 12,
    "position": 12,
    "faults": [],
    "silent": None,
}
FAULT = {"copy": "service", "position": 7, "wrong": "changed"}


class Desk:
    """Answers the requests with its answers, one after the other; and with a file."""

    answers: ClassVar[list[Any]] = []
    file = b""

    def request(self, method: str, url: str, **_: object) -> httpx.Response:
        return httpx.Response(200, json=self.answers.pop(0), request=httpx.Request(method, url))

    @contextmanager
    def stream(self, method: str, url: str, **options: Any) -> Iterator[httpx.Response]:  # noqa: ANN401 - httpx's
        self.asked = url, options["params"]
        named = {"Content-Disposition": 'attachment; filename="../T1-proof.jsonl"'}
        request = httpx.Request(method, url)
        yield httpx.Response(200, content=self.file, headers=named, request=request)


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    found = Desk()
    monkeypatch.setattr("httpx.request", found.request)
    monkeypatch.setattr("httpx.stream", found.stream)
    monkeypatch.setattr(terminal, "WIDE", 2000)
    monkeypatch.setattr(verify, "LOOK_TIME", 0)
    for name, value in (("KEY", "hy_x"), ("URL", "http://huiyin"), ("DATA", str(tmp_path))):
        monkeypatch.setenv(f"HUIYIN_{name}", value)
    monkeypatch.chdir(tmp_path)
    return found


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == code, (result.output, result.exception)
    return result.stdout


def refused(*arguments: str | Path, code: int) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert (result.exit_code, result.stdout) == (code, ""), (result.output, result.exception)
    sentence = result.stderr.strip()
    assert len(sentence.splitlines()) == 1
    return sentence


def changed(tmp_path: Path) -> Path:
    """The same with a byte of the second event changed."""
    lines = TICKET.read_bytes().splitlines(keepends=True)
    lines[2] = lines[2].replace(b'"actor":"crm"', b'"actor":"crn"')
    (tmp_path / "changed.jsonl").write_bytes(b"".join(lines))
    return tmp_path / "changed.jsonl"


def test_a_whole_file_is_told_with_what_it_does_not_prove_yet() -> None:
    told = run("verify", TICKET, "--key", KEYS)
    assert told.startswith("6 events are as their services signed for them.")
    assert "1 of them are newer than the last checkpoint" in told
    found = json.loads(run("verify", TICKET, "--key", KEYS, "--json"))
    assert (found["state"], found["events"], found["uncovered"]) == ("ok", 6, 1)


def test_the_first_bad_position_is_named(tmp_path: Path) -> None:
    file = changed(tmp_path)
    told = refused("verify", file, "--key", KEYS, code=1)
    assert told == "intake, position 3: changed: what stands there is not what was signed for."
    found = json.loads(run("verify", file, "--key", KEYS, "--json", code=1))
    assert (found["wrong"], found["service"], found["position"]) == ("changed", "intake", 3)


def test_what_cannot_be_checked_is_said(tmp_path: Path) -> None:
    assert "--key" in refused("verify", TICKET, code=2)
    assert "none.jsonl" in refused("verify", "none.jsonl", "--key", KEYS, code=2)
    assert "none.txt" in refused("verify", TICKET, "--key", "none.txt", code=2)
    wrong = tmp_path / "wrong.txt"
    for text in (
        "",
        "intake rsa x",
        f"{KEYS.read_text()}{KEYS.read_text()}",
        "intake ed25519 eA==",
    ):
        wrong.write_text(text)
        assert "holds no public keys" in refused("verify", TICKET, "--key", wrong, code=2)
    assert "unreadable" in refused("verify", KEYS, "--key", KEYS, code=1)


def test_the_running_system_is_asked_until_it_has_an_answer(desk: Desk) -> None:
    begun = {"state": "running", "verification_id": str(uuid4()), "progress": 0.0, "services": []}
    done = {**begun, "state": "ok", "services": [VERDICT]}
    bad = {**VERDICT, "state": "broken", "faults": [FAULT]}
    away = {**VERDICT, "state": "incomplete", "silent": "unreachable"}
    desk.answers[:] = [begun, begun, done]
    assert "intake" in run("verify")
    desk.answers[:] = [{**done, "state": "broken", "services": [bad, away]}]
    told = run("verify", code=1)
    assert "intake, position 7, in the service's own log: changed" in told
    assert "incomplete: unreachable" in told
    desk.answers[:] = [{**done, "state": "failed"}]
    assert "failed" in run("verify", code=1)
    desk.answers[:] = [{**done, "state": "gone"}]
    assert "its process ended before it did" in run("verify", code=1)
    desk.answers[:] = [done]
    assert json.loads(run("verify", "--json")) == done


def test_a_file_is_written_here_under_the_name_that_it_was_given(
    desk: Desk, tmp_path: Path
) -> None:
    desk.file = TICKET.read_bytes()
    assert "T1-proof.jsonl" in run("export", "T1")
    assert (tmp_path / "T1-proof.jsonl").read_bytes() == desk.file
    assert desk.asked == (
        "http://huiyin/reporting/v1/tickets/T1/proof",
        {"format": "jsonl"},
    )
    run("export", "--from", "2026-11-01T00:00Z", "-o", tmp_path / "p.jsonl")
    assert desk.asked[1] == {"from": "2026-11-01T00:00Z"}
    run("export", "--to", "2026-11-01T00:00Z", "--format", "csv", "-o", tmp_path / "p.csv")
    assert desk.asked[1] == {"to": "2026-11-01T00:00Z", "format": "csv"}
    assert "huiyin verify" not in run("export", "T1", "--format", "xlsx")
    assert desk.asked[1] == {"format": "xlsx"}
    assert "--format csv" in refused("export", "--format", "xlsx", code=2)
    assert "not both" in refused("export", "T1", "--from", "2026-11-01T00:00Z", code=2)
    nowhere = tmp_path / "none" / "p.jsonl"
    assert "cannot be written" in refused("export", "T1", "-o", nowhere, code=2)


def test_public_keys_are_those_of_the_secret_and_make_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    assert "start the services" in refused("keys", "public", code=1)
    assert not secret.exists()
    secret.write_bytes(b"s" * 32)
    assert keys_in(run("keys", "public")) == public_keys(b"s" * 32)
    assert "ssss" not in run("keys", "public")
    secret.write_bytes(b"short")
    assert "no secret" in refused("keys", "public", code=2)
