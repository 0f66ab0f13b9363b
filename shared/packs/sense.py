"""What of a clock would never start, never end or never have a limit: a slip of the pen."""

from collections.abc import Iterable, Sequence

from shared.packs.reading import MisplacedError
from shared.packs.rules import Rule

PROMISES = frozenset({"promise-made", "outbound-task-created"})
"""What says itself by when."""
ANSWER = "answer"


def check_sense(starts: Sequence[str], until: Sequence[str], rules: Iterable[Rule]) -> None:
    """Of a clock by itself. Raises MisplacedError."""
    if "recorded" in starts:
        raise MisplacedError(f"from[{starts.index('recorded')}]", "recorded starts nothing")
    if "answer-missed" in until:
        raise MisplacedError(f"until[{until.index('answer-missed')}]", "answer-missed ends nothing")
    for number, rule in enumerate(rules):
        if rule.until == "promised" and not PROMISES.issuperset(starts):
            promises = " or ".join(sorted(PROMISES))
            problem = f"a time is promised only where {promises} starts the clock"
            raise MisplacedError(f"rules[{number}].until", problem)


def check_following(
    place: str, name: str, starts: Sequence[str], rules: Iterable[Rule], clocks: Iterable[str]
) -> None:
    """What follows the answer's clock needs one, and is another one. Raises MisplacedError."""
    if name != ANSWER and ANSWER in clocks:
        return
    if "answer-missed" in starts:
        raise MisplacedError(f"{place}.from", "answer-missed is of another clock, answer")
    for number, rule in enumerate(rules):
        if rule.until == "half-of-answer":
            problem = "half-of-answer is of another clock, answer"
            raise MisplacedError(f"{place}.rules[{number}].until", problem)
