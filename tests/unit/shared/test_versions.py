"""Versions of packs and calendars: which one is in force when, however they were heard."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from shared.adopting import on_calendar_published, on_pack_published
from shared.calendars import Calendars, digest_of, published_notice
from shared.contracts.sla import CalendarPublished, PackPublished
from shared.event_store import Append
from shared.group_commit import EventStore
from shared.notices import Notice
from shared.packs import Pack, Packs, UnknownPackError, WrongDataError, load_packs, shipped
from shared.packs import versions as packs
from shared.service import COMMON_TABLES, Core, Handlers
from shared.testing.memory_store import Disk, MemoryBackend
from shared.versions import PACK_VERSIONS, Versions, version_change
from tests.unit.support.ears import Ears, core_in_memory

HANDLERS: Handlers["Hearing"] = {
    PackPublished: on_pack_published,
    CalendarPublished: on_calendar_published,
}
AT = datetime(2026, 11, 23, 2, tzinfo=UTC)
DAY = timedelta(days=1)
HOTLINE = shipped().named("hotline-400")
NOTICE = Notice(
    year=2027,
    announced_by="国务院办公厅",
    announced_on="2026-11-20",
    days_off=("2027-01-01..2027-01-03",),
    makeup_days=("2026-12-26",),
)


@dataclass(frozen=True)
class Hearing:
    """Whichever service it is."""

    core: Core


def version(number: int) -> Pack:
    return msgspec.structs.replace(HOTLINE, version=number)


def published(number: int, effective_from: datetime) -> PackPublished:
    pack = version(number)
    return PackPublished(
        pack_id=UUID(int=1),
        pack=pack.name,
        version=number,
        effective_from=effective_from,
        definition=packs.definition_of(pack),
        digest=packs.digest_of(pack),
        at=AT,
    )


def announced(number: int, effective_from: datetime, *notices: Notice) -> CalendarPublished:
    told = tuple(map(published_notice, notices))
    return CalendarPublished(
        calendar_id=UUID(int=2),
        calendar="cn",
        version=number,
        effective_from=effective_from,
        notices=told,
        digest=digest_of(told[-1]) if told else "",
        at=AT,
    )


def holding(*events: PackPublished) -> Packs:
    found = shipped().copy()
    for event in events:
        found.take(event)
    return found


def test_a_file_is_version_1_and_in_force_since_ever() -> None:
    assert shipped().in_force("hotline-400", datetime.min.replace(tzinfo=UTC)) == HOTLINE
    assert shipped().named("hotline-400", 1) == shipped().named("hotline-400") == HOTLINE
    assert shipped().newest("hotline-400") == (1, HOTLINE, None)


def test_a_version_is_in_force_from_its_moment_on() -> None:
    found = holding(published(2, AT), published(3, AT + DAY))
    before = AT - timedelta(microseconds=1)
    asked = (before, AT, AT + DAY - timedelta(microseconds=1), AT + DAY)
    assert [found.in_force("hotline-400", at).version for at in asked] == [1, 2, 2, 3]


def test_versions_are_the_same_in_whatever_order_and_however_often_they_are_heard() -> None:
    events = (published(2, AT), published(3, AT + DAY), published(4, AT + 2 * DAY))
    wanted = holding(*events)
    for order in permutations((*events, events[1])):
        found = holding(*order)
        assert list(found.versions("hotline-400")) == list(wanted.versions("hotline-400"))
        assert list(found) == list(wanted)


def test_what_an_event_carries_is_the_whole_pack_as_it_was() -> None:
    for pack in shipped():
        event = PackPublished(
            pack_id=UUID(int=1),
            pack=pack.name,
            version=pack.version,
            effective_from=AT,
            definition=packs.definition_of(pack),
            digest=packs.digest_of(pack),
            at=AT,
        )
        heard = msgspec.json.decode(msgspec.json.encode(event), type=PackPublished)
        assert packs.pack_of(heard.definition) == pack
        assert packs.digest_of(packs.pack_of(heard.definition)) == heard.digest


def test_no_other_pack_or_version_is_known() -> None:
    found = holding(published(2, AT))
    with pytest.raises(UnknownPackError):
        found.named("hotline-400", 3)
    with pytest.raises(UnknownPackError):
        found.in_force("winery", AT)
    assert (found.find("winery"), found.newest("winery")) == (None, None)
    assert list(found.versions("winery")) == []
    assert found.find("winery") is None, "looking for one does not begin it"


def test_a_pack_is_not_in_force_before_its_first_version() -> None:
    found = Packs({})
    found.take(published(2, AT))
    assert found.in_force("hotline-400", AT) == version(2)
    with pytest.raises(UnknownPackError):
        found.in_force("hotline-400", AT - DAY)
    assert found.find_in_force("hotline-400", AT - DAY) is None


def test_a_definition_that_this_program_cannot_read_is_told_by_name() -> None:
    event = published(2, AT)
    newer = msgspec.structs.replace(event, definition={**event.definition, "moon": "full"})
    with pytest.raises(WrongDataError, match=r"pack hotline-400, version 2: .*moon"):
        holding(newer)


def test_what_is_added_to_one_service_is_not_added_to_another() -> None:
    first, second = load_packs(), load_packs()
    first.take(published(2, AT))
    assert second.newest("hotline-400") == shipped().newest("hotline-400")


def test_an_announced_year_is_official_for_what_happens_after_its_version_came_into_force() -> None:
    calendars = Calendars()
    calendars.take(announced(2, AT, NOTICE))
    days = [calendars.countries(at)["CN"].year(2027) for at in (AT - DAY, AT)]
    assert [year.official for year in days] == [False, True]
    assert [calendars.in_force("cn", at).number for at in (AT - DAY, AT)] == [1, 2]


def test_a_calendar_version_stands_by_itself_whatever_was_heard_before_it() -> None:
    later = Notice(
        year=2027, announced_by="国务院办公厅", announced_on="2026-12-01", days_off=("2027-01-04",)
    )
    events = (announced(2, AT, NOTICE), announced(3, AT + DAY, NOTICE, later))
    for order in (events, events[::-1], (*events, *events)):
        calendars = Calendars()
        for event in order:
            calendars.take(event)
        assert [one.number for one in calendars.versions("cn")] == [1, 2, 3]
        days_off = calendars.newest("cn").days.year(2027).days_off
        assert {day.day for day in days_off if day.month == 1 and day.day < 5} == {1, 2, 3, 4}


def test_another_country_is_not_begun_by_hearing_of_it() -> None:
    calendars = Calendars()
    calendars.take(msgspec.structs.replace(announced(2, AT), calendar="jp"))
    assert (calendars.names, list(calendars.versions("jp"))) == (("cn",), [])


async def test_what_a_service_heard_it_knows_after_a_restart() -> None:
    disk = Disk()
    known: list[int] = []
    announced_in: list[int] = []
    for _ in range(2):
        store = EventStore(MemoryBackend(COMMON_TABLES, disk))
        versions = Versions(store, load_packs(), Calendars())
        await versions.read()
        known = [one.number for one in versions.packs.versions("hotline-400")]
        announced_in = [one.number for one in versions.calendars.versions("cn")]
        for change in (published(2, AT), announced(2, AT, NOTICE)):
            await store.append(Append(rows=[version_change(change)]))
        await store.close()
    assert (known, announced_in) == ([1, 2], [1, 2])


async def test_a_service_goes_by_a_version_as_soon_as_it_hears_of_it(tmp_path: Path) -> None:
    async with core_in_memory("revisit", (), tmp_path, AT) as core:
        ears = Ears(Hearing(core), HANDLERS)
        await ears.hear(published(2, AT), announced(2, AT, NOTICE), published(2, AT))
        assert core.packs.in_force("hotline-400", AT) == version(2)
        assert core.calendars.in_force("cn", AT).number == 2
        another = Versions(core.store, load_packs(), Calendars())
        await another.read()
        assert another.packs.in_force("hotline-400", AT) == version(2)
        assert another.calendars.in_force("cn", AT).number == 2


async def test_a_version_that_cannot_be_read_is_parked_and_not_kept(tmp_path: Path) -> None:
    event = published(2, AT)
    newer = msgspec.structs.replace(event, definition={**event.definition, "moon": "full"})
    async with core_in_memory("revisit", (), tmp_path, AT) as core:
        with pytest.raises(WrongDataError):
            await Ears(Hearing(core), HANDLERS).hear(newer)
        assert await core.store.get(PACK_VERSIONS, "hotline-400/2") is None
