"""Notices: which score one is about, who may see it, how it is shown (T-09)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID, uuid5

from services.reporting.bootstrap import Reporting
from services.reporting.domain.errors import NotALeaderError
from services.reporting.domain.notices import Notice
from services.reporting.figures.facts import TicketFacts
from services.reporting.figures.queries import facts_of
from services.reporting.inspecting import about_reader
from services.reporting.own_models import NoticeView
from services.reporting.own_projections import SCORES, NoticeRow, ScoreRow
from services.reporting.projections import CARDS, RecordRow
from shared.codec import decode, name_of_kind
from shared.command_handler import Identity
from shared.contracts.reporting import NoticeIssued
from shared.contracts.revisit import RevisitConcluded
from shared.contracts.terms import Text
from shared.decider import UnknownSubjectError
from shared.http import Caller, is_about, sees
from shared.keys import ApiKey
from shared.personal_data import record_reading
from shared.vault import Deposit, read_texts_of

CONCLUDED = name_of_kind(RevisitConcluded)


def notice_id_of(score_ref: UUID) -> UUID:
    """One notice a score."""
    return uuid5(score_ref, "notice")


async def score_of(
    reporting: Reporting, caller: Caller, score_ref: UUID, identity: Identity | None
) -> tuple[ScoreRow, NoticeIssued]:
    """The score, and a notice about it that says nothing yet.

    Raises UnknownSubjectError where nobody gave it, or to a customer of others.
    """
    score = await reporting.core.store.get(SCORES, str(score_ref))
    facts = await facts_of(reporting.core, score.ticket_id) if score else None
    ticket = facts.intake.ticket if facts else None
    if score is None or facts is None or ticket is None:
        raise UnknownSubjectError
    await _check_seen(reporting, caller, ticket, facts.department, identity)
    notice = NoticeIssued(
        notice_id=notice_id_of(score_ref),
        score_ref=score_ref,
        ticket_id=score.ticket_id,
        round=score.round,
        score=score.score,
        client=ticket.case.client,
        customer_ref=ticket.case.customer_ref,
        department=facts.department,
        merchant=ticket.merchant,
        text=Text(text_id=score_ref, digest=""),
        issued_by=caller.key.client,
        at=reporting.core.now(),
    )
    return score, notice


async def _check_seen(
    reporting: Reporting,
    caller: Caller,
    ticket: TicketFacts,
    department: str | None,
    identity: Identity | None,
) -> None:
    if is_about(caller.key, ticket.against_person):
        raise UnknownSubjectError
    if not await sees(reporting.core.store, caller, ticket.case.client, department, identity):
        raise UnknownSubjectError


async def visible_notice(
    reporting: Reporting, caller: Caller, notice_id: UUID, identity: Identity | None = None
) -> tuple[NoticeIssued, Notice, int]:
    """A notice that is there for the caller. Raises UnknownSubjectError."""
    notice, version = await reporting.notices.load(notice_id)
    issued = notice.issued
    if issued is None:
        raise UnknownSubjectError
    card = await reporting.core.store.get(CARDS, str(issued.ticket_id))
    if card and is_about(caller.key, card.against_person):
        raise UnknownSubjectError
    seen = await sees(reporting.core.store, caller, issued.client, issued.department, identity)
    if not seen:
        raise UnknownSubjectError
    return issued, notice, version


async def notices_of(reporting: Reporting, records: Iterable[RecordRow]) -> list[NoticeView]:
    """Those for the scores that a ticket's records tell of, without what they say."""
    found = []
    for row in records:
        event = decode(row.source, row.type, bytes(row.data)) if row.type == CONCLUDED else None
        if isinstance(event, RevisitConcluded):
            notice, version = await reporting.notices.load(notice_id_of(event.revisit_id))
            if notice.issued:
                found.append(notice_view(notice, version, {}))
    return found


async def not_about(
    reporting: Reporting, key: ApiKey, notices: Iterable[NoticeRow]
) -> list[NoticeRow]:
    """Without those about tickets that are about the key's own person (C-10)."""
    listed = list(notices)
    named = [one.ticket_id for one in listed if one.ticket_id is not None]
    own = await about_reader(reporting, key, named)
    return [one for one in listed if one.ticket_id not in own]


def check_leader(reporting: Reporting, notice: NoticeIssued, leader: str, at: datetime) -> None:
    """Raises NotALeaderError; of a ticket that no department has, the quality centre's signs."""
    department = notice.department or reporting.directory.quality_centre
    if not reporting.directory.leads(department, "manager", leader, at):
        raise NotALeaderError


async def texts_for(
    reporting: Reporting, caller: Caller, customer_ref: UUID, about: UUID, texts: Mapping[str, Text]
) -> dict[str, str | None]:
    """The texts, by field, to who may read personal data: the reading is recorded first."""
    if not caller.key.may("pii:read") or not texts:
        return dict.fromkeys(texts)
    await record_reading(reporting.core, caller, customer_ref, about, sorted(texts))
    found = await read_texts_of(
        reporting.core.store, customer_ref, [one.text_id for one in texts.values()]
    )
    return {field: (found or {}).get(one.text_id) for field, one in texts.items()}


def deposit_for(notice: NoticeIssued) -> Deposit:
    """Where its texts go: to what is kept of the customer."""
    return Deposit(notice.customer_ref)


def notice_view(notice: Notice, version: int, texts: Mapping[str, str | None]) -> NoticeView:
    """As it is shown; `texts` by field."""
    issued, signed, concluded = notice.issued, notice.signed, notice.concluded
    if issued is None:
        raise UnknownSubjectError
    return NoticeView(
        notice_id=issued.notice_id,
        state="concluded" if concluded else "signed" if signed else "issued",
        score_ref=issued.score_ref,
        ticket_id=issued.ticket_id,
        round=issued.round,
        score=issued.score,
        department=issued.department,
        merchant=issued.merchant,
        issued_by=issued.issued_by,
        issued_at=issued.at,
        signed_by=signed.signed_by if signed else None,
        signed_at=signed.at if signed else None,
        concluded_by=concluded.concluded_by if concluded else None,
        concluded_at=concluded.at if concluded else None,
        version=version,
        text=texts.get("text"),
        result=texts.get("result"),
    )
