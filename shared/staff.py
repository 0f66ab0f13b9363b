"""Who works where, who is in charge, and who stands in for whom."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from shared.contracts.terms import DepartmentLevel, Headed, same_person
from shared.departments import Absence, Department
from shared.routing import Code, Label


class Staff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A company's people, as its directory lists them."""

    deputy_general_manager: Label
    departments: Annotated[tuple[Department, ...], Meta(min_length=1)]
    absences: tuple[Absence, ...] = ()
    zone: str = "Asia/Shanghai"
    """Whose days an absence is counted in."""

    def department(self, code: str) -> Department | None:
        return next((one for one in self.departments if one.code == code), None)

    def knows(self, person: str) -> bool:
        """Return whether the person works in any of its departments, or above them all."""
        return same_person(person, self.deputy_general_manager) or any(
            one.has(person) for one in self.departments
        )

    def level_of(self, code: str) -> DepartmentLevel | None:
        """Return where the department stands; None for one that is not here (any more)."""
        found = self.department(code)
        return found.level if found else None

    def department_at(self, level: DepartmentLevel, person: str) -> Department | None:
        """Return the department of that level in which the person works (U-01)."""
        found = (one for one in self.departments if one.level == level and one.has(person))
        return next(found, None)

    def stand_in(self, name: str, at: datetime) -> str | None:
        """Return the person, or whoever stands in on that day; None where all of them are away."""
        day = at.astimezone(ZoneInfo(self.zone)).date()
        asked = {name}
        while absence := next((one for one in self.absences if one.covers(name, day)), None):
            name = absence.deputy
            if name in asked:
                return None
            asked.add(name)
        return name

    def leads(self, department: str, level: Headed, person: str, at: datetime) -> bool:
        """Return whether the person acts on that day as the head of the department at that level.

        So do who stands in for the head, and who is above: the manager, the deputy general manager.
        """
        found = self.department(department)
        if found is None:
            return False
        above = (found.manager, self.deputy_general_manager)
        heads = above if level == "manager" else (found.supervisor, *above)
        acting = (name for one in heads for name in (one, self.stand_in(one, at)))
        return any(same_person(person, one) for one in acting)

    def head_in(
        self, department: str, level: Headed, at: datetime, other_than: str | None
    ) -> str | None:
        """Return who acts as the department's head at that level, else who is next above.

        Who is absent is stood in for (H-30); never `other_than` (C-10). None, too, for a department
        that is not here (any more).
        """
        found = self.department(department)
        if found is None:
            return None
        above = (found.manager, self.deputy_general_manager)
        heads = above if level == "manager" else (found.supervisor, *above)
        return next(iter(self.present(heads, at, other_than)), None)

    def anybody_at(
        self, level: DepartmentLevel, at: datetime, other_than: str | None
    ) -> tuple[Code, str] | None:
        """Return the first department of that level with somebody there, and who that is (U-11).

        One of its handlers, else its supervisor, else its manager; deputies included (H-30).
        """
        for one in self.departments:
            people = (*one.handlers, one.supervisor, one.manager) if one.level == level else ()
            for person in self.present(people, at, other_than):
                return one.code, person
        return None

    def present(self, people: Iterable[str], at: datetime, other_than: str | None) -> list[str]:
        """Return who of them acts on that day, or whoever stands in; never `other_than` (C-10)."""
        names = (name for one in people if (name := self.stand_in(one, at)))
        return [name for name in names if not same_person(name, other_than)]

    def known(self, code: str) -> Department:
        """Return the department. Raises KeyError for one that is not here (any more)."""
        found = self.department(code)
        if found is None:
            raise KeyError(code)
        return found
