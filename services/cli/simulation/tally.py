"""What became of the calls: waited for, lost to somebody faster, not offered, unexpected."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import httpx

FASTER = frozenset(
    {
        "already-accepted",
        "already-completed",
        "already-concluded",
        "already-notified",
        "already-published",
        "already-signed",
        "contacted-too-often",
        "in-arbitration",
        "not-in-arbitration",
        "outbound-task-concluded",
        "revisit-cancelled",
        "round-is-past",
        "stale-version",
        "taken-over",
        "ticket-closed",
        "ticket-ended",
        "ticket-merged",
        "ticket-withdrawn",
        "work-order-cancelled",
    }
)
"""Codes of what other people at the desks may do to a story at any moment."""
NOT_OFFERED = "outbound-not-offered"
"""A pack's own calls go by the key's pack, which no answer names before."""


class StoryEnded(Exception):
    """What a story can't go on after; why is in the tally."""


class ChangedMeanwhile(StoryEnded):
    """Somebody changed it since it was read: unless it is read again."""


@dataclass
class Tally:
    """Counts by code, each unexpected one with the sentence that came with it first."""

    calls: int = 0
    waited: Counter[str] = field(default_factory=Counter)
    faster: Counter[str] = field(default_factory=Counter)
    not_offered: int = 0
    """Outbound tasks that the key's pack knows nothing of: their stories end before them."""
    unexpected: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)

    def refused(self, response: httpx.Response, what: str) -> str:
        """Counts the problem that an answer is, and returns its code."""
        problem = problem_of(response)
        code = problem["code"]
        if code in FASTER:
            self.faster[code] += 1
        elif code == NOT_OFFERED:
            self.not_offered += 1
        else:
            self.surprised(code, f"{what}: {_sentence(problem)}")
        return str(code)

    def surprised(self, code: str, sentence: str) -> None:
        self.unexpected[code] += 1
        self.sentences.setdefault(code, sentence)


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """The problem in an answer; one of ours where it is none of the API's."""
    try:
        problem = response.json()
    except ValueError:
        problem = None
    if isinstance(problem, dict) and isinstance(problem.get("code"), str):
        return problem
    status = response.status_code
    return {"code": f"http-{status}", "title": f"answered {status}, and not as Huiyin does"}


def _sentence(problem: dict[str, Any]) -> str:
    sentence = str(problem.get("title", "no reason given"))
    for error in problem.get("errors", []):
        sentence += f" {error.get('pointer', '')} {error.get('detail', '')}"
    return sentence
