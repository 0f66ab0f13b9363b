import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from shared.event_store import (
    AlreadyProcessedError,
    Append,
    Changes,
    LoggedEvent,
    Mark,
    RowConflictError,
    StoredEvent,
    StoreUnavailableError,
    StreamConflictError,
)
from shared.group_commit import EventStore, commit_group
from shared.tables import Fold, Insert, Put
from tests.contract.event_stores import (
    CARDS,
    COUNTS,
    Card,
    Count,
    LosingReplies,
    Stand,
)
from tests.until import until

TICKET = UUID("00000000-0000-4000-8000-000000000001")
OTHER = UUID("00000000-0000-4000-8000-000000000002")
REGISTERED = ("ticket-registered.v1", b"{}")
WITHDRAWN = ("ticket-withdrawn.v1", '{"reason":"自行解决"}'.encode())


def one_more(count: Count | None) -> Count:
    return Count((count or Count()).total + 1)


async def test_what_was_appended_is_read_back_in_order(store: EventStore) -> None:
    assert await store.append(Append(TICKET, 0, [REGISTERED, WITHDRAWN])) == 2
    first, second = StoredEvent(TICKET, 1, *REGISTERED), StoredEvent(TICKET, 2, *WITHDRAWN)
    assert await store.read(TICKET) == [first, second]
    assert await store.read(TICKET, up_to=1) == [first]
    assert [logged.event for logged in await store.read_log(0)] == [first, second]


async def test_an_empty_store_has_nothing(store: EventStore) -> None:
    assert await store.read(TICKET) == []
    assert await store.read_log(0) == []
    assert await store.end() == 0
    assert await store.marks("") == {}
    assert await store.get(CARDS, "1") is None


async def test_the_log_is_read_behind_a_position_and_up_to_a_limit(store: EventStore) -> None:
    await store.append(Append(TICKET, 0, [REGISTERED] * 5))
    log = await store.read_log(0)
    assert [logged.position for logged in log] == sorted({logged.position for logged in log})
    assert await store.read_log(log[1].position, limit=2) == log[2:4]
    assert await store.end() == log[-1].position
    assert await store.read_log(log[-1].position) == []


async def test_an_unexpected_version_conflicts_and_says_the_actual_one(store: EventStore) -> None:
    await store.append(Append(TICKET, 0, [REGISTERED]))
    for expected in (0, 2):
        with pytest.raises(StreamConflictError) as conflict:
            await store.append(
                Append(TICKET, expected, [WITHDRAWN], rows=[Put(CARDS, "1", Card())])
            )
        assert (conflict.value.stream, conflict.value.actual) == (TICKET, 1)
    assert await store.read(TICKET) == [StoredEvent(TICKET, 1, *REGISTERED)]
    assert await store.get(CARDS, "1") is None


async def test_a_conflict_leaves_the_rest_of_its_group(stand: Stand) -> None:
    backend = stand.open()
    group = [
        Append(TICKET, 0, [REGISTERED]),
        Append(TICKET, 0, [REGISTERED]),
        Append(OTHER, 3, [REGISTERED]),
        Append(TICKET, 1, [WITHDRAWN], rows=[Fold(COUNTS, "all", one_more)]),
        Append(OTHER, 0, [REGISTERED], rows=[Fold(COUNTS, "all", one_more)]),
    ]
    outcomes = commit_group(backend, group)
    assert [type(outcome) for outcome in outcomes] == [
        int,
        StreamConflictError,
        StreamConflictError,
        int,
        int,
    ]
    assert [logged.event.name for logged in backend.read_log(0, 10)] == [
        REGISTERED[0],
        WITHDRAWN[0],
        REGISTERED[0],
    ]
    assert backend.read_row(COUNTS, "all") == Count(2)
    backend.close()


