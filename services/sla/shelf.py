"""One partition's tickets."""

from hashlib import sha256

from services.sla.domain.facts import Fact, Facts
from services.sla.packing import FactPacking, Shared
from services.sla.tickets import Tickets, number_of
from services.sla.watched import Watched


class Shelf:
    """The tickets of one partition number, which is the same in every topic."""

    def __init__(self, partition: int, packing: FactPacking | None = None) -> None:
        self.packing = packing or FactPacking()
        self.clock_names: Shared[str] = Shared()
        self.partition = partition
        self.tickets = Tickets(self)
        self.traces: dict[Watched, tuple[str, str]] = {}
        """Of those with news: the record heard last, its event id and traceparent."""
        self.own_position = 0
        """Up to where it knows what sla's own log says."""
        self.drifted: set[Watched] = set()
        """Those that today's code would give another deadline than was published."""
        self.unjudged: dict[Watched, None] = {}
        """What there is news of, until the shelf counts: then the watch has its own."""
        self.caught_up = False
        """Whether every topic was read to the end that it had at start: else nothing is raised."""
        self.is_open = True
        self.since: list[tuple[str, Fact]] | None = None
        """What a replay that is under way does not read: heard since it began."""

    def ticket(self, ticket_id: str) -> Watched:
        """The ticket, which may be new. Raises KeyError for what is no id."""
        return self.numbered(number_of(ticket_id))

    def numbered(self, number: int) -> Watched:
        """The same by its id's number."""
        return self.tickets.numbered(number) or self.tickets.begin(number)

    def forget(self, ticket_id: str) -> None:
        """Whoever still has the ticket finds no facts."""
        self.tickets.forget(number_of(ticket_id)).records = b""

    def close(self) -> None:
        """Forgets its tickets, which the collector of cycles does not see."""
        self.is_open = False
        self.tickets.close()
        self.unjudged, self.traces, self.drifted = {}, {}, set()

    def state_hash(self) -> str:
        """What a replay must come to again."""
        whole = sha256()
        for ticket_id in sorted(self.tickets):
            facts = self.tickets[ticket_id].facts
            if facts:  # else only sla has spoken of it
                whole.update(digest_of(ticket_id, facts))
        return whole.hexdigest()


def digest_of(ticket_id: str, facts: Facts) -> bytes:
    """One ticket's part in a state's hash, which captured histories hold: it stays as it is."""
    return sha256(repr((ticket_id, facts)).encode()).digest()
