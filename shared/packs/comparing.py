"""What sets one version of a pack apart from another, for whoever decides about it."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from shared.packs.model import Pack
from shared.packs.versions import definition_of

CONDITIONS = ("category", "kind", "channel", "severity", "tier", "round")
Flat = dict[str, Any]


class Change(Struct, frozen=True):
    """One figure: where it stands, and what it is in each; null where it isn't there."""

    at: str
    """As `clocks.answer.rules[kind=complaint severity=general].limit`."""
    before: Any
    after: Any


class PackDifference(Struct, frozen=True):
    """What is changed, by what it belongs to, and each figure that is."""

    clocks: tuple[str, ...]
    calendars: tuple[str, ...]
    ladders: tuple[str, ...]
    changes: tuple[Change, ...]


def differences(before: Pack, after: Pack) -> PackDifference:
    """In the order of the pack; the number of the version itself is left out."""
    old, new = _flat(before), _flat(after)
    changes = tuple(
        Change(at, old.get(at), new.get(at))
        for at in {**old, **new}
        if at != "version" and old.get(at) != new.get(at)
    )
    return PackDifference(
        clocks=_touched(changes, "clocks"),
        calendars=_touched(changes, "calendars"),
        ladders=_touched(changes, "ladders"),
        changes=changes,
    )


def _touched(changes: tuple[Change, ...], section: str) -> tuple[str, ...]:
    names = [one.at.split(".")[1] for one in changes if one.at.startswith(f"{section}.")]
    return tuple(dict.fromkeys(names))


def _flat(pack: Pack) -> Flat:
    return dict(_figures(definition_of(pack), ""))


def _figures(value: object, place: str) -> Iterator[tuple[str, Any]]:
    """Every figure under its place; named things by their names, rules by their conditions."""
    if isinstance(value, Mapping) and value:
        for key, below in value.items():
            if not (key == "name" and place):
                yield from _figures(below, f"{place}.{key}" if place else key)
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) for one in value):
        for number, one in enumerate(value):
            yield from _figures(one, _place_of(one, number, place))
    elif value not in (None, [], {}):
        yield place, value


def _place_of(one: Mapping[str, Any], number: int, place: str) -> str:
    if "name" in one:
        return f"{place}.{one['name']}"
    if "step" in one:
        return f"{place.removesuffix('.rungs')}.{one['step']}"
    if "clause" in one:
        return f"{place}[{_conditions(one)}]"
    return f"{place}[{number}]"


def _conditions(rule: Mapping[str, Any]) -> str:
    """What sets a rule apart from all others of its clock; its clause may judge several."""
    said = [f"{name}={','.join(map(str, rule[name]))}" for name in CONDITIONS if rule.get(name)]
    return " ".join(said) or "any"
