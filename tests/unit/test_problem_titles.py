"""What a refusal says to people: one sentence, which says what to do, in both languages."""

import re

import pytest

from services.reporting.console.texts import Language, texts_in
from shared.http.problems import TITLES
from tests.broken_rules import broken_rules

SAID = {
    **TITLES,
    **{f"{rule.__module__}.{rule.__name__}": (rule.zh, rule.en) for rule in broken_rules()},
}
SAYS_WHAT_TO_DO = ("请", "须", "无需", "不再")
"""Do this, this must be so, there is nothing to do, it is gone for good."""


@pytest.mark.parametrize("name", SAID)
def test_a_refusal_says_in_one_sentence_what_to_do(name: str) -> None:
    chinese, english = SAID[name]
    assert any(word in chinese for word in SAYS_WHAT_TO_DO)
    assert (chinese.count("。"), chinese[-1]) == (1, "。")
    assert english.endswith(".")
    assert ". " not in english


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff）][,:;!?(]|[,:;!?)][\u4e00-\u9fff]")
"""GB/T 15834: a Chinese sentence has its own punctuation, each as wide as a character."""


@pytest.mark.parametrize("name", SAID)
def test_a_refusal_in_chinese_has_chinese_punctuation(name: str) -> None:
    assert not HALF_WIDTH.search(SAID[name][0])


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_pages_show_no_markdown(language: Language) -> None:
    texts = texts_in(language).entries
    assert [name for name, text in texts.items() if "`" in str(text)] == []


def test_the_pages_in_chinese_have_chinese_punctuation() -> None:
    texts = texts_in("zh-CN").entries
    assert [name for name, text in texts.items() if HALF_WIDTH.search(str(text))] == []
