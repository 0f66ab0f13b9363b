"""Who answers for what: departments and their people, areas, and whom a ticket goes to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Literal, Protocol
from zoneinfo import ZoneInfo, available_timezones

from msgspec import Meta, Struct, field

from shared.contracts.terms import Severity, same_person
from shared.packs import Addressee, WrongDataError
from shared.packs.notation import day_of
from shared.packs.reading import read_yaml
from shared.routing import Code, Label, Matter, Route, Routing

EXAMPLE = "example.yaml"
Level = Literal["city", "province", "nation"]


class Names(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    zh: Label
    en: Label


class Department(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """People are named as their API keys are."""

    code: Code
    name: Names
    supervisor: Label
    manager: Label
    handlers: tuple[Label, ...] = ()
    level: Level = "city"


class Area(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """C-01: an area belongs to one manager."""

    name: Label
    department: Code
    manager: Label


class Absence(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whole days, both ends included, on which somebody else stands in (H-30)."""

    name: Label
    first_day: str = field(name="from")
    last_day: str = field(name="until")
    deputy: Label

    def __post_init__(self) -> None:
        if day_of(self.first_day) > day_of(self.last_day):
            raise ValueError(f"the absence of {self.name} ends before it begins")

    def covers(self, name: str, day: date) -> bool:
        return same_person(name, self.name) and (
            day_of(self.first_day) <= day <= day_of(self.last_day)
        )


class InCharge(Protocol):
    """Who has a work order in hand, as far as the asker knows."""

    @property
    def department(self) -> str | None: ...
    @property
    def handler(self) -> str | None: ...
    @property
    def first_owner(self) -> str | None: ...


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
        if self.zone not in available_timezones():
            raise ValueError(f"zone {self.zone!r} is unknown")
        for what, names in (
            ("department", [one.code for one in self.departments]),
            ("area", [one.name for one in self.areas]),
            ("rule", [one.name for one in self.routing.rules]),
        ):
            _check_once(what, names)
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

    def route(self, matter: Matter, at: datetime) -> Route:
        """Return the same for the same matter and day; never the person whom it is about."""
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
            return self._first_present(above[1:], matter, at)
        if mine:
            return self._first_present((*mine, *above), matter, at)
        if self._first_present(found.handlers, matter, at):
            return None
        return self._first_present(above, matter, at)

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
        rule fits. Whoever is missing is stood in for by the next above.
        """
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
    if path is None:
        text = files("shared").joinpath("directories", EXAMPLE).read_text(encoding="utf-8")
        return read_directory(text, EXAMPLE)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongDataError(str(path), 1, f"the directory cannot be read: {reason}") from None
    return read_directory(text, str(path))


def read_directory(text: str, source: str) -> Directory:
    """Read a directory in YAML; `source` names it in errors. Raises WrongDataError."""
    return read_yaml(text, source, Directory)


def _is_of(area: Area, department: str, matter: Matter) -> bool:
    return area.name == matter.area and area.department == department


def _check_once(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} is given twice")
