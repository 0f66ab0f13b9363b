"""How a service's reading and publishing stand: what on-call, and reporting, ask every service."""

from datetime import datetime

import msgspec
from fastapi import APIRouter, Request, Response

from shared.codec import unpack
from shared.http.answers import answer
from shared.http.callers import authorize
from shared.http.openapi import answer_of
from shared.http.routes import service_router
from shared.instance import INSTANCE
from shared.messaging.lane import Lane
from shared.messaging.relay import PLACE_KEY, PLACES, Place
from shared.messaging.topics import PUBLISHERS
from shared.service import OnLine

MAX_COUNTED = 200
"""Letters that are counted; they carry whole events."""


class LaneView(msgspec.Struct, frozen=True, kw_only=True):
    """A publisher's partition, as far as this service read it; `instance` reads it now."""

    publisher: str
    partition: int
    mark: int
    offset: int | None = None
    held: int = 0
    alarm: str | None = None
    last_handled_at: datetime | None = None
    instance: str | None = None


class PartitionEnd(msgspec.Struct, frozen=True, kw_only=True):
    """The newest published position of a partition, and how many records lead up to it."""

    partition: int
    end: int
    count: int


class Outbox(msgspec.Struct, frozen=True, kw_only=True):
    """The log's end, and how far it is published."""

    end: int
    published: int
    oldest_unpublished_at: datetime | None = None
    partitions: tuple[PartitionEnd, ...] = ()


class HandedOut(msgspec.Struct, frozen=True, kw_only=True):
    """How often the group gave this instance partitions since it started, and when it last did."""

    times: int
    last_at: datetime | None


class LettersDepth(msgspec.Struct, frozen=True, kw_only=True):
    """How many letters wait; with `more`, at least so many."""

    letters: int = 0
    subjects: int = 0
    more: bool = False
    oldest_parked_at: datetime | None = None


class SigningView(msgspec.Struct, frozen=True, kw_only=True):
    """How far the service signed for its log; `late`: an event waits longer than was promised."""

    events: int
    position: int
    signed_at: datetime | None
    waits_seconds: float
    late: bool
    cut: bool


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer; a service without a topic has no outbox.

    `whole`: partitions without an item were not read by anybody; else other instances may read
    them, for the service stores no marks.
    """

    service: str
    instance: str
    hears: tuple[str, ...]
    items: tuple[LaneView, ...]
    whole: bool = True
    outbox: Outbox | None
    dead_letters: LettersDepth
    signing: SigningView | None = None
    handed_out: HandedOut | None = None


def consumers_router(service: str) -> APIRouter:
    """`consumers`, scope `operations`."""
    router = service_router(service, "operations")
    router.add_api_route(
        "/consumers", list_consumers, methods=["GET"], openapi_extra=answer_of(Reading)
    )
    return router


async def list_consumers(request: Request) -> Response:
    """Per publisher and partition how far the service read; and how far its log is published."""
    authorize(request, "operations")
    line: OnLine = request.app.state.line
    return answer(await reading_of(line))


async def reading_of(line: OnLine) -> Reading:
    """Of the whole service by its store, and of this instance by its memory, which is newer."""
    lanes = await _stored_lanes(line)
    for lane in line.lanes:
        lanes[lane.publisher, lane.partition] = _view(lane)
    return Reading(
        service=line.core.name,
        instance=INSTANCE,
        hears=tuple(line.hears or sorted({publisher for publisher, _ in lanes})),
        items=tuple(lanes[key] for key in sorted(lanes)),
        whole=line.consumer is not None,
        outbox=await outbox_of(line) if line.core.name in PUBLISHERS else None,
        dead_letters=await letters_depth(line),
        handed_out=_handed_out(line),
        signing=await signing_view(line),
    )


async def signing_view(line: OnLine) -> SigningView:
    """As it stands in the store."""
    found = await line.signing()
    return SigningView(
        events=found.events,
        position=found.position,
        signed_at=found.signed_at,
        waits_seconds=round(line.waits_seconds(found), 3),
        late=line.is_late(found),
        cut=found.is_cut,
    )


def _handed_out(line: OnLine) -> HandedOut | None:
    found = line.attachment.handed_out
    return None if found is None else HandedOut(times=found.times, last_at=found.last_at)


async def _stored_lanes(line: OnLine) -> dict[tuple[str, int], LaneView]:
    lanes = {}
    for name, position in (await line.core.store.marks("mark/")).items():
        _, publisher, _, number = name.split("/")
        view = LaneView(publisher=publisher, partition=int(number), mark=position)
        lanes[publisher, view.partition] = view
    return lanes


def _view(lane: Lane) -> LaneView:
    return LaneView(
        publisher=lane.publisher,
        partition=lane.partition,
        mark=lane.mark,
        offset=lane.place,
        held=len(lane.held),
        alarm=lane.alarm,
        last_handled_at=lane.last_handled_at,
        instance=INSTANCE,
    )


async def outbox_of(line: OnLine) -> Outbox:
    """How far the log of a service with a topic is published, by its store or by its relay."""
    store = line.core.store
    end = await store.end()
    stored = await store.get(PLACES, PLACE_KEY) or Place()
    place = max(stored, line.attachment.place, key=lambda one: one.position)
    published = place.position
    waiting = await store.read_log(published, 1)
    ends = enumerate(zip(place.previous, place.counts, strict=True))
    return Outbox(
        end=max(end, published),
        published=published,
        oldest_unpublished_at=unpack(waiting[0].event.state)[0].recorded_at if waiting else None,
        partitions=tuple(
            PartitionEnd(partition=number, end=last, count=count) for number, (last, count) in ends
        ),
    )


async def letters_depth(line: OnLine) -> LettersDepth:
    """How many letters wait in the service's store."""
    letters = await line.core.letters.page(None, MAX_COUNTED + 1)
    counted = letters[:MAX_COUNTED]
    return LettersDepth(
        letters=len(counted),
        subjects=len({letter.subject for letter in counted}),
        more=len(letters) > MAX_COUNTED,
        oldest_parked_at=counted[0].parked_at if counted else None,
    )
