"""China's official days: the library, a second opinion, and the operator's file."""

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest

from shared.china import china_days
from shared.packs import WrongDataError

NOTICE = """
notices:
  - year: 2027
    source: https://www.gov.cn/notice-2027
    days_off: [2027-01-01, 2027-02-05..2027-02-11]
    makeup_days: [2027-02-20, 2026-12-26 as friday]
  - year: 2026
    source: corrected by telephone
    days_off: [2026-10-10]
    makeup_days: [2026-10-07]
"""


def is_workday(day: date, file: Path | None = None) -> bool:
    official = china_days(file).year(day.year)
    if day in official.makeup_days:
        return True
    return day.weekday() < 5 and day not in official.days_off


@pytest.mark.parametrize("year", range(2018, 2027))
def test_every_day_agrees_with_a_second_library(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(366)]
    days = [day for day in days if day.year == year]

    second_opinion = [chinese_calendar.is_workday(day) for day in days]  # type: ignore[no-untyped-call]

    assert [is_workday(day) for day in days] == second_opinion
    assert china_days().year(year).official


def test_a_year_without_a_notice_is_an_estimate() -> None:
    estimate = china_days().year(2190)

    assert not estimate.official
    assert not estimate.makeup_days


def test_an_operators_notice_replaces_a_guess_and_corrects_what_is_known(tmp_path: Path) -> None:
    file = tmp_path / "china.yaml"
    file.write_text(NOTICE, encoding="utf-8")
    year = china_days(file).year(2027)

    assert year.official
    assert len(year.days_off) == 8
    assert year.makeup_days == {date(2027, 2, 20): 0}
    assert china_days(file).year(2026).makeup_days[date(2026, 12, 26)] == 4
    assert not is_workday(date(2026, 10, 10), file)
    assert is_workday(date(2026, 10, 7), file)
    assert is_workday(date(2026, 10, 8), file)
    assert not china_days().year(2027).official


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("notices: [{year: 2027, source: x, days_off: [1 Jan]}]", "'1 Jan' is no date"),
        ("notices: [{year: 2027, days_off: []}]", "missing required field `source`"),
        ("notices: [{year: 2027, source: x, days_off: [2027-02-05..2027-02-01]}]", "ends before"),
        (
            "notices: [{year: 2027, source: x, days_off: [2027-01-03], makeup_days: [2027-01-03]}]",
            "both a day off and a make-up day",
        ),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "china.yaml"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(WrongDataError, match=problem):
        china_days(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongDataError, match=r"china\.yaml"):
        china_days(tmp_path / "china.yaml")
