"""What a ticket's clocks say now: facts, regulation and the clock on the wall put together."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from prometheus_client import Counter

from services.sla.book import Watched
from services.sla.domain.clocks import Clock, clocks
from services.sla.domain.facts import Case, Fact, Facts, Responsible, registration, responsible_now
from services.sla.domain.published import Published, promised
from services.sla.regulations import Regulations
from shared.clock import Clock as WallClock
from shared.worktime import WorktimeError

NOT_JUDGED = Counter("huiyin_tickets_not_judged_total", "No pack or calendar answers for them.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Judgement:
    """One ticket at one moment."""

    facts: Facts
    published: Published
    registered: Fact
    case: Case
    clocks: Sequence[Clock]

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

    def judge(self, watched: Watched) -> Judgement | None:
        """As things stand now; None as long as no registration was heard.

        There are no clocks where no pack or calendar answers for the ticket.
        """
        facts, published = watched.facts, watched.published
        registered = registration(facts)
        if registered is None or registered.case is None:
            return None
        regulation = self._regulations.of(registered.case)
        found: Sequence[Clock] = ()
        try:
            if regulation is not None:
                found = clocks(facts, regulation, self._clock.now(), promised(published))
        except WorktimeError as error:
            NOT_JUDGED.inc()
            log.warning("ticket not judged", ticket_id=watched.ticket_id, reason=error.code)
        return Judgement(facts, published, registered, registered.case, found)
