"""What may be published of a pack or a country, by given, when and then, and what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from services.sla.domain.errors import (
    CalendarVersionNotRaisedError,
    EffectiveNotLaterError,
    EffectiveTooLateError,
    EffectiveTooSoonError,
    NoticeInFutureError,
    NoticeOutOfOrderError,
    VersionNotNextError,
    VersionUnchangedError,
)
from services.sla.domain.versions import (
    AHEAD,
    CALENDAR_VERSIONS,
    FARTHEST,
    PACK_VERSIONS,
    PublishNotice,
    PublishPack,
    calendar_id,
    pack_id,
)
from shared.calendars import Calendars
from shared.contracts.sla import CalendarPublished, PackPublished, PublishedNotice
from shared.packs import shipped
from shared.packs.versions import definition_of
from shared.testing.decider_spec import DeciderSpec
from tests.unit.sla import examples as ex

NOW = ex.at("2026-11-23 10:00")
EFFECTIVE = NOW + timedelta(hours=1)
FILE = definition_of(shipped().named("hotline-400"))
packs = DeciderSpec(PACK_VERSIONS)
calendars = DeciderSpec(CALENDAR_VERSIONS)


def second(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - as a pack is written
    return {**FILE, "version": 2, "workdays": "same-position", **changes}


PUBLISH = PublishPack(
    pack="hotline-400",
    definition=second(),
    base=FILE,
    digest="d",
    effective_from=EFFECTIVE,
    reason="规章修订",
    at=NOW,
    now=NOW,
)
PUBLISHED = PackPublished(
    pack_id=pack_id("hotline-400"),
    pack="hotline-400",
    version=2,
    effective_from=EFFECTIVE,
    definition=second(),
    digest="d",
    reason="规章修订",
    at=NOW,
)
NOTICE = PublishedNotice(
    year=2027,
    announced_by="国务院办公厅",
    announced_on="2026-11-20",
    days_off=("2027-01-01..2027-01-03",),
)
ANNOUNCE = PublishNotice(
    calendar="cn",
    notice=NOTICE,
    days_of=Calendars().days_of,
    digest="d",
    effective_from=EFFECTIVE,
    reason=None,
    at=NOW,
    now=NOW,
)
ANNOUNCED = CalendarPublished(
    calendar_id=calendar_id("cn"),
    calendar="cn",
    version=2,
    effective_from=EFFECTIVE,
    notices=(NOTICE,),
    digest="d",
    at=NOW,
)
LATER = EFFECTIVE + timedelta(days=1)


def test_the_version_after_the_files_is_the_second() -> None:
    packs.given().when(PUBLISH).then(PUBLISHED)


def test_the_next_one_follows_the_last_published() -> None:
    changed = second(version=3, workdays="civil-code")
    third = replace(PUBLISH, definition=changed, effective_from=LATER)
    event = msgspec.structs.replace(PUBLISHED, version=3, definition=changed, effective_from=LATER)
    packs.given(PUBLISHED).when(third).then(event)


def test_the_same_version_again_is_published_once() -> None:
    packs.given(PUBLISHED).when(PUBLISH).then_nothing()


@pytest.mark.parametrize("number", [1, 3, 4])
def test_a_version_that_is_not_the_next_is_refused(number: int) -> None:
    command = replace(PUBLISH, definition=second(version=number))
    packs.given().when(command).then_raises(VersionNotNextError)


def test_another_text_under_a_published_number_is_refused() -> None:
    command = replace(PUBLISH, definition=second(zone="Asia/Tokyo"))
    packs.given(PUBLISHED).when(command).then_raises(VersionNotNextError)
    moved = replace(PUBLISH, effective_from=LATER)
    packs.given(PUBLISHED).when(moved).then_raises(VersionNotNextError)


def test_a_version_that_changes_nothing_is_refused() -> None:
    same = replace(PUBLISH, definition={**FILE, "version": 2})
    packs.given().when(same).then_raises(VersionUnchangedError)
    again = replace(PUBLISH, definition=second(version=3), effective_from=LATER)
    packs.given(PUBLISHED).when(again).then_raises(VersionUnchangedError)


def test_a_version_takes_effect_ten_minutes_later_at_the_earliest_and_within_a_year() -> None:
    second_too_soon = replace(PUBLISH, effective_from=NOW + AHEAD - timedelta(microseconds=1))
    packs.given().when(second_too_soon).then_raises(EffectiveTooSoonError)
    packs.given().when(replace(PUBLISH, effective_from=NOW + AHEAD)).then(
        msgspec.structs.replace(PUBLISHED, effective_from=NOW + AHEAD)
    )
    too_late = replace(PUBLISH, effective_from=NOW + FARTHEST + timedelta(microseconds=1))
    packs.given().when(too_late).then_raises(EffectiveTooLateError)


@pytest.mark.parametrize("earlier", [timedelta(), timedelta(minutes=1)])
def test_versions_take_effect_in_the_order_of_their_numbers(earlier: timedelta) -> None:
    changed = second(version=3, workdays="civil-code")
    third = replace(PUBLISH, definition=changed, effective_from=EFFECTIVE - earlier)
    packs.given(PUBLISHED).when(third).then_raises(EffectiveNotLaterError)


def test_a_calendar_that_was_changed_has_a_number_of_its_own() -> None:
    office, *others = FILE["calendars"]
    longer = {**office, "days_off": ["2026-12-24"]}
    command = replace(PUBLISH, definition=second(calendars=[longer, *others]))
    packs.given().when(command).then_raises(CalendarVersionNotRaisedError)
    raised = second(calendars=[{**longer, "version": 2}, *others])
    packs.given().when(replace(PUBLISH, definition=raised)).then(
        msgspec.structs.replace(PUBLISHED, definition=raised)
    )


def test_a_notice_is_the_countrys_second_version() -> None:
    calendars.given().when(ANNOUNCE).then(ANNOUNCED)


def test_the_next_notice_stands_with_those_before_it() -> None:
    correction = msgspec.structs.replace(
        NOTICE, announced_on="2026-11-23", days_off=("2027-01-04",)
    )
    command = replace(ANNOUNCE, notice=correction, effective_from=LATER)
    calendars.given(ANNOUNCED).when(command).then(
        msgspec.structs.replace(
            ANNOUNCED, version=3, notices=(NOTICE, correction), effective_from=LATER
        )
    )


def test_the_same_notice_again_is_published_once() -> None:
    calendars.given(ANNOUNCED).when(ANNOUNCE).then_nothing()
    later = replace(ANNOUNCE, effective_from=LATER)
    calendars.given(ANNOUNCED).when(later).then_raises(VersionUnchangedError)


def test_notices_are_published_in_the_order_in_which_they_were_announced() -> None:
    older = msgspec.structs.replace(NOTICE, announced_on="2026-11-19", days_off=("2027-01-04",))
    command = replace(ANNOUNCE, notice=older, effective_from=LATER)
    calendars.given(ANNOUNCED).when(command).then_raises(NoticeOutOfOrderError)


def correction_of_this_year() -> PublishedNotice:
    return msgspec.structs.replace(
        NOTICE, year=2026, announced_on="2026-11-19", days_off=("2026-12-24",)
    )


def test_a_correction_of_another_year_may_have_been_announced_before() -> None:
    forgotten = correction_of_this_year()
    command = replace(ANNOUNCE, notice=forgotten, effective_from=LATER)
    calendars.given(ANNOUNCED).when(command).then(
        msgspec.structs.replace(
            ANNOUNCED, version=3, notices=(NOTICE, forgotten), effective_from=LATER
        )
    )


def test_a_notice_that_changes_no_day_is_refused_whatever_came_after_it() -> None:
    both = msgspec.structs.replace(
        ANNOUNCED, version=3, notices=(NOTICE, correction_of_this_year()), effective_from=LATER
    )
    again = replace(ANNOUNCE, effective_from=LATER + timedelta(days=1))
    calendars.given(ANNOUNCED, both).when(again).then_raises(VersionUnchangedError)
    elsewhere = msgspec.structs.replace(NOTICE, source="https://example.com/notice")
    command = replace(ANNOUNCE, notice=elsewhere, effective_from=LATER)
    calendars.given(ANNOUNCED).when(command).then_raises(VersionUnchangedError)


def test_a_notice_that_nobody_can_have_announced_yet_is_refused() -> None:
    """By the day in China, whose notice it is: there it is tomorrow already."""
    evening = ex.at("2026-11-24 00:30")
    for day, now in (("2026-11-24", NOW), ("2062-11-20", NOW), ("2026-11-25", evening)):
        slip = msgspec.structs.replace(NOTICE, announced_on=day)
        command = replace(ANNOUNCE, notice=slip, now=now)
        calendars.given().when(replace(command, effective_from=LATER)).then_raises(
            NoticeInFutureError
        )
    today = msgspec.structs.replace(NOTICE, announced_on="2026-11-24")
    command = replace(ANNOUNCE, notice=today, now=evening, effective_from=LATER)
    assert calendars.given().when(command).events


def test_a_slip_that_was_published_once_shuts_out_no_truthful_notice() -> None:
    slip = msgspec.structs.replace(NOTICE, announced_on="2062-11-20")
    published = msgspec.structs.replace(ANNOUNCED, notices=(slip,))
    correction = msgspec.structs.replace(NOTICE, days_off=("2027-01-04",))
    command = replace(ANNOUNCE, notice=correction, effective_from=LATER)
    assert calendars.given(published).when(command).events


def test_a_wrong_time_is_told_before_a_wrong_number_or_that_nothing_changes() -> None:
    for effective_from, rule in (
        (NOW, EffectiveTooSoonError),
        (NOW + FARTHEST + AHEAD, EffectiveTooLateError),
    ):
        for number in (1, 2, 7):
            same = replace(PUBLISH, definition={**FILE, "version": number})
            command = replace(same, effective_from=effective_from)
            packs.given().when(command).then_raises(rule)
        again = replace(ANNOUNCE, effective_from=effective_from)
        calendars.given(ANNOUNCED).when(again).then_raises(rule)


def test_a_notice_takes_effect_when_a_pack_might() -> None:
    other = msgspec.structs.replace(NOTICE, days_off=("2027-01-04",))
    for effective_from, rule in (
        (NOW, EffectiveTooSoonError),
        (EFFECTIVE, EffectiveNotLaterError),
        (NOW + FARTHEST + AHEAD, EffectiveTooLateError),
    ):
        command = replace(ANNOUNCE, notice=other, effective_from=effective_from)
        calendars.given(ANNOUNCED).when(command).then_raises(rule)
