"""Who looks, and what all looks have in common."""

from tests.e2e import desk
from tests.e2e.stories.actors import Json
from tests.e2e.stories.tale import Tale
from tests.eventually import eventually


class Looker:
    """Looks at a ticket from everywhere; each look waits until the system has come so far."""

    def __init__(self, tale: Tale) -> None:
        self.tale = tale
        self.client = tale.company.watcher()

    def history(self, ticket: Json, *kinds: str) -> list[Json]:
        """All that happened, once each of these kinds is in it."""

        def look() -> list[Json] | None:
            items = desk.history(self.client, ticket["ticket_id"])
            return items if set(kinds) <= set(desk.kinds(items)) else None

        return eventually(look, f"history with {kinds}")
