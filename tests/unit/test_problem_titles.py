"""What a refusal says to people: one sentence, which says what to do, in both languages."""

import pytest

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
