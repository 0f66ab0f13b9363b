"""The packs as revisit goes by them: their outbound calendars are compiled once."""

from collections.abc import Callable

from services.revisit.domain.outbound_rules import OutboundRules
from shared.china import china_days
from shared.packs import Pack, UnknownPackError
from shared.worktime import Calendar, OfficialDays


class Regulations:
    """Every pack, by its name."""

    def __init__(self, load: Callable[[str], Pack]) -> None:
        self.pack = load
        self._countries: dict[str, OfficialDays] = {"CN": china_days()}
        self._outbound: dict[str, OutboundRules | None] = {}

    def outbound(self, name: str) -> OutboundRules | None:
        """The pack's rules of calling at key moments; None where there are none."""
        if name not in self._outbound:
            self._outbound[name] = self._compile(name)
        return self._outbound[name]

    def _compile(self, name: str) -> OutboundRules | None:
        try:
            pack = self.pack(name)
        except UnknownPackError:
            return None
        if pack.outbound is None:
            return None
        rules = pack.calendar_rules(pack.outbound.calendar, self._countries)
        return OutboundRules(pack, pack.outbound, Calendar(rules))
