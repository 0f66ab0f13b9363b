"""What everybody is shown of some tickets, in short: two runs that agree in it agree."""

from collections.abc import Iterable
from typing import Any

from tests.whole.product import Json, Product
from tests.whole.views import View, look_at


async def what_is_seen(product: Product, tickets: Iterable[str]) -> dict[str, Json]:
    """By ticket."""
    return {one: _in_short(await look_at(product, one)) for one in tickets}


def _in_short(view: View) -> Json:
    orders = sorted(view.orders, key=lambda one: str(one["work_order_id"]))
    revisits = sorted(view.revisits, key=lambda one: int(one["round"]))
    ticket = ("status", "version", "rounds", "department", "closed_as", "merged_into")
    order = ("round", "role", "state", "version", "department", "handler")
    revisit = ("round", "state", "version", "attempts", "due_at")
    clock = ("clock", "round", "state", "target_at", "due_at", "stopped_at")
    return {
        "ticket": _some(view.ticket, ticket),
        "work_orders": [_some(one, order) for one in orders],
        "revisits": [_some(one, revisit) for one in revisits],
        # Older code showed none that was taken back.
        "clocks": [_some(one, clock) for one in view.clocks if one["reason"] != "restated"],
    }


def _some(one: Json, names: Iterable[str]) -> list[Any]:
    return [one[name] for name in names]
