"""A recalculation as a request asks for it: which tickets, and by which versions."""

from datetime import datetime
from uuid import UUID

from services.sla.domain.errors import VersionNotInForceError
from services.sla.domain.orders import OrderRecalculation
from services.sla.named import check_period, newest_pack
from services.sla.regulations import Regulations
from services.sla.version_models import RecalculationRequest
from shared.calendars import CalendarVersion
from shared.http import MalformedError
from shared.packs import PackVersion


def recalculation_of(
    regulations: Regulations, body: RecalculationRequest, recalculation_id: UUID, now: datetime
) -> OrderRecalculation:
    """The request, read. Raises MalformedError, VersionNotInForceError."""
    _check_window(body)
    pack = _pack_of(regulations, body.pack)
    calendar = _calendar_of(regulations, body.calendar)
    for version in (pack, calendar):
        if version and version.effective_from and version.effective_from > now:
            raise VersionNotInForceError(effective_from=version.effective_from.isoformat())
    return OrderRecalculation(
        recalculation_id=recalculation_id,
        scope=body.scope,
        from_at=_since(pack, calendar) if body.scope == "new" else body.from_at,
        until=body.until,
        pack=body.pack,
        pack_version=pack.number if pack else None,
        calendar=body.calendar,
        calendar_version=calendar.number if calendar else None,
        reason=body.reason,
        at=now,
    )


def _check_window(body: RecalculationRequest) -> None:
    is_period = body.scope == "period"
    for name, at in (("from", body.from_at), ("until", body.until)):
        if is_period and at is None:
            words = "期间须同时给出 from 与 until。", "a period has a from and an until"
            raise MalformedError((f"/{name}", words))
        if at is not None and not is_period:
            words = (
                "只有 scope 为 period 时才给出 from 与 until。",
                "only a period has a from and an until",
            )
            raise MalformedError((f"/{name}", words))
    if body.from_at is not None and body.until is not None:
        check_period(body.from_at, body.until)
    if body.scope == "new" and body.pack is None and body.calendar is None:
        words = (
            "new 指某一版本生效后的工单，请给出 pack 或 calendar。",
            "new are tickets since a version took effect: name a pack or a calendar",
        )
        raise MalformedError(("/scope", words))


def _pack_of(regulations: Regulations, name: str | None) -> PackVersion | None:
    return None if name is None else newest_pack(regulations, name, "/pack")


def _calendar_of(regulations: Regulations, name: str | None) -> CalendarVersion | None:
    if name is None:
        return None
    if name not in regulations.calendars.names:
        there_are = ", ".join(regulations.calendars.names)
        chinese = f"应为国家日历的名称：{there_are}。"
        english = f"expected the calendar of a country: {there_are}"
        raise MalformedError(("/calendar", (chinese, english)))
    return regulations.calendars.newest(name)


def _since(pack: PackVersion | None, calendar: CalendarVersion | None) -> datetime | None:
    """Since when all that is named is in force; None: since ever."""
    moments = [one.effective_from for one in (pack, calendar) if one and one.effective_from]
    return max(moments, default=None)
