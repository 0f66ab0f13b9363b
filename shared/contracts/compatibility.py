"""Whether a published event changed only by optional fields: what old readers and logs can bear."""

from collections.abc import Iterator, Mapping
from typing import Any

PROSE = frozenset({"title", "description", "$schema"})


def breaches(old: Mapping[str, Any], new: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """What differs between two JSON Schemas besides prose and added optional fields."""
    where = at or "the event"
    for keyword in sorted((old.keys() | new.keys()) - PROSE):
        before, after = old.get(keyword), new.get(keyword)
        if keyword in {"properties", "$defs"}:
            yield from _members(before or {}, after or {}, keyword, at)
        elif keyword == "required":
            yield from (f"{at}/{one} became required" for one in _lacking(after, before))
            yield from (f"{at}/{one} is no longer required" for one in _lacking(before, after))
        elif before != after:
            yield f"{where} has another {keyword}"


def _members(
    old: Mapping[str, Any], new: Mapping[str, Any], keyword: str, at: str
) -> Iterator[str]:
    for name, schema in old.items():
        path = f"{at}/{name}"
        if name in new:
            yield from breaches(schema, new[name], path)
        elif keyword == "properties":
            yield f"{path} is gone"


def _lacking(names: list[str] | None, others: list[str] | None) -> list[str]:
    return [name for name in names or [] if name not in (others or [])]
