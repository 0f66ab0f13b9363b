"""Who of a department takes a work order on, where the directory leaves it to them."""

from functools import cache

from shared.contracts.terms import same_person
from shared.directory import Directory, load_directory


def takes_on(department: str, number: int, against: str | None) -> str | None:
    """A handler by the directory that ships, in turn; nobody where it knows none."""
    found = _directory().department(department)
    handlers = [one for one in found.handlers if not same_person(one, against)] if found else []
    return handlers[number % len(handlers)] if handlers else None


@cache
def _directory() -> Directory:
    return load_directory()
