"""A pack that is another one but for what it says itself."""

from typing import Any


def extended(own: dict[str, Any], base: dict[str, Any]) -> dict[str, Any]:
    """What `own` says, and where it says nothing, `base`.

    Sections are completed field by field, lists of named things by name, own ones first: so the
    places that errors name are those of the own file.
    """
    merged = {**base, **own}
    for key in own.keys() & base.keys():
        mine, theirs = own[key], base[key]
        if isinstance(mine, dict) and isinstance(theirs, dict):
            merged[key] = {**theirs, **mine}
        elif _is_named(mine) and _is_named(theirs):
            given = {one["name"] for one in mine}
            merged[key] = [*mine, *(one for one in theirs if one["name"] not in given)]
    return merged


def _is_named(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(one, dict) and isinstance(one.get("name"), str) for one in value
    )
