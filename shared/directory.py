"""Who answers for what: whom a ticket goes to, and whom to call on about it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import field

from shared.canary import CANARY
from shared.contracts.terms import Severity
from shared.departments import Area, InCharge
from shared.packs import Addressee
from shared.packs.reading import read_yaml, source_of, text_of
from shared.routing import Code, Matter, Route, Routing
from shared.staff import Staff
from shared.worktime import zones

EXAMPLE = "example.yaml"


class Directory(Staff, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One company's. Raises ValueError for names that lead nowhere."""

    quality_centre: Code
    routing: Routing
    areas: tuple[Area, ...] = ()
    manager_takes: dict[str, tuple[Severity, ...]] = field(default_factory=dict)
    """By pack: the severities that go to the department's manager at once (H-07)."""

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

    @property
    def appeal_departments(self) -> tuple[Code, ...]:
        """Return who answers appeals: the nation level, else the quality centre (U-12)."""
        national = tuple(one.code for one in self.departments if one.level == "nation")
        return national or (self.quality_centre,)

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
        found = self.known(department)
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
        self.known(department)
        return self.head_in(department, "manager", at, matter.against_person)

    def _first_present(self, people: Iterable[str], matter: Matter, at: datetime) -> str | None:
        return next(iter(self.present(people, at, matter.against_person)), None)

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
        found = department or self.known(self.routing.otherwise)
        handler = responsible and responsible.handler
        first_owner = responsible and responsible.first_owner
        people: Mapping[Addressee, Sequence[str]] = {
            "first_owner": (first_owner,) if first_owner else (),
            "handler": (handler,) if handler else found.handlers,
            "department_supervisor": (found.supervisor,),
            "department_manager": (found.manager,),
            "deputy_general_manager": (self.deputy_general_manager,),
            "quality_centre": (self.known(self.quality_centre).manager,),
        }
        upwards = list(people)
        called: list[str] = []
        for addressee in to:
            above = (people[one] for one in upwards[upwards.index(addressee) :])
            left = (self.present(names, at, against_person) for names in above)
            called += next((names for names in left if names), [])
        return tuple(dict.fromkeys(called))


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
