"""Lists for people: no terminal cuts what somebody has to copy."""

from uuid import uuid4

import pytest
from rich.console import Console

from services.cli import lists, terminal
from services.cli.terminal import WIDE
from tests.unit.support.scripted import ScriptedDesk, huiyin, scripted

ESCALATION = {
    "escalation_id": str(uuid4()),
    "ticket_id": str(uuid4()),
    "raised_at": "2026-11-30T02:00:00Z",
    "step": "warning",
    "clock": "handling-notice",
    "addressee": ["zhang-min", "li-na", "wu-xia", "zhou-ting", "cui-jun"],
    "state": "open",
}
NUMBERED = ESCALATION["escalation_id"], ESCALATION["ticket_id"]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> ScriptedDesk:
    return scripted(monkeypatch, (200, {"items": [ESCALATION], "next_cursor": None}))


def test_a_pipe_gets_a_line_with_whole_ids(
    desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(terminal, "WIDE", WIDE)
    said = huiyin("escalations", "list")
    assert any(all(str(one) in line for one in NUMBERED) for line in said.splitlines())
    assert len(desk.asked) == 1


def test_a_narrow_terminal_gets_a_line_for_each_word_of_what_is_too_wide(
    desk: ScriptedDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    narrow = Console(width=80, force_terminal=True, color_system=None)
    monkeypatch.setattr(lists, "console", lambda: narrow)
    said = huiyin("escalations", "list")
    assert all(str(one) in said for one in NUMBERED)
    assert "…" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert len(desk.asked) == 1
