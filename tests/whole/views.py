"""A ticket as all services show it."""

from dataclasses import dataclass

from tests.whole.product import Json, Product

ENDS = {"closed", "withdrawn", "merged"}
OPEN = {"offered", "accepted", "in_arbitration"}
"""Work orders that somebody has to do something about."""


@dataclass(frozen=True)
class View:
    """What each service said of it at one moment."""

    ticket: Json
    orders: list[Json]
    revisits: list[Json]
    clocks: list[Json]

    @property
    def status(self) -> str:
        return str(self.ticket["status"])

    @property
    def newest(self) -> Json | None:
        """The newest round's own work order."""
        own = [one for one in self.orders if one["role"] == "main"]
        return max(own, key=lambda one: int(one["round"]), default=None)

    @property
    def appeal(self) -> Json | None:
        """The work order of an appeal that waits for its answer."""
        return next(
            (one for one in self.orders if one["role"] == "appeal" and one["state"] in OPEN), None
        )

    @property
    def revisit(self) -> Json | None:
        return max(self.revisits, key=lambda one: int(one["round"]), default=None)


async def look_at(product: Product, ticket_id: str) -> View:
    orders = await product.get("/dispatch/v1/work-orders", ticket_id=ticket_id)
    revisits = await product.get("/revisit/v1/revisits", ticket_id=ticket_id)
    clocks = await product.get(f"/sla/v1/tickets/{ticket_id}/clocks")
    ticket = await product.get(f"/intake/v1/tickets/{ticket_id}")
    return View(ticket, orders["items"], revisits["items"], clocks["items"])
