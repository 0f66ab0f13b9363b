"""Every version of the regulations, compiled once it is asked for; and which of them judge whom."""

from collections.abc import Sequence
from datetime import datetime

from services.sla.domain.facts import Case, Fact, Facts
from services.sla.domain.recalculation import stages
from services.sla.domain.regulation import Regulation
from shared.calendars import CHINA, COUNTRIES, Calendars
from shared.canary import CANARY
from shared.contracts.sla import RecalculationOrdered
from shared.packs import Pack, Packs, WrongDataError, canary_pack, shipped
from shared.packs.versions import FIRST
from shared.worktime import Calendar, WorktimeError, epoch_of


class Regulations:
    """Versions of packs and calendars as they are published, and recalculations as ordered."""

    def __init__(self, packs: Packs, calendars: Calendars) -> None:
        self.packs = packs
        self.calendars = calendars
        self.orders: Sequence[RecalculationOrdered] = ()
        """In the order in which they were given."""
        self._found: dict[tuple[str, int, int], Regulation] = {}

    def orders_given(self) -> int:
        """How many recalculations there were."""
        return len(self.orders)

    def compiled(self, pack: Pack, days: int | None = None) -> Regulation:
        """The pack with its calendars at work, in force or not; `days`: which official ones.

        Raises WorktimeError.
        """
        versions = {one.number: one for one in self.calendars.versions(CHINA)}
        version = versions[days] if days in versions else self.calendars.newest(CHINA)
        countries = {COUNTRIES[CHINA]: version.days}
        calendars = {
            one.name: Calendar(pack.calendar_rules(one.name, countries)) for one in pack.calendars
        }
        return Regulation(pack, calendars, version.number)

    def check_own(self, now: datetime) -> None:
        """Raises WrongDataError for an operator's file with a limit that no calendar reaches.

        A ticket that it fits would not be judged: a published version is refused for it, too.
        """
        for name in sorted({*self.packs.names} - {*shipped().names}):
            pack = self.packs.find(name)
            try:
                if pack is not None:
                    self.compiled(pack).check_reach(epoch_of(now))
            except WorktimeError as error:
                problem = f"shorten the limits of pack {name}, no calendar reaches so far: {error}"
                raise WrongDataError("HUIYIN_PACKS", None, problem) from None

    def of(self, case: Case, days: int = FIRST) -> Regulation:
        """The version that a ticket was registered under. Raises UnknownPackError."""
        return self.version(case.pack, case.pack_version, days)

    def version(self, name: str, number: int, days: int) -> Regulation:
        """Raises UnknownPackError."""
        key = (name, number, days)
        if key not in self._found:
            pack = canary_pack() if name == CANARY else self.packs.named(name, number)
            self._found[key] = self.compiled(pack, days)
        return self._found[key]

    def used_files(self) -> frozenset[str]:
        """Packs whose version 1, which is a file, something here was promised or judged by."""
        return frozenset(name for name, number, _ in self._found if number == FIRST)

    def judging(
        self,
        facts: Facts,
        registered: Fact,
        case: Case,
        trial: RecalculationOrdered | None = None,
    ) -> Sequence[tuple[Regulation, datetime | None]]:
        """What judges a ticket, one after the other; `trial` as though it had been ordered last.

        Raises UnknownPackError.
        """
        days = self.calendars.in_force(CHINA, registered.at).number
        if not self.orders and trial is None:
            return [(self.of(case, days), None)]
        orders = self.orders if trial is None else (*self.orders, trial)
        return [
            (self.version(case.pack, stage.versions.pack, stage.versions.days), stage.since)
            for stage in stages(facts, registered, case, days, orders)
        ]

    def in_force(self, pack: str, at: datetime) -> Regulation:
        """What a ticket of that pack would be promised by then. Raises UnknownPackError."""
        days = self.calendars.in_force(CHINA, at).number
        return self.version(pack, self.packs.in_force(pack, at).version, days)

    def newest(self, pack: str) -> Regulation | None:
        """The newest version of a pack, in force or not; None if there is none of that name."""
        found = self.packs.newest(pack)
        if found is None:
            return None
        return self.version(pack, found.number, self.calendars.newest(CHINA).number)
