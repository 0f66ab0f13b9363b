"""Which pages there are, and for whom: one line a page."""

from dataclasses import dataclass

from shared.keys import ApiKey, Scope


@dataclass(frozen=True)
class Destination:
    """A page that the navigation leads to; its name is `navigation.<name>` in the catalogues."""

    name: str
    path: str
    scope: Scope


DESTINATIONS = (
    Destination("topics", "/reporting/console/topics", "operations"),
    Destination("timers", "/reporting/console/timers", "sla:read"),
    Destination("tickets", "/reporting/console/tickets", "audit:read"),
    Destination("search", "/reporting/console/search", "audit:read"),
    Destination("audit", "/reporting/console/audit", "audit:read"),
    Destination("figures", "/reporting/console/figures", "reports:read"),
)


def destinations_for(key: ApiKey) -> tuple[Destination, ...]:
    """Those that the key may open."""
    return tuple(one for one in DESTINATIONS if key.may(one.scope))
