"""The words that only dispatch's events use."""

from typing import Literal

Role = Literal["main", "help", "appeal"]
ContactOutcome = Literal["reached", "no_answer", "nobody_home", "refused", "wrong_number"]
Guidance = Literal["solved", "refused", "unsolved"]
"""What came of guiding the customer by phone: `refused` by the customer (C-06)."""
Finding = Literal["substantiated", "unsubstantiated"]
NoticeAbout = Literal["result", "progress", "overdue"]
NoticeOutcome = Literal["reached", "unreachable"]
Signatory = Literal["handler", "department_manager", "project_manager"]
CancelReason = Literal["answered", "withdrawn", "merged", "closed"]
KeptFact = Literal[
    "answered",
    "withdrawn",
    "merged",
    "unmerged",
    "closed",
    "rectification_ordered",
    "reopened",
]
