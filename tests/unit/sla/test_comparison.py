"""What another regulation would make of a ticket, and of all that it leaves alone."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from services.sla.domain.comparison import FIGURES, Comparison, compare
from services.sla.domain.facts import Fact
from services.sla.domain.regulation import Regulation
from shared.packs.foreign import read_foreign_calendar, read_foreign_pack
from shared.packs.reading import WrongDataError
from tests.unit.sla import examples as ex
from tests.unit.sla.versioning import next_version

MONDAY = ex.at("2026-11-23 10:00")


def draft(limit: str) -> Regulation:
    return ex.REGULATIONS.compiled(read_foreign_pack(next_version(limit)))


def compared(limit: str, now: datetime, *facts: Fact) -> Comparison:
    return compare(ex.facts_of(*facts), ex.whole("hotline-400"), draft(limit), now)


def test_the_regulation_in_force_changes_nothing() -> None:
    facts = ex.facts_of(ex.registered(MONDAY), ex.offered(MONDAY))
    now = MONDAY + ex.minutes(60 * 24 * 30)
    found = compare(facts, ex.whole("hotline-400"), ex.whole("hotline-400"), now)
    assert found.changes == ()
    assert found.counts["changed"] == 0
    assert found.counts["misses_before"] == found.counts["misses_after"] > 0


def test_a_shorter_limit_moves_the_deadline_and_brings_a_miss_and_escalations() -> None:
    """H-12: three workdays today; under the draft one, of which the end has passed."""
    now = ex.at("2026-11-25 09:30")
    found = compared("1wd", now, ex.registered(MONDAY), ex.offered(MONDAY), ex.accepted(MONDAY))
    change, notice = found.changes
    assert (change.key.name, change.key.round) == ("answer", 1)
    assert (notice.key.name, notice.before) == ("overdue-notice", None)
    assert change.before is not None
    assert change.after is not None
    assert ex.local(change.before.due_at) == "2026-11-26 17:30"
    assert ex.local(change.after.due_at) == "2026-11-24 17:30"
    assert (change.before.state, change.after.state) == ("running", "missed")
    assert (change.before.escalations, change.after.escalations) == (
        ("level-1",),
        ("warning", "level-2"),
    )
    counts = found.counts
    assert counts["misses_after"] - counts["misses_before"] == 1
    assert counts["escalations_after"] - counts["escalations_before"] == 1
    assert (counts["tickets"], counts["changed"], counts["deadlines_moved"]) == (1, 1, 1)


def test_a_longer_limit_takes_a_miss_back() -> None:
    now = ex.at("2026-12-01 09:30")
    found = compared("7wd", now, ex.registered(MONDAY), ex.offered(MONDAY))
    change = found.changes[0]
    assert change.key.name == "answer"
    assert change.before is not None
    assert change.after is not None
    assert (change.before.missed, change.after.missed) == (True, False)


def test_what_follows_from_a_miss_goes_with_it() -> None:
    """H-14: where nothing is overdue, nobody is owed a notice of it."""
    now = ex.at("2026-12-01 09:30")
    found = compared("7wd", now, ex.registered(MONDAY), ex.offered(MONDAY))
    gone = [change for change in found.changes if change.after is None]
    assert [change.key.name for change in gone] == ["overdue-notice"]
    assert found.counts["clocks_removed"] == 1
    assert gone[0].moves_deadline is False
    back = compare(
        ex.facts_of(ex.registered(MONDAY), ex.offered(MONDAY)),
        draft("7wd"),
        ex.whole("hotline-400"),
        now,
    )
    assert (back.counts["clocks_added"], back.counts["clocks_removed"]) == (1, 0)


def test_a_clock_that_was_met_and_would_have_been_missed_is_met_late() -> None:
    told = ex.notified(ex.at("2026-11-26 10:00"))
    found = compared("1wd", ex.at("2026-12-20 10:00"), ex.registered(MONDAY), told)
    change = found.changes[0]
    assert change.before is not None
    assert change.after is not None
    assert (change.before.state, change.after.state) == ("met", "met_late")
    assert "level-2" in change.after.escalations
    assert "level-2" not in change.before.escalations


def test_of_a_ticket_whose_registration_was_not_heard_there_is_nothing_to_compare() -> None:
    found = compared("1wd", MONDAY, ex.accepted(MONDAY))
    assert found.changes == ()
    assert {found.counts[name] for name in FIGURES if name != "tickets"} == {0}


def test_a_draft_in_json_is_read_as_one_in_yaml() -> None:
    rule = {"clause": "H-12", "limit": "1wd", "ladder": "full"}
    clock = {
        "name": "answer",
        "from": ["ticket-registered", "round-started"],
        "until": ["customer-notified-result", "ticket-answered"],
        "calendar": "office",
        "rules": [rule],
    }
    as_json = {"extends": "hotline-400", "name": "hotline-400", "version": 2, "clocks": [clock]}
    assert read_foreign_pack(as_json) == read_foreign_pack(next_version("1wd"))


DEEP = "[" * 40
BOMB = "a: &a [x, x]\nb: &b [*a, *a]\n"


@pytest.mark.parametrize("read", [read_foreign_pack, read_foreign_calendar])
@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (DEEP, 1, "nested deeper than 32"),
        ("[" * 30_000, 1, "nested deeper than 32"),
        (BOMB, 1, "no anchors and aliases"),
        ("name: x\nversion: *a", 2, "no anchors and aliases"),
        ("name: x\nversion: !!timestamp now", 2, "takes no tags"),
        ("name: !!python/object/apply:os.system [ls]", 1, "takes no tags"),
        (f"version: {'9' * 5000}", 1, "a number that cannot be read"),
        ("x" * 70_000, 1, "longer than 65536 characters"),
        ("version: 0x_", 1, "a number that cannot be read"),
        ("name: x\nname: y", 2, "'name' is given twice"),
        ("name: [", 1, "expected"),
        ("", 1, "Expected `object`"),
        ("name: x\n\x07", 2, "a character that no YAML may hold"),
        ("yes: 1", 1, ""),
        ({"name": 5}, 1, "name: Expected `str`"),
        ({"name": "x" * 70_000}, 1, "longer than 65536 characters"),
    ],
)
def test_what_a_request_may_not_bring_is_a_sentence(
    read: Callable[[str | dict[str, Any]], object],
    text: str | dict[str, Any],
    line: int,
    expected: str,
) -> None:
    with pytest.raises(WrongDataError, match=r"^draft, line") as error:
        read(text)
    assert expected in str(error.value)
    assert error.value.line == line
