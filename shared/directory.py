"""Who answers for what: departments and their people, areas, and the rules that route a ticket."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from shared.contracts.terms import Kind, Severity, Tier
from shared.packs import Addressee, WrongDataError
from shared.packs.reading import read_yaml
from shared.packs.rules import holds

EXAMPLE = "example.yaml"
DEFAULT_RULE = "otherwise"
Code = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]
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


class RoutingRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The department of tickets that meet every named condition; an empty one is not named."""

    name: Code
    department: Code
    area: tuple[Label, ...] = ()
    product: tuple[Label, ...] = ()
    category: tuple[Label, ...] = ()
    kind: tuple[Kind, ...] = ()
    tier: tuple[Tier, ...] = ()

    @property
    def conditions(self) -> tuple[tuple[str, ...], ...]:
        """The weightiest first."""
        return self.area, self.product, self.category, self.kind, self.tier

    @property
    def named(self) -> tuple[bool, ...]:
        return tuple(map(bool, self.conditions))


class Routing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    otherwise: Code
    rules: tuple[RoutingRule, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Matter:
    """What is known of a ticket when its department and handler are chosen."""

    pack: str
    kind: Kind
    severity: Severity
    tier: Tier
    category: str | None = None
    product: str | None = None
    area: str | None = None
    against_person: str | None = None


@dataclass(frozen=True)
class Route:
    """Whose matter it is and by which rule; without a handler it is whoever accepts it."""

    department: str
    handler: str | None
    rule: str


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

    def __post_init__(self) -> None:
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
        for rule, other in combinations(self.routing.rules, 2):
            if _are_rivals(rule, other):
                raise ValueError(f"rules {rule.name} and {other.name} fit the same tickets equally")

    def _named_departments(self) -> Iterator[tuple[str, str]]:
        yield "quality_centre", self.quality_centre
        yield "routing.otherwise", self.routing.otherwise
        yield from ((f"area {area.name}", area.department) for area in self.areas)
        yield from ((f"rule {rule.name}", rule.department) for rule in self.routing.rules)

    def department(self, code: str) -> Department | None:
        return next((one for one in self.departments if one.code == code), None)

    def route(self, matter: Matter) -> Route:
        """Return the same for the same matter; never the person whom it is about."""
        fitting = [rule for rule in self.routing.rules if _fits(rule, matter)]
        winner = max(fitting, key=lambda rule: _rank(rule, matter), default=None)
        department = winner.department if winner else self.routing.otherwise
        rule = winner.name if winner else DEFAULT_RULE
        return Route(department, self.handler_in(department, matter), rule)

    def handler_in(self, department: str, matter: Matter) -> str | None:
        """Return whom of the department to ask; None for whoever of its handlers accepts.

        The manager where H-07 says so, then the area's manager. Where that is the person whom it is
        about, or nobody else is left, the next above. Raises KeyError for an unknown department.
        """
        found = self._known(department)
        above = (found.supervisor, found.manager, self.deputy_general_manager)
        mine = [area.manager for area in self.areas if _is_of(area, department, matter)]
        if matter.severity in self.manager_takes.get(matter.pack, ()):
            return _other_than(matter.against_person, above[1:])
        if mine:
            return _other_than(matter.against_person, (*mine, *above))
        if set(found.handlers) - {matter.against_person}:
            return None
        return _other_than(matter.against_person, above)

    def addressees(
        self,
        to: Iterable[Addressee],
        responsible: InCharge | None,
        against_person: str | None = None,
    ) -> tuple[str, ...]:
        """Return the people to call on, each once; never the one whom it is about.

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
            left = ([name for name in names if name != against_person] for names in above)
            called += next((names for names in left if names), [])
        return tuple(dict.fromkeys(called))

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


def _fits(rule: RoutingRule, matter: Matter) -> bool:
    return (
        (not rule.area or matter.area in rule.area)
        and (not rule.product or matter.product in rule.product)
        and (not rule.category or _category_of(rule, matter) is not None)
        and (not rule.kind or matter.kind in rule.kind)
        and (not rule.tier or matter.tier in rule.tier)
    )


def _rank(rule: RoutingRule, matter: Matter) -> tuple[tuple[bool, ...], int]:
    """The weightiest condition decides, then the category farther down."""
    return rule.named, len(_category_of(rule, matter) or "")


def _category_of(rule: RoutingRule, matter: Matter) -> str | None:
    if matter.category is None:
        return None
    fitting = (name for name in rule.category if holds(name, matter.category))
    return max(fitting, key=len, default=None)


def _are_rivals(rule: RoutingRule, other: RoutingRule) -> bool:
    """Whether some ticket fits both and neither is more specific."""
    pairs = zip(rule.conditions, other.conditions, strict=True)
    return rule.named == other.named and all(
        not set(mine).isdisjoint(theirs) for mine, theirs in pairs if mine
    )


def _is_of(area: Area, department: str, matter: Matter) -> bool:
    return area.name == matter.area and area.department == department


def _other_than(person: str | None, people: Iterable[str]) -> str | None:
    return next((name for name in people if name != person), None)


def _check_once(what: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{what} {name} is given twice")
