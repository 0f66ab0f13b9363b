"""Which rule of a clock judges a ticket: the most specific one that fits."""

from collections.abc import Iterable
from itertools import combinations
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

from shared.contracts.terms import Channel, Kind, Severity, Tier
from shared.packs.notation import Duration
from shared.packs.reading import MisplacedError

Until = Literal["promised", "half-of-answer"]
BELOW = "-"
"""A category's name begins with the names above it: `mobile-network-coverage`."""


class Classified(Protocol):
    """What a rule looks at; `Case` has it."""

    @property
    def kind(self) -> Kind: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def channel(self) -> Channel: ...
    @property
    def tier(self) -> Tier: ...
    @property
    def category(self) -> str | None: ...


class Classification(Struct, frozen=True, kw_only=True):
    """A ticket that nobody registered, for a look at what would be promised."""

    kind: Kind
    severity: Severity = "general"
    channel: Channel = "system"
    tier: Tier = "standard"
    category: str | None = None


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """The times for tickets that meet every named condition; an empty condition is not named.

    A category fits those below it too. `until` is a limit that no pack can know: the time that was
    promised, or half of what is left of the answer. `none` says that there is no limit.
    """

    clause: str
    category: tuple[str, ...] = ()
    kind: tuple[Kind, ...] = ()
    channel: tuple[Channel, ...] = ()
    severity: tuple[Severity, ...] = ()
    tier: tuple[Tier, ...] = ()
    round: tuple[Annotated[int, Meta(ge=1)], ...] = ()
    target: Duration | None = None
    limit: Duration | None = None
    until: Until | None = None
    none: bool = False
    ladder: str | None = None
    """No ladder: nobody is called on, the figures judge."""

    def __post_init__(self) -> None:
        if sum((self.none, self.limit is not None, self.until is not None)) != 1:
            raise ValueError("a rule has either a `limit` or `none: true`, or its limit is `until`")
        if self.until and self.target:
            raise ValueError("there is no target before a limit `until`")
        if self.none and (self.target or self.ladder):
            raise ValueError("without a limit there is neither target nor ladder")
        target, limit = self.target, self.limit
        comparable = target and limit and target.measure == limit.measure
        if target and limit and comparable and target.amount > limit.amount:
            raise ValueError(f"target {target} lies beyond limit {limit}")

    def fits(self, case: Classified, round_number: int) -> bool:
        return (
            (not self.category or self._category_of(case) is not None)
            and (not self.kind or case.kind in self.kind)
            and (not self.channel or case.channel in self.channel)
            and (not self.severity or case.severity in self.severity)
            and (not self.tier or case.tier in self.tier)
            and (not self.round or round_number in self.round)
        )

    def rank(self, case: Classified) -> tuple[int, tuple[bool, ...], int]:
        """More named conditions come first, then which ones, then the category farther down."""
        named = self.named
        return sum(named), named, len(self._category_of(case) or "")

    @property
    def named(self) -> tuple[bool, ...]:
        """Which conditions are named, the weightiest first."""
        return tuple(map(bool, self.conditions))

    def rivals(self, other: "Rule") -> bool:
        """Whether some ticket fits both and neither is more specific."""
        pairs = zip(self.conditions, other.conditions, strict=True)
        return self.named == other.named and all(
            not set(mine).isdisjoint(theirs) for mine, theirs in pairs if mine
        )

    @property
    def conditions(self) -> tuple[tuple[object, ...], ...]:
        return self.category, self.kind, self.channel, self.severity, self.tier, self.round

    def _category_of(self, case: Classified) -> str | None:
        """Return the longest of the rule's categories that holds the ticket's."""
        if case.category is None:
            return None
        fitting = (name for name in self.category if holds(name, case.category))
        return max(fitting, key=len, default=None)


def holds(above: str, category: str) -> bool:
    return category == above or category.startswith(above + BELOW)


def check_rivals(rules: Iterable[Rule]) -> None:
    """Raise ValueError if two rules would judge the same ticket with equal right."""
    for (number, rule), (other_number, other) in combinations(enumerate(rules, 1), 2):
        if rule.rivals(other):
            problem = f"rules {number} and {other_number} fit the same tickets equally"
            raise MisplacedError(f"rules[{other_number - 1}]", problem)


def most_specific_first(
    rules: Iterable[Rule], case: Classified, round_number: int
) -> tuple[Rule, ...]:
    """Return every rule that fits; the first one wins, the others lost to it."""
    fitting = [rule for rule in rules if rule.fits(case, round_number)]
    return tuple(sorted(fitting, key=lambda rule: rule.rank(case), reverse=True))