async def test_an_append_whose_fold_raises_leaves_no_trace(store: EventStore) -> None:
    def broken(_: Count | None) -> Count:
        raise ZeroDivisionError

    good, bad = await asyncio.gather(
        store.append(Append(OTHER, 0, [REGISTERED], rows=[Fold(COUNTS, "all", one_more)])),
        store.append(
            Append(
                TICKET,
                0,
                [REGISTERED],
                marks=[Mark("mark/intake", 5)],
                rows=[Put(CARDS, "1", Card()), Fold(COUNTS, "all", broken)],
            )
        ),
        return_exceptions=True,
    )
    assert good == 1
    assert isinstance(bad, ZeroDivisionError)
    assert await store.read(TICKET) == []
    assert await store.marks("") == {}
    assert await store.get(CARDS, "1") is None
    assert await store.get(COUNTS, "all") == Count(1)


@pytest.mark.parametrize("position", [1, 4, 5])
async def test_a_mark_not_above_the_stored_one_stops_the_whole_append(
    store: EventStore, position: int
) -> None:
    await store.append(Append(TICKET, 0, [REGISTERED], marks=[Mark("mark/intake", 5)]))
    with pytest.raises(AlreadyProcessedError):
        await store.append(
            Append(
                TICKET,
                1,
                [WITHDRAWN],
                marks=[Mark("mark/other", 9), Mark("mark/intake", position)],
                places=[Mark("offset/intake", 9)],
                rows=[Put(CARDS, "1", Card())],
            )
        )
    assert await store.read(TICKET) == [StoredEvent(TICKET, 1, *REGISTERED)]
    assert await store.marks("") == {"mark/intake": 5}
    assert await store.get(CARDS, "1") is None


async def test_a_mark_may_pass_over_gaps_and_needs_no_events(store: EventStore) -> None:
    await store.append(Append(marks=[Mark("mark/intake", 5)]))
    await store.append(Append(marks=[Mark("mark/intake", 40)], rows=[Put(CARDS, "1", Card())]))
    assert await store.marks("mark/") == {"mark/intake": 40}


async def test_the_same_record_twice_in_one_group_has_its_effect_once(stand: Stand) -> None:
    backend = stand.open()
    append = Append(marks=[Mark("mark/intake", 5)], rows=[Fold(COUNTS, "all", one_more)])
    first, second = commit_group(backend, [append, append])
    assert first == 0
    assert isinstance(second, AlreadyProcessedError)
    assert backend.read_row(COUNTS, "all") == Count(1)
    backend.close()


async def test_places_move_forward_only_and_are_never_checked(store: EventStore) -> None:
    for position, stands in ((7, 7), (7, 7), (3, 7), (8, 8)):
        await store.append(Append(places=[Mark("offset/intake", position)]))
        assert await store.marks("offset/") == {"offset/intake": stands}


async def test_places_of_one_group_move_forward_only(stand: Stand) -> None:
    backend = stand.open()
    places = [Append(places=[Mark("offset/intake", position)]) for position in (7, 3, 5)]
    assert commit_group(backend, places) == [0, 0, 0]
    assert backend.read_marks("") == {"offset/intake": 7}
    backend.close()


async def test_events_without_an_expected_version_follow_what_stands_there(
    store: EventStore,
) -> None:
    versions = await asyncio.gather(
        *(store.append(Append(TICKET, None, [REGISTERED, WITHDRAWN])) for _ in range(3))
    )
    assert versions == [2, 4, 6]
    assert [event.version for event in await store.read(TICKET)] == [1, 2, 3, 4, 5, 6]


async def test_marks_are_found_by_the_beginning_of_their_names(store: EventStore) -> None:
    marks = [Mark("mark/a", 1), Mark("mark/b", 2), Mark("offset/a", 3), Mark("mark%", 4)]
    await store.append(Append(marks=marks))
    assert await store.marks("mark/") == {"mark/a": 1, "mark/b": 2}
    assert await store.marks("mark%") == {"mark%": 4}
    assert await store.marks("") == {mark.name: mark.position for mark in marks}


