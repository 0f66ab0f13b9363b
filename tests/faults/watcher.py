"""What a running system shows: whether it has come to rest, and each ticket's history."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.desk import kinds
from tests.e2e.system import Client
from tests.eventually import NeverError, eventually
from tests.faults.ledger import Ledger

PAGE = 500
Histories = dict[str, list[dict[str, Any]]]
"""By ticket."""


@dataclass
class Watcher:
    """Looks until nothing moves any more."""

    client: Client
    histories: Histories = field(default_factory=dict)
    """Those that held what was waited for."""

    def settle(self, ledger: Ledger, whole: Counter[str], seconds: float) -> list[str]:
        """Waits until nothing is unread and every history holds the whole.

        Returns what is still amiss when the time is over.
        """

        def look() -> bool:
            return not (self.unread() or self._lacking(ledger.tickets, whole))

        try:
            eventually(look, "rest", seconds, every=0.4)
        except NeverError:
            return self.unread() + self._lacking(ledger.tickets, whole)
        return []

    def unread(self) -> list[str]:
        """I7 and I10: who is behind, stands still, is not there, or has parked something."""
        standing = self.client.get("/reporting/v1/topics")
        found = [
            f"I10: {one['topic']} is published to {one['published']} of {one['end']}"
            for one in standing["topics"]
            if one["published"] != one["end"]
        ]
        found += [
            f"I10: {reader['service']} reads {one['topic']}: {reader['state']} {reader['alarms']}"
            for one in standing["topics"]
            for reader in one["consumers"]
            if reader["state"] != "current" or reader["lag"] != 0
        ]
        found += [
            f"I7: {one['service']} has parked something, or does not answer"
            for one in standing["services"]
            if not one["reachable"] or one["dead_letters"]["letters"]
        ]
        return found

    def _lacking(self, tickets: Iterable[str], whole: Counter[str]) -> list[str]:
        found = []
        for ticket_id in tickets:
            if ticket_id in self.histories:
                continue
            answer = self.client.call("GET", f"/reporting/v1/tickets/{ticket_id}/history")
            items = answer.json()["items"] if answer.status_code == 200 else []
            lacking = whole - Counter(kinds(items))
            if lacking:
                found.append(f"I4: {ticket_id} lacks {dict(lacking)}")
            else:
                self.histories[ticket_id] = items
        return found

    def orders(self) -> Counter[str]:
        """How many work orders each ticket has."""
        found: Counter[str] = Counter()
        query: dict[str, str | int] = {"limit": PAGE}
        while True:
            page = self.client.get("/dispatch/v1/work-orders", **query)
            found.update(one["ticket_id"] for one in page["items"])
            if page["next_cursor"] is None:
                return found
            query["cursor"] = page["next_cursor"]
