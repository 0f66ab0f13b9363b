"""China's official days: the library, a second opinion, and the operator's file."""

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from chinese_calendar.constants import holidays as second_opinions
from structlog.testing import capture_logs

from shared.china import china_days, countries
from shared.packs import WrongDataError, shipped
from shared.worktime import Calendar, Instant

BOTH_KNOW = range(min(second_opinions).year, max(second_opinions).year + 1)
SECOND_IS_WRONG = {date(2005, 12, 31)}
"""A Saturday that was worked for the three days off from 1 January 2006 on."""

NOTICES = """
notices:
  - year: 2026
    announced_by: Beijing office, by telephone
    announced_on: 2026-09-30
    days_off: [2026-10-10]
    makeup_days: [2026-10-07]
  - year: 2027
    announced_by: 国务院办公厅
    announced_on: 2026-11-05
    source: https://www.gov.cn/notice-2027
    days_off: [2027-01-01, 2027-02-05..2027-02-11]
    makeup_days: [2027-02-20, 2026-12-26 as friday]
"""
CORRECTED = """
  - year: 2027
    announced_by: 国务院办公厅
    announced_on: 2027-01-20
    days_off: [2027-02-12, 2027-02-20]
    makeup_days: [2027-02-11 as tuesday]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "holidays.yaml"
    file.write_text(NOTICES, encoding="utf-8")
    return file


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def is_workday(day: date, file: Path | None = None) -> bool:
    official = china_days(file).year(day.year)
    return day in official.makeup_days or (day.weekday() < 5 and day not in official.days_off)


@pytest.mark.parametrize("year", BOTH_KNOW)
def test_every_day_that_both_know_agrees_with_a_second_library(year: int) -> None:
    differing = {
        day
        for day in days_of(year)
        if is_workday(day) != chinese_calendar.is_workday(day)  # type: ignore[no-untyped-call]
    }

    assert differing == {day for day in SECOND_IS_WRONG if day.year == year}


def test_the_second_library_knows_the_years_that_matter() -> None:
    assert set(range(2018, 2027)) <= set(BOTH_KNOW)


@pytest.mark.parametrize("year", range(2018, 2027))
def test_a_year_with_a_notice_is_official(year: int) -> None:
    known = china_days().year(year)

    assert known.official
    assert 5 <= len(known.makeup_days) <= 8
    assert not known.days_off & known.makeup_days.keys()


@pytest.mark.parametrize("year", [2027, 2028, 2100])
def test_a_year_without_a_notice_is_an_estimate_of_its_statutory_days(year: int) -> None:
    estimate = china_days().year(year)

    assert not estimate.official
    assert not estimate.makeup_days
    assert {date(year, 1, 1), date(year, 5, 1), date(year, 10, 1)} <= estimate.days_off


def test_beyond_what_the_library_guesses_only_weekends_are_off() -> None:
    estimate = china_days().year(2101)

    assert not estimate.official
    assert not estimate.days_off | estimate.makeup_days.keys()


def test_an_operators_notice_replaces_a_guess(file: Path) -> None:
    year = china_days(file).year(2027)

    assert year.official
    assert len(year.days_off) == 8
    assert year.makeup_days == {date(2027, 2, 20): 0}
    assert is_workday(date(2027, 5, 3), file), "the library's guess is not mixed in"
    assert not china_days().year(2027).official


def test_an_operators_notice_corrects_what_the_library_knows(file: Path) -> None:
    assert not is_workday(date(2026, 10, 10), file)
    assert is_workday(date(2026, 10, 7), file)
    assert is_workday(date(2026, 10, 8), file)
    assert not is_workday(date(2026, 10, 6), file), "the rest stays as the library has it"
    assert china_days(file).year(2026).official


def test_a_make_up_day_before_new_year_stands_in_the_next_years_notice(file: Path) -> None:
    assert china_days(file).year(2026).makeup_days[date(2026, 12, 26)] == 4


def test_the_notice_announced_last_wins_day_by_day(file: Path) -> None:
    file.write_text(NOTICES + CORRECTED, encoding="utf-8")
    year = china_days(file).year(2027)

    assert year.makeup_days == {date(2027, 2, 11): 1}
    assert date(2027, 2, 11) not in year.days_off
    assert {date(2027, 1, 1), date(2027, 2, 12), date(2027, 2, 20)} <= year.days_off


def test_notices_of_several_years_stand_in_any_order(file: Path) -> None:
    """Of a day that two of them name, what was announced last counts."""
    (before, earlier, later) = NOTICES.split("  - ")
    earlier = earlier.replace("[2026-10-10]", "[2026-10-10, 2026-12-26]")
    file.write_text(f"{before}  - {later}  - {earlier}", encoding="utf-8")

    assert china_days(file).year(2026).makeup_days[date(2026, 12, 26)] == 4
    assert not is_workday(date(2026, 10, 10), file)


def due(file: Path | None, start: str, workdays: int) -> tuple[str, bool]:
    rules = shipped().named("hotline-400").calendar_rules("office", countries(file))
    zone = ZoneInfo("Asia/Shanghai")
    begun = datetime.fromisoformat(start).replace(tzinfo=zone)
    found: Instant = Calendar(rules).add_workdays(begun, workdays)
    return f"{found.at.astimezone(zone):%Y-%m-%d %H:%M}", found.provisional


def test_a_promise_into_a_year_stops_being_provisional_with_its_notice(file: Path) -> None:
    """H-12: three working days from Thursday 31 December; the notice has Monday 4 January on."""
    assert due(None, "2026-12-31 10:00", 3) == ("2027-01-06 17:30", True)
    assert due(file, "2026-12-31 10:00", 3) == ("2027-01-06 17:30", False)
    assert due(None, "2027-02-05 10:00", 3)[1]
    assert due(file, "2027-02-04 10:00", 3) == ("2027-02-16 17:30", False)


def test_ten_working_days_over_a_holiday_with_its_make_up_day() -> None:
    assert due(None, "2026-09-28 10:00", 10) == ("2026-10-16 17:30", False)
    assert due(None, "2026-12-25 10:00", 10) == ("2027-01-11 17:30", True)


def test_the_log_says_which_notices_count_and_names_nobody(file: Path) -> None:
    with capture_logs() as logged:
        china_days(file)

    (line,) = logged
    assert line["file"] == str(file)
    assert line["notices"] == ["2026, announced on 2026-09-30", "2027, announced on 2026-11-05"]
    assert "telephone" not in str(line)


def notice(**changes: str) -> str:
    """A file with one notice, its parts on lines of their own from line 2 on."""
    told = {
        "year": "2027",
        "announced_by": "国务院办公厅",
        "announced_on": "2026-11-05",
        "days_off": "[2027-01-01]",
        "makeup_days": "[2027-01-03]",
    } | changes
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    return "notices:\n  - " + "\n    ".join(lines) + "\n"


MADE_UP = ", ".join(f"2027-03-{day:02}" for day in range(1, 32))


@pytest.mark.parametrize(
    "source",
    ["https://www.gov.cn/x", "http://gov.cn", "国办发明电 7 号:放假通知", "a letter"],
)
def test_a_source_is_a_web_address_or_plain_text(file: Path, source: str) -> None:
    file.write_text(notice(source=source), encoding="utf-8")
    assert china_days(file).year(2027).official


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        (notice(days_off="[2027-01-01, 1 Jan]"), 5, r"days_off\[1\]: '1 Jan' is no date"),
        (notice(days_off="[2027-02-05..2027-02-01]"), 5, "ends before it begins"),
        (notice(days_off="[0001-01-01..9999-12-31]"), 5, "longer than a year"),
        (notice(days_off="[2207-01-01]"), 5, "expected a day of 2026 to 2028"),
        (notice(days_off="[2026-12-31]"), 5, "expected a day of 2027, the notice's year"),
        (notice(makeup_days="[2026-11-30]"), 6, "expected a day of 2026-12-01 to 2028-01-31"),
        (notice(days_off="[]"), 5, "length >= 1"),
        (notice(days_off=""), 2, "missing required field `days_off`"),
        (notice(makeup_days="[2027-01-03, 2027-01-01]"), 6, "both a day off and a make-up day"),
        (notice(makeup_days="[2027-01-03, 2027-01-03 as friday]"), 6, "2027-01-03 is given twice"),
        (notice(makeup_days="[2027-01-03 as freitag]"), 6, "'freitag' is no weekday"),
        (notice(makeup_days="[2021-01-03]"), 6, "expected a day of 2026 to 2028"),
        (notice(announced_by=""), 2, "missing required field `announced_by`"),
        (notice(announced_by="''"), 3, "length >= 1"),
        (notice(announced_on="last week"), 4, "'last week' is no date: write it as 2027-01-31"),
        (notice(year="next"), 2, "Expected `int`"),
        (notice(year="1066"), 2, "Expected `int` >= 1970"),
        (notice(holidays="[]"), 7, "unknown field; there are year, announced_by, announced_on"),
        (NOTICES + CORRECTED.replace("2027-01-20", "2026-11-04"), 17, "expected 2026-11-05 or l"),
        (
            notice(days_off="[2027-01-01..2027-10-27]", makeup_days=""),
            5,
            "300 days for one year: expected",
        ),
        (notice(makeup_days="[" + MADE_UP + "]"), 6, "31 days for one year: expected at most 30"),
        *(
            (notice(makeup_days="", source=f'"{source}"'), 6, problem)
            for source, problem in (
                ("javascript:alert(1)", "expected an https:// or http:// address, or plain text"),
                (" JavaScript: alert(1)", "expected an https:// or http:// address, or plain text"),
                ("data:text/html,x", "expected an https:// or http:// address, or plain text"),
                ("https:alert(1)", "expected an https:// or http:// address, or plain text"),
                (r"java\tscript:alert(1)", "a character that cannot be shown"),
            )
        ),
        ("notices: 7", 1, "Expected `array`"),
        ("", 1, "Expected `object`"),
        ("notices: [", 1, "expected the node content"),
        ("notices: []\nnotices: []", 2, "'notices' is given twice"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line_and_what_is_expected(
    file: Path, text: str, line: int, problem: str
) -> None:
    file.write_text(text, encoding="utf-8")

    with pytest.raises(WrongDataError, match=problem) as refused:
        china_days(file)
    assert str(refused.value).startswith(f"{file}, line {line}: ")


def test_a_file_that_cannot_be_read_is_named(file: Path, tmp_path: Path) -> None:
    with pytest.raises(WrongDataError, match=r"none\.yaml: HUIYIN_HOLIDAYS_FILE cannot"):
        china_days(tmp_path / "none.yaml")
    with pytest.raises(WrongDataError, match="HUIYIN_HOLIDAYS_FILE"):
        china_days(tmp_path)
    file.write_bytes(b"\xff\xfe")
    with pytest.raises(WrongDataError, match="it is not UTF-8 text"):
        china_days(file)