async def test_a_store_opened_again_has_kept_everything(stand: Stand) -> None:
    async with stand.store() as store:
        epoch = store.epoch
        await store.append(
            Append(
                TICKET,
                0,
                [REGISTERED, WITHDRAWN],
                marks=[Mark("mark/intake", 5)],
                places=[Mark("offset/intake", 6)],
                rows=[Put(CARDS, "1", Card("投诉", 1)), Insert(COUNTS, "1", Count(7))],
            )
        )
        log = await store.read_log(0)
    async with stand.store() as store:
        assert store.epoch == epoch
        assert await store.read_log(0) == log
        assert await store.marks("") == {"mark/intake": 5, "offset/intake": 6}
        assert await store.get(CARDS, "1") == Card("投诉", 1)
        assert await store.get(COUNTS, "1") == Count(7)
        assert await store.append(Append(OTHER, 0, [REGISTERED])) == 1
        assert (await store.read_log(0))[:-1] == log


async def test_a_commit_whose_reply_was_lost_is_found_by_trying_again(stand: Stand) -> None:
    store = EventStore(LosingReplies(stand.open()))
    marked = Append(TICKET, 0, [REGISTERED], marks=[Mark("mark/intake", 5)])
    keyed = Append(OTHER, 0, [REGISTERED], rows=[Insert(COUNTS, "key", Count())])
    lost = await asyncio.gather(store.append(marked), store.append(keyed), return_exceptions=True)
    assert [type(outcome) for outcome in lost] == [StoreUnavailableError] * 2
    assert lost[0] is not lost[1]
    with pytest.raises(StreamConflictError):
        await store.append(marked)
    with pytest.raises(AlreadyProcessedError):
        await store.append(Append(TICKET, 1, [REGISTERED], marks=[Mark("mark/intake", 5)]))
    with pytest.raises(RowConflictError):
        await store.append(Append(OTHER, 1, [REGISTERED], rows=[Insert(COUNTS, "key", Count())]))
    assert len(await store.read_log(0)) == 2
    await store.close()


async def test_a_write_that_fails_leaves_at_most_a_gap(stand: Stand) -> None:
    backend = stand.open()
    commit_group(backend, [Append(TICKET, 0, [REGISTERED])])
    before = backend.read_log(0, 10)

    changes = Changes([StoredEvent(TICKET, 2, *WITHDRAWN)], {"mark/intake": 1}, {})
    with suppress(ZeroDivisionError), backend.write() as transaction:
        transaction.save(changes)
        raise ZeroDivisionError
    assert backend.read_log(0, 10) == before
    commit_group(backend, [Append(TICKET, 1, [WITHDRAWN])])
    after: list[LoggedEvent] = backend.read_log(0, 10)
    assert [logged.event.version for logged in after] == [1, 2]
    assert after[1].position > after[0].position
    assert backend.read_log(after[0].position, 10) == after[1:]
    backend.close()


async def test_an_empty_append_says_that_the_writer_answers(store: EventStore) -> None:
    assert await store.append(Append()) == 0
    await store.append(Append(TICKET, 0, [REGISTERED]))
    assert await store.append(Append(TICKET, 1, rows=[Put(CARDS, "1", Card())])) == 1


async def test_rows_alone_are_judged_by_the_version_that_they_were_decided_on(
    store: EventStore,
) -> None:
    """A decision that nothing happens is outdated by whatever happened since, too."""
    await store.append(Append(TICKET, 0, [REGISTERED]))
    with pytest.raises(StreamConflictError):
        await store.append(Append(TICKET, 0, rows=[Put(CARDS, "1", Card())]))
    assert await store.get(CARDS, "1") is None
    assert await store.append(Append(TICKET, None, rows=[Put(CARDS, "1", Card())])) == 1


async def test_one_of_all_that_are_open_leads_until_it_is_closed(stand: Stand) -> None:
    async with stand.store() as first:
        assert await first.leads()
        assert await first.leads()
        if stand.shared:
            async with stand.store() as second:
                assert not await second.leads()
                await first.close()
                # A server hears a moment later that a connection is gone.
                await until(second.leads, "the second one leads")
