"""The rules that say whose matter a ticket is: the most specific one that fits."""

from dataclasses import dataclass
from itertools import combinations
from typing import Annotated

from msgspec import Meta, Struct

from shared.contracts.terms import Kind, Severity, Tier
from shared.packs.rules import holds

DEFAULT_RULE = "otherwise"
Code = Annotated[str, Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=64)]
Label = Annotated[str, Meta(min_length=1, max_length=120)]


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


class RoutingRule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The department of tickets that meet every named condition; an empty one is not named."""

    name: Code
    department: Code
    pack: tuple[Label, ...] = ()
    area: tuple[Label, ...] = ()
    product: tuple[Label, ...] = ()
    category: tuple[Label, ...] = ()
    kind: tuple[Kind, ...] = ()
    tier: tuple[Tier, ...] = ()

    @property
    def conditions(self) -> tuple[tuple[str, ...], ...]:
        """The weightiest first."""
        return self.pack, self.area, self.product, self.category, self.kind, self.tier

    @property
    def named(self) -> tuple[bool, ...]:
        return tuple(map(bool, self.conditions))


class Routing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Raises ValueError for rules of which none is the more specific one."""

    otherwise: Code
    rules: tuple[RoutingRule, ...] = ()

    def __post_init__(self) -> None:
        for rule, other in combinations(self.rules, 2):
            if _are_rivals(rule, other):
                raise ValueError(f"rules {rule.name} and {other.name} fit the same tickets equally")

    def choose(self, matter: Matter) -> tuple[str, str]:
        """The department of the most specific rule that fits, and that rule's name."""
        fitting = [rule for rule in self.rules if _fits(rule, matter)]
        winner = max(fitting, key=lambda rule: _rank(rule, matter), default=None)
        return (winner.department, winner.name) if winner else (self.otherwise, DEFAULT_RULE)


def _fits(rule: RoutingRule, matter: Matter) -> bool:
    return (
        (not rule.pack or matter.pack in rule.pack)
        and (not rule.area or matter.area in rule.area)
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
