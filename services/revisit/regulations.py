"""The packs' rules of calling at key moments: their calendars are compiled once."""

from datetime import datetime

from services.revisit.domain.outbound_rules import OutboundRules
from services.revisit.outbound_projections import OutboundTaskSummary
from shared.calendars import Calendars
from shared.packs import Pack, Packs
from shared.worktime import Calendar

Key = tuple[str, int, tuple[int, ...]]
"""A pack, its version, and those of the countries' days."""


class Regulations:
    """Every version of every pack, with the days off that are in force for what goes by it."""

    def __init__(self, packs: Packs, calendars: Calendars) -> None:
        self._packs = packs
        self._calendars = calendars
        self._outbound: dict[Key, OutboundRules | None] = {}

    def in_force(self, name: str, at: datetime) -> OutboundRules | None:
        """The rules of calling for a task that is made then; None where the pack has none.

        Raises UnknownPackError.
        """
        return self._rules(self._packs.in_force(name, at), at)

    def of(self, task: OutboundTaskSummary) -> OutboundRules | None:
        """Those that the task was made by. Raises UnknownPackError, PackVersionNotHeardError."""
        return self._rules(self._packs.judging(task), task.created_at)

    def _rules(self, pack: Pack, at: datetime) -> OutboundRules | None:
        calendars = self._calendars
        days = tuple(calendars.in_force(name, at).number for name in calendars.names)
        key = (pack.name, pack.version, days)
        if key not in self._outbound:
            self._outbound[key] = self._compile(pack, at)
        return self._outbound[key]

    def _compile(self, pack: Pack, at: datetime) -> OutboundRules | None:
        if pack.outbound is None:
            return None
        rules = pack.calendar_rules(pack.outbound.calendar, self._calendars.countries(at))
        return OutboundRules(pack, pack.outbound, Calendar(rules))
