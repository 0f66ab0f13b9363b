"""Who answers for what: whom a ticket goes to, and whom to call on about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from shared.canary import CANARY
from shared.contracts.terms import DepartmentLevel, Headed, Severity, same_person
from shared.departments import Absence, Area, Department, InCharge
from shared.packs import Addressee
from shared.packs.reading import read_yaml, source_of, text_of
from shared.routing import Code, Label, Matter, Route, Routing
from shared.worktime import zones

EXAMPLE = "example.yaml"


class Directory(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One company's. Raises ValueError for names that lead nowhere."""

    deputy_general_manager: Label
    quality_centre: Code
    departments: Annotated[tuple[Department, ...], Meta(min_length=1)]
    routing: Routing
    areas: tuple[Area, ...] = ()
    manager_takes: dict[str, tuple[Severity, ...]] = {}
    """By pack: the severities that go to the department's manager at once (H-07)."""
    absences: tuple[Absence, ...] = ()
    zone: str = "Asia/Shanghai"
    """Whose days an absence is counted in."""

    def __post_init__(self) -> None:
        if self.zone not in zones():
            raise ValueError(f"zone {self.zone!r} is unknown")
        for what, names in (
            ("department", [one.code for one in self.departments]),
            ("area", [one.name for one in self.areas]),
            ("rule", [one.name for one in self.routing.rules]),
        ):
            _check_once(what, names)
        if self.department(CANARY) is not None:
            raise ValueError(f"{CANARY} is the system's own department: give yours another code")
        for where, code in self._named_departments():
            if self.department(code) is None:
                raise ValueError(f"{where} names no department here: {code}")
        known = {area.name for area in self.areas}
        for rule in self.routing.rules:
            if unknown := set(rule.area) - known:
                raise ValueError(f"rule {rule.name} names no area here: {min(unknown)}")

    def _named_departments(self) -> Iterator[tuple[str, str]]:
        yield "quality_centre", self.quality_centre
        yield "routing.otherwise", self.routing.otherwise
        yield from ((f"area {area.name}", area.department) for area in self.areas)
        yield from ((f"rule {rule.name}", rule.department) for rule in self.routing.rules)

    def department(self, code: str) -> Department | None:
        return next((one for one in self.departments if one.code == code), None)

    def knows(self, person: str) -> bool:
        """Return whether the person works in any of its departments, or above them all."""
        return same_person(person, self.deputy_general_manager) or any(
            one.has(person) for one in self.departments
        )

    @property
    def appeal_departments(self) -> tuple[Code, ...]:
        """Return who answers appeals: the nation level, else the quality centre (U-12)."""
        national = tuple(one.code for one in self.departments if one.level == "nation")
        return national or (self.quality_centre,)

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

    def route(self, matter: Matter, at: datetime) -> Route:
        """Return the same for the same matter and day; never the person whom it is about.

        The system's own heartbeat goes to a department that is nobody's.
        """
        if matter.pack == CANARY:
            return Route(CANARY, None, CANARY)
        department, rule = self.routing.choose(matter)
        return Route(department, self.handler_in(department, matter, at), rule)

    def handler_in(self, department: str, matter: Matter, at: datetime) -> str | None:
        """Return whom of the department to ask; None for whoever of its handlers accepts.

        The manager where H-07 says so, then the area's manager; who is absent is stood in for.
        Where that is the person whom it is about, or nobody else is left, the next above. Raises
        KeyError for an unknown department.
        """
        found = self._known(department)
        above = (found.supervisor, found.manager, self.deputy_general_manager)
        mine = [area.manager for area in self.areas if _is_of(area, department, matter)]
        if matter.severity in self.manager_takes.get(matter.pack, ()):
            return self.manager_in(department, matter, at)
        if mine:
            return self._first_present((*mine, *above), matter, at)
        if self._first_present(found.handlers, matter, at):
            return None
        return self._first_present(above, matter, at)

    def manager_in(self, department: str, matter: Matter, at: datetime) -> str | None:
        """Return who acts as the department's manager in this matter.

        The manager, or who stands in; where that is the person whom it is about, or nobody is
        left, the deputy general manager. Raises KeyError for an unknown department.
        """
        self._known(department)
        return self.head_in(department, "manager", at, matter.against_person)

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
        return next(iter(self._present(heads, at, other_than)), None)

    def anybody_at(
        self, level: DepartmentLevel, at: datetime, other_than: str | None
    ) -> tuple[Code, str] | None:
        """Return the first department of that level with somebody there, and who that is (U-11).

        One of its handlers, else its supervisor, else its manager; deputies included (H-30).
        """
        for one in self.departments:
            people = (*one.handlers, one.supervisor, one.manager) if one.level == level else ()
            for person in self._present(people, at, other_than):
                return one.code, person
        return None

    def _first_present(self, people: Iterable[str], matter: Matter, at: datetime) -> str | None:
        return next(iter(self._present(people, at, matter.against_person)), None)

    def addressees(
        self,
        to: Iterable[Addressee],
        responsible: InCharge | None,
        at: datetime,
        against_person: str | None = None,
    ) -> tuple[str, ...]:
        """Return the people to call on, each once; never the one whom it is about.

        Who is absent is stood in for (H-30).

        A work order that nobody has yet is every handler's of its department; a ticket without one,
        or with a department that is gone from the directory, belongs where routing sends what no
        rule fits. Whoever is missing is stood in for by the next above. Nobody is called on about
        the system's own heartbeat.
        """
        if responsible is not None and responsible.department == CANARY:
            return (CANARY,)
        department = self.department((responsible and responsible.department) or "")
        found = department or self._known(self.routing.otherwise)
        handler = responsible and responsible.handler
        first_owner = responsible and responsible.first_owner
        people: Mapping[Addressee, Sequence[str]] = {
            "first_owner": (first_owner,) if first_owner else (),
            "handler": (handler,) if handler else found.handlers,
            "department_supervisor": (found.supervisor,),
            "department_manager": (found.manager,),
            "deputy_general_manager": (self.deputy_general_manager,),
            "quality_centre": (self._known(self.quality_centre).manager,),
        }
        upwards = list(people)
        called: list[str] = []
        for addressee in to:
            above = (people[one] for one in upwards[upwards.index(addressee) :])
            left = (self._present(names, at, against_person) for names in above)
            called += next((names for names in left if names), [])
        return tuple(dict.fromkeys(called))

    def _present(self, people: Iterable[str], at: datetime, other_than: str | None) -> list[str]:
        names = (name for one in people if (name := self.stand_in(one, at)))
        return [name for name in names if not same_person(name, other_than)]

    def _known(self, code: str) -> Department:
        found = self.department(code)
        if found is None:
            raise KeyError(code)
        return found


def load_directory(path: Path | None = None) -> Directory:
    """Read the operator's directory, or the example that is shipped. Raises WrongDataError."""
    return example() if path is None else _read(path)


@cache
def example() -> Directory:
    """What comes with the package."""
    return _read(files("shared").joinpath("directories", EXAMPLE))


def read_directory(text: str, source: str) -> Directory:
    """Read a directory in YAML; `source` names it in errors. Raises WrongDataError."""
    return read_yaml(text, source, Directory)


def _read(file: Traversable) -> Directory:
    return read_directory(text_of(file, "the directory"), source_of(file))


def _is_of(area: Area, department: str, matter: Matter) -> bool:
    return area.name == matter.area and area.department == department


def _check_once(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} is given twice")
