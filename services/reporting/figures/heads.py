"""The values that a head of the figures can have, where all of them are known."""

from collections.abc import Sized

from services.reporting.figures.models import SubjectsQuery
from services.reporting.figures.periods import PARSERS, WrongPeriodError
from services.reporting.figures.words import catalogue
from shared.directory import Directory
from shared.http import MalformedError
from shared.http.known import check_department, check_pack
from shared.packs import Packs

POINTER = "/query/value"


def check_value(asked: SubjectsQuery, found: Sized, directory: Directory, packs: Packs) -> None:
    """Raises MalformedError where nothing stands under a value, because its head never has it.

    Its first page alone is judged, as `check_narrowed` does.
    """
    if found or asked.cursor is not None or not asked.value:
        return
    match asked.group_by:
        case None:
            raise MalformedError((POINTER, ("请同时给出 group_by。", "give `group_by` too")))
        case "department":
            check_department(directory, asked.value, POINTER)
        case "pack":
            check_pack(packs, asked.value, POINTER)
        case "month" | "week" | "day" as unit:
            _check_period(unit, asked.value)
        case head:
            _check_word(head, asked.value)


def _check_period(unit: str, value: str) -> None:
    try:
        PARSERS[unit](value)
    except WrongPeriodError:
        raise MalformedError((POINTER, ("日历中没有这一期间。", "no calendar has it"))) from None


def _check_word(head: str, value: str) -> None:
    """Of a head with words of its own: any other, like a product, has whatever was written."""
    words = catalogue().values.get(head, {value: None})
    if value not in words:
        known = ", ".join(words)
        raise MalformedError(
            (
                POINTER,
                (f"没有该值，其中有：{known}。", f"there is no such value; there are {known}"),
            )
        )
