"""A rectification notice: for a weak score, signed by a leader, followed to its end (T-09)."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.reporting.domain.errors import NoticeUnsignedError, ScoreNotWeakError
from shared.contracts.reporting import NoticeConcluded, NoticeEvent, NoticeIssued, NoticeSigned
from shared.contracts.terms import Text
from shared.decider import Decider, UnknownSubjectError

WEAK = 2
"""The highest score that leads to a notice."""


@dataclass(frozen=True)
class IssueNotice:
    """All that the notice says; the score is revisit's word."""

    notice: NoticeIssued


@dataclass(frozen=True, kw_only=True)
class SignNotice:
    """`signed_by` leads the department: the directory says so."""

    signed_by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ConcludeNotice:
    result: Text
    concluded_by: str
    at: datetime


NoticeCommand = IssueNotice | SignNotice | ConcludeNotice


@dataclass(frozen=True)
class Notice:
    """As far as it is."""

    issued: NoticeIssued | None = None
    signed: NoticeSigned | None = None
    concluded: NoticeConcluded | None = None


def decide(command: NoticeCommand, notice: Notice) -> list[NoticeEvent]:
    match command:
        case IssueNotice():
            return _issue(command, notice)
        case SignNotice():
            return _sign(command, notice)
        case ConcludeNotice():
            return _conclude(command, notice)
        case _:
            assert_never(command)


def _issue(command: IssueNotice, notice: Notice) -> list[NoticeEvent]:
    if command.notice.score > WEAK:
        raise ScoreNotWeakError
    return [] if notice.issued else [command.notice]


def _sign(command: SignNotice, notice: Notice) -> list[NoticeEvent]:
    issued = _issued(notice)
    if notice.signed:
        return []  # one signature is enough
    signed = NoticeSigned(notice_id=issued.notice_id, signed_by=command.signed_by, at=command.at)
    return [signed]


def _conclude(command: ConcludeNotice, notice: Notice) -> list[NoticeEvent]:
    issued = _issued(notice)
    if notice.concluded:
        return []  # a repeat
    if notice.signed is None:
        raise NoticeUnsignedError
    concluded = NoticeConcluded(
        notice_id=issued.notice_id,
        result=command.result,
        concluded_by=command.concluded_by,
        at=command.at,
    )
    return [concluded]


def _issued(notice: Notice) -> NoticeIssued:
    if notice.issued is None:
        raise UnknownSubjectError
    return notice.issued


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    match event:
        case NoticeIssued():
            return Notice(event)
        case NoticeSigned():
            return Notice(notice.issued, event)
        case NoticeConcluded():
            return Notice(notice.issued, notice.signed, event)
        case _:
            assert_never(event)


NOTICE: Decider[NoticeCommand, Notice, NoticeEvent] = Decider(
    initial=Notice(), decide=decide, evolve=evolve
)
