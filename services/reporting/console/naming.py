"""What the company itself has given names, in the reader's language."""

from fastapi import Request

from services.reporting.api.service import reporting_of
from services.reporting.console.texts import texts_for
from services.reporting.figures.words import Naming


def naming_for(request: Request) -> Naming:
    """Departments by the directory, as the statistics name them."""
    is_chinese = texts_for(request).language == "zh-CN"
    return Naming("zh" if is_chinese else "en", reporting_of(request).directory)
