"""Who had a work order in hand, and for how long: refusal, transfer and takeover included."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.terms import same_person


@dataclass(frozen=True, kw_only=True)
class Holder:
    """A department, or one of its people by name, for a time; `until` is None of who has it now."""

    department: str
    handler: str | None
    from_at: datetime
    until: datetime | None = None


def holders_after(
    before: tuple[Holder, ...], holding: tuple[str, str | None] | None, at: datetime
) -> tuple[Holder, ...]:
    """The holders once this department and handler have it, or nobody has, since `at`.

    What was entered late can't lie before what is on record already: nobody's time is negative,
    and no two overlap.
    """
    last = before[-1] if before else None
    had = last if last is not None and last.until is None else None
    if had is not None and holding is not None and _is_with(had, *holding):
        return before
    moment = at if last is None else max(at, last.until or last.from_at)
    closed = before if had is None else (*before[:-1], replace(had, until=moment))
    if holding is None:
        return closed
    department, handler = holding
    return (*closed, Holder(department=department, handler=handler, from_at=moment))


def _is_with(holder: Holder, department: str, handler: str | None) -> bool:
    if holder.department != department:
        return False
    if holder.handler is None:
        return handler is None
    return same_person(holder.handler, handler)
