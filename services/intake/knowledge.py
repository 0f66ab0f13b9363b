"""What was published is found by its words, alike in every store: a row for each word and ticket.

Chinese has no spaces: its characters are found singly and in pairs.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from uuid import UUID

from services.intake.bootstrap import Intake
from services.intake.domain.commands import PublishKnowledge
from services.intake.models import KnowledgeQuery
from services.intake.projections import TicketSummary
from services.intake.rows import KNOWLEDGE, WORDS, KnowledgeRow, WordRow
from services.intake.shapes import KnowledgeView
from shared.event_store import Backend
from shared.keys import ApiKey
from shared.listing import column_time
from shared.tables import Column, Put, Query, RowChange
from shared.vault import read_texts

Place = tuple[str, str]
"""Where a finding stands among those of its first word: when it was published, key."""
Found = tuple[Place, KnowledgeRow]

PAGE = 200
MAX_WORD = 60
ANY_WORD = ""
"""Stands in every text."""
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")


def words_in(text: str) -> set[str]:
    """All by which the text is found."""
    words = {ANY_WORD}
    for run in _runs(text):
        words.update((*run, *_pairs(run)) if _IS_HAN.match(run) else (run[:MAX_WORD],))
    return words


def words_asked(question: str) -> set[str]:
    """All that a text must hold to be an answer; fewer, since a pair holds its characters."""
    words = set()
    for run in _runs(question):
        words.update(_pairs(run) or [run] if _IS_HAN.match(run) else [run[:MAX_WORD]])
    return words


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _pairs(run: str) -> list[str]:
    return [first + second for first, second in pairwise(run)]


def knowledge_changes(
    ticket: TicketSummary, command: PublishKnowledge, said: str
) -> list[RowChange]:
    """What is kept beside the event; `said` is all that it says."""
    row = KnowledgeRow(
        ticket_id=ticket.ticket_id,
        number=ticket.number,
        title_id=command.title.text_id,
        text_id=command.text.text_id,
        category=ticket.case.category,
        product=ticket.product,
        published_at=command.at,
    )
    changes: list[RowChange] = [Put(KNOWLEDGE, str(ticket.ticket_id), row)]
    for word in words_in(said):
        one = WordRow(
            word=word,
            client=ticket.case.client,
            ticket_id=ticket.ticket_id,
            published_at=command.at,
        )
        changes.append(Put(WORDS, _key(word, ticket.ticket_id), one))
    return changes


def _key(word: str, ticket_id: UUID) -> str:
    return f"{word}/{ticket_id}"


async def find_knowledge(
    intake: Intake, key: ApiKey, asked: KnowledgeQuery, after: Place | None
) -> tuple[list[KnowledgeRow], Place | None]:
    """What holds all the words that were asked for, the newest first (U-16).

    Who has a department, or all, serves every client's customers; another key finds its client's.
    And after which place more follow.
    """
    words = {ANY_WORD} if asked.q is None else words_asked(asked.q)
    if not words:
        return [], None
    serves_all = key.departments or "admin" in key.scopes
    scope: dict[str, Column] = {} if serves_all else {"client": key.client}
    first, *others = sorted(words, key=lambda word: (-len(word), word))
    search = partial(
        _search, equal={"word": first, **scope}, others=others, after=after, limit=asked.limit
    )
    found = await intake.core.store.run(search)
    following = found[-1][0] if len(found) == asked.limit else None
    return [row for _, row in found], following


def _search(
    backend: Backend,
    *,
    equal: Mapping[str, Column],
    others: Sequence[str],
    after: Place | None,
    limit: int,
) -> list[Found]:
    found: list[Found] = []
    while True:
        query = Query(
            WORDS, equal, order=("published_at",), after=after, descending=True, limit=PAGE
        )
        page = backend.query(query)
        for key, one in page:
            after = column_time(one.published_at), key
            holds = (backend.read_row(WORDS, _key(word, one.ticket_id)) for word in others)
            row = backend.read_row(KNOWLEDGE, str(one.ticket_id)) if all(holds) else None
            if row is not None:
                found.append((after, row))
            if len(found) == limit:
                return found
        if len(page) < PAGE:
            return found


async def knowledge_views(intake: Intake, rows: Sequence[KnowledgeRow]) -> list[KnowledgeView]:
    """What was published, as far as its texts are still there."""
    ids = [text_id for row in rows for text_id in (row.title_id, row.text_id)]
    texts = await read_texts(intake.core.store, ids)
    return [
        KnowledgeView(
            ticket_id=row.ticket_id,
            number=row.number,
            title=texts[row.title_id],
            text=texts[row.text_id],
            category=row.category,
            product=row.product,
            published_at=row.published_at,
            links={"ticket": f"/intake/v1/tickets/{row.ticket_id}"},
        )
        for row in rows
        if row.title_id in texts and row.text_id in texts
    ]
