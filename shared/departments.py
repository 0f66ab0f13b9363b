"""What a directory lists: departments with their people, areas, and who stands in for whom."""

from datetime import date
from typing import Protocol

from msgspec import Struct, field

from shared.contracts.terms import DepartmentLevel, same_person
from shared.packs.notation import day_of
from shared.routing import Code, Label


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
    level: DepartmentLevel = "city"

    def has(self, person: str) -> bool:
        """Return whether the person works there, in whatever place."""
        people = (*self.handlers, self.supervisor, self.manager)
        return any(same_person(person, one) for one in people)


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
