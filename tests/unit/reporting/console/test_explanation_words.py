"""What an explanation says of its rule and its facts is said in the reader's language."""

from itertools import product
from typing import get_args

import pytest

from services.reporting.console.texts import LANGUAGES, Language, texts_in
from services.reporting.console.ticket_details import promised_length
from shared.packs import shipped
from shared.packs.model import Fact


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_fact_that_a_clock_goes_by_has_a_name(language: Language) -> None:
    named = {one for one in get_args(Fact) if f"marks.{one}" in texts_in(language).entries}
    assert named == set(get_args(Fact))


@pytest.mark.parametrize(
    ("text", "english", "chinese"),
    [
        ("3wd", "3 workdays", "3 个工作日"),
        ("1wd", "1 workday", "1 个工作日"),
        ("7d", "7 days", "7 天"),
        ("1h", "1 h", "1 小时"),
        ("2h working", "2 h of working time", "2 小时（工作时间）"),
        ("soon", "soon", "soon"),
    ],
)
def test_a_promised_time_is_told_in_words(text: str, english: str, chinese: str) -> None:
    assert promised_length(texts_in("en"), text) == english
    assert promised_length(texts_in("zh-CN"), text) == chinese


def test_no_shipped_pack_promises_in_a_way_that_has_no_words() -> None:
    rules = [rule for pack in shipped() for clock in pack.clocks for rule in clock.rules]
    promised = {str(one) for rule in rules for one in (rule.target, rule.limit) if one}
    assert len(promised) > 5
    for language, text in product(LANGUAGES, promised):
        assert promised_length(texts_in(language), text) != text
