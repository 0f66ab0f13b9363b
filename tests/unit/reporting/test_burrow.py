"""Each of Burrow's rules, and the later fix: a rest is no stop."""

from datetime import datetime, timedelta

import pytest

from services.reporting.burrow import WINDOW, Judgement, Sample, judge, worst_of
from tests.unit.reporting.examples import minute

NOW = minute(10)
STEP = timedelta(seconds=5)


def given(*places: tuple[int, int], ago: timedelta = STEP) -> list[Sample]:
    """Samples of position and lag, five seconds apart, the last one `ago`."""
    last = NOW - ago
    return [
        Sample(last - STEP * (len(places) - number), position, lag)
        for number, (position, lag) in enumerate(places, 1)
    ]


def then(window: list[Sample], lag: int | None, now: datetime = NOW) -> tuple[str, str]:
    found = judge(window, lag, now)
    return found.verdict, found.reason


def test_who_has_read_all_is_well_whatever_was_before() -> None:
    stood_still = given(*[(5, 3)] * WINDOW)
    assert then(stood_still, 0) == ("OK", "read-to-the-end")


def test_rule_1_who_was_at_the_end_lately_is_well() -> None:
    assert then(given((5, 4), (9, 0), (9, 7), (9, 9)), 9) == ("OK", "was-at-the-end")


def test_rule_2_who_went_back_rewinds() -> None:
    assert then(given((50, 4), (20, 34), (60, 1)), 1) == ("REWIND", "went-back")


def test_rule_3_who_says_nothing_for_longer_than_it_spoke_has_stopped() -> None:
    spoke = given((1, 9), (2, 9), (3, 9), ago=timedelta(seconds=31))
    assert then(spoke, 9) == ("STOPPED", "says-nothing")
    ten = [(number, 20) for number in range(WINDOW)]
    for silence, verdict in ((44, "WARN"), (46, "STOPPED")):
        assert then(given(*ten, ago=timedelta(seconds=silence)), 20)[0] == verdict


def test_the_later_fix_a_message_after_a_rest_is_no_stop() -> None:
    rested = given((7, 1), (8, 1), ago=timedelta(minutes=5))
    assert judge(rested, 1, NOW, ends=()).verdict == "STOPPED"
    assert judge(rested, 1, NOW, ends=(8, 9)).verdict == "OK"
    assert judge(rested, 1, NOW, ends=(9, 9)).verdict == "STOPPED"


def test_rule_4_who_speaks_and_does_not_move_is_stalled() -> None:
    assert then(given(*[(5, 3)] * WINDOW), 3) == ("STALLED", "does-not-move")


def test_rule_5_who_moves_and_never_gains_is_slow() -> None:
    assert then(given(*[(number, 3 + number) for number in range(WINDOW)]), 20) == (
        "WARN",
        "falls-behind",
    )


def test_rule_6_who_gained_once_is_well() -> None:
    places = [(number, 30) for number in range(WINDOW - 1)]
    assert then(given(*places, (WINDOW, 29)), 29) == ("OK", "gains")


@pytest.mark.parametrize("seen", range(WINDOW))
def test_before_the_window_is_full_nobody_is_called_slow_or_stalled(seen: int) -> None:
    assert then(given(*[(5, 3)] * seen), 3) == ("OK", "watching")


def test_an_alarm_of_its_own_is_an_error_and_silence_is_not_known() -> None:
    assert judge(given((5, 0)), 0, NOW, alarm="record missing") == Judgement("ERR", "alarm")
    assert then(given((5, 0)), None) == ("UNKNOWN", "not-known")


def test_a_group_is_as_its_worst_partition_and_an_error_is_an_error() -> None:
    well, slow = Judgement("OK", "gains"), Judgement("WARN", "falls-behind")
    stalled = Judgement("STALLED", "does-not-move")
    assert worst_of([well, slow, well]) == slow
    assert worst_of([well, stalled, slow]) == Judgement("ERR", "does-not-move")
    assert worst_of([well, Judgement("UNKNOWN", "not-known"), slow]).verdict == "UNKNOWN"
