"""What a ticket's clocks say now: facts, regulation and the clock on the wall put together."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import structlog
from prometheus_client import Counter

from services.sla.book import Watched
from services.sla.domain.clocks import Clock
from services.sla.domain.facts import Case, Fact, Facts, Responsible, registration
from services.sla.domain.people import responsible_now
from services.sla.domain.publication import cause_of
from services.sla.domain.published import Published
from services.sla.domain.recalculation import clocks_by, standing_by
from services.sla.regulations import Regulations
from shared.clock import Clock as WallClock
from shared.contracts.sla import ClocksEvent, RecalculationOrdered
from shared.messaging.envelope import Cause
from shared.packs import UnknownPackError
from shared.worktime import WorktimeError

NOT_JUDGED = Counter("huiyin_tickets_not_judged_total", "No pack or calendar answers for them.")

ACTOR = "sla"

log = structlog.get_logger(__name__)


class Judgement(NamedTuple):
    """One ticket at one moment."""

    facts: Facts
    published: Published
    registered: Fact
    case: Case
    clocks: Sequence[Clock]
    lacks: UnknownPackError | WorktimeError | None
    """What does not answer for it: its pack, or a calendar."""

    @property
    def judged(self) -> bool:
        """Whether a pack and a calendar answered for it."""
        return self.lacks is None

    @property
    def pack_is_missing(self) -> bool:
        return isinstance(self.lacks, UnknownPackError)

    @property
    def responsible(self) -> Responsible | None:
        return responsible_now(self.facts)

    @property
    def department(self) -> str | None:
        """Whose the ticket is now; None before any department has it."""
        responsible = self.responsible
        return responsible.department if responsible else None


class Judge:
    """Judges by the regulation that was in force when the ticket was registered."""

    def __init__(self, clock: WallClock, regulations: Regulations) -> None:
        self._clock = clock
        self._regulations = regulations
        self._told: set[tuple[str, int, str]] = set()
        """What the log says already: there may be as many tickets as there ever were."""

    def judge(
        self, watched: Watched, order: RecalculationOrdered | None = None
    ) -> Judgement | None:
        """As things stand now; None as long as no registration was heard.

        There are no clocks where no pack or calendar answers for the ticket. With an `order` the
        deadlines that it is about are calculated anew, whatever was promised.
        """
        facts, published = watched.facts, watched.published
        registered = registration(facts)
        if registered is None or registered.case is None:
            return None
        case = registered.case
        found: Sequence[Clock] = ()
        lacks = None
        try:
            regulations = self._regulations.judging(facts, registered, case, order)
            standing = standing_by(published, order)
            found = clocks_by(regulations, facts, self._clock.now(), standing)
        except (UnknownPackError, WorktimeError) as error:
            lacks = error
            self._tell(case, error.code)
        return Judgement(facts, published, registered, case, found, lacks)

    def _tell(self, case: Case, reason: str) -> None:
        """Counts each time, and says once since the start of which pack tickets are not judged."""
        NOT_JUDGED.inc()
        about = (case.pack, case.pack_version, reason)
        if about not in self._told:
            self._told.add(about)
            log.warning(
                "tickets not judged", pack=case.pack, version=case.pack_version, reason=reason
            )


def causing(watched: Watched, judgement: Judgement, event: ClocksEvent) -> Cause:
    """What time brings about belongs to the registration's story, and has no other cause."""
    fact = cause_of(event, judgement.clocks)
    if fact is None:
        return Cause(actor=ACTOR, correlation_id=UUID(judgement.registered.correlation_id))
    heard, trace = watched.shelf.traces.get(watched, ("", None))
    return Cause(
        actor=fact.actor,
        correlation_id=UUID(fact.correlation_id),
        causation_id=UUID(fact.event_id),
        traceparent=trace if heard == fact.event_id else None,
    )
