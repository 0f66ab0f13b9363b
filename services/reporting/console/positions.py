"""Where in a ticket's life a page looks: which stop of the slider, and which time that is."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.dossier import Dossier
from services.reporting.history import Time
from services.reporting.models import DiffView, StateView
from shared.codec import utc
from shared.http import MalformedError, Moment

STEP = Annotated[int, Field(ge=0, le=1_000_000)]
LOCAL = Annotated[str, Field(max_length=19)]


class PositionQuery(BaseModel):
    """As of when: a time, a stop of the slider, or a local time as a form sends it.

    `from` is what it is compared with.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: Moment | None = None
    by: Time = "record"
    step: STEP | None = None
    local: LOCAL | None = None
    from_at: Moment | None = Field(None, alias="from")


@dataclass(frozen=True)
class Position:
    """What is shown of the ticket, and how that is named in an address."""

    dossier: Dossier
    view: StateView
    diff: DiffView | None
    step: int
    """-1 before anything was known."""
    is_past: bool
    from_at: datetime | None

    @property
    def last_step(self) -> int:
        return max(len(self.dossier.moments) - 1, 0)

    def query(self, **changes: datetime | str | None) -> str:
        """The address's query for this position with changes; None leaves a part out."""
        at = self.view.as_of if self.is_past else None
        by = self.dossier.by if self.dossier.by != "record" else None
        parts = {"at": at, "by": by, "from": self.from_at, **changes}
        given = {name: _text(value) for name, value in parts.items() if value is not None}
        return f"?{urlencode(given)}" if given else "?"


def position(dossier: Dossier, asked: PositionQuery, zone: str) -> Position:
    """The position asked for: now, unless an earlier one is. Raises MalformedError."""
    moments = dossier.moments
    at = _time_of(dossier, asked, zone)
    is_past = at is not None and bool(moments) and at < moments[-1]
    view = dossier.state(at) if is_past else dossier.current
    step = bisect_right(moments, view.as_of) - 1
    diff = None
    if asked.from_at is not None:
        first, last = sorted((asked.from_at, view.as_of))
        diff = dossier.diff(first, last)
    return Position(dossier, view, diff, step, is_past, asked.from_at)


def _time_of(dossier: Dossier, asked: PositionQuery, zone: str) -> datetime | None:
    if asked.local:
        return _from_local(asked.local, zone)
    if asked.step is not None and dossier.moments:
        return dossier.moments[min(asked.step, len(dossier.moments) - 1)]
    return asked.at


def _from_local(text: str, zone: str) -> datetime:
    """What `<input type=datetime-local>` sends, on the page's wall clock."""
    try:
        return utc(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)))
    except (ValueError, OverflowError):
        raise MalformedError(
            ("/local", ("不是当地的日期和时间。", "is no local day and time"))
        ) from None


def _text(value: Any) -> str:  # noqa: ANN401 - a time or a word
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)
