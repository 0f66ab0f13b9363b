"""What the company itself has given names, in the reader's language."""

from fastapi import Request

from services.reporting.api.service import reporting_of
from services.reporting.console.texts import texts_for
from services.reporting.figures.words import Naming


def departments_for(request: Request, chosen: str | None) -> list[tuple[str, str]]:
    """Codes and names to choose from: the directory's, and one of old that is asked for."""
    naming = naming_for(request)
    codes = [one.code for one in naming.directory.departments]
    if chosen is not None and chosen not in codes:
        codes.append(chosen)
    return [(code, naming.value("department", code)) for code in codes]


def naming_for(request: Request) -> Naming:
    """Departments by the directory, as the statistics name them."""
    is_chinese = texts_for(request).language == "zh-CN"
    return Naming("zh" if is_chinese else "en", reporting_of(request).directory)
