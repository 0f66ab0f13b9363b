"""A draft of a pack or of one of its calendars, as a request brings it."""

from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from services.sla.domain.regulation import Regulation
from services.sla.models import SimulationRequest
from services.sla.named import check_period, newest_pack
from services.sla.regulations import Regulations
from shared.http import MalformedError
from shared.keys import ApiKey
from shared.packs import Pack, WrongDataError
from shared.packs.foreign import read_foreign_calendar, read_foreign_pack, words_of
from shared.packs.wording import calendar_words
from shared.worktime import WorktimeError


class Simulation(NamedTuple):
    """What is asked: which tickets, and the regulation that is tried on them."""

    draft: Regulation
    from_at: datetime
    until: datetime
    key: ApiKey
    asked: dict[str, Any]
    """The same in a few words; equal where the request is."""


def simulation_of(regulations: Regulations, body: SimulationRequest, key: ApiKey) -> Simulation:
    """The request, read. Raises MalformedError: where and what is expected there."""
    check_period(body.from_at, body.until)
    try:
        pack = _pack_of(regulations, body)
        draft = regulations.compiled(pack)
    except WrongDataError as error:
        raise MalformedError(("/draft", words_of(error, body.draft))) from None
    except WorktimeError as error:
        raise MalformedError(("/draft", calendar_words(error))) from None
    asked = {
        "client": key.client,
        "pack": pack.name,
        "pack_version": pack.version,
        "calendar_of": body.calendar_of,
        "draft": sha256(msgspec.json.encode(body.draft)).hexdigest(),
        "from": body.from_at.isoformat(),
        "until": body.until.isoformat(),
    }
    return Simulation(draft, body.from_at, body.until, key, asked)


def _pack_of(regulations: Regulations, body: SimulationRequest) -> Pack:
    if body.calendar_of is not None:
        running = newest_pack(regulations, body.calendar_of, "/calendar_of").pack
        return _with_calendar(running, body)
    pack = read_foreign_pack(body.draft, regulations.packs)
    # A draft is compared with what judges tickets today.
    newest_pack(regulations, pack.name, "/draft")
    return pack


def _with_calendar(pack: Pack, body: SimulationRequest) -> Pack:
    """The pack, with the draft in the place of its calendar of that name."""
    draft = read_foreign_calendar(body.draft)
    names = [one.name for one in pack.calendars]
    if draft.name not in names:
        there_are = ", ".join(names)
        raise MalformedError(
            (
                "/draft",
                (f"name: 可用的日历有 {there_are}。", f"name: there are the calendars {there_are}"),
            )
        )
    calendars = [draft if one.name == draft.name else one for one in pack.calendars]
    return msgspec.structs.replace(pack, calendars=tuple(calendars))
