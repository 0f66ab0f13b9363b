"""The regulations that are in force, compiled once."""

from collections.abc import Sequence

from services.sla.domain.facts import Case
from services.sla.domain.regulation import Regulation
from shared import packs
from shared.china import china_days
from shared.packs import Pack
from shared.worktime import Calendar, OfficialDays


class Regulations:
    """Every version of every pack, with its calendars."""

    def __init__(self, versions: Sequence[Pack]) -> None:
        countries: dict[str, OfficialDays] = {"CN": china_days()}
        self.packs = tuple(versions)
        self._found: dict[tuple[str, int], Regulation] = {}
        for pack in versions:
            calendars = {
                one.name: Calendar(pack.calendar_rules(one.name, countries))
                for one in pack.calendars
            }
            self._found[pack.name, pack.version] = Regulation(pack, calendars)

    def of(self, case: Case) -> Regulation | None:
        """The version that judges a ticket; None for one that is not known here."""
        return self._found.get((case.pack, case.pack_version))

    def newest(self, pack: str) -> Regulation | None:
        """The newest version of a pack; None if there is none of that name."""
        versions = [version for name, version in self._found if name == pack]
        return self._found[pack, max(versions)] if versions else None


def shipped() -> Regulations:
    """What comes with the package."""
    return Regulations([packs.load(name) for name in packs.names()])
