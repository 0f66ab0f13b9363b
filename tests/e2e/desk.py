"""A customer-service desk at work: the calls that its people make, in their order."""

from collections import Counter
from typing import Any
from uuid import uuid4

import httpx

from tests.e2e.system import Client
from tests.eventually import eventually

COMPLAINT = {
    "kind": "complaint",
    "content": "宽带断网三天，报修两次无人上门。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
    "category": "broadband",
}


def register(client: Client, **changes: object) -> dict[str, Any]:
    """Posts a complaint; returns the answer."""
    ticket: dict[str, Any] = client.post(
        "/intake/v1/tickets", {**COMPLAINT, **changes}, 201, Idempotency_Key=str(uuid4())
    )
    return ticket


def ticket(client: Client, ticket_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/intake/v1/tickets/{ticket_id}")
    return found


def wait_for_status(client: Client, ticket_id: str, status: str) -> dict[str, Any]:
    """The ticket, once it has that status."""

    def look() -> dict[str, Any] | None:
        found = ticket(client, ticket_id)
        return found if found["status"] == status else None

    return eventually(look, f"ticket {status}")


def wait_for_round(client: Client, ticket_id: str, round_number: int) -> dict[str, Any]:
    """The ticket, once it is in that round."""

    def look() -> dict[str, Any] | None:
        found = ticket(client, ticket_id)
        return found if found["rounds"] == round_number else None

    return eventually(look, f"round {round_number}")


def work_order(client: Client, ticket_id: str, round_number: int = 1) -> dict[str, Any]:
    """The round's work order, once dispatch has offered it."""

    def look() -> dict[str, Any] | None:
        items = client.get("/dispatch/v1/work-orders", ticket_id=ticket_id)["items"]
        return next((item for item in items if item["round"] == round_number), None)

    return eventually(look, f"work order of round {round_number}")


def handle(client: Client, ticket_id: str, round_number: int = 1) -> dict[str, Any]:
    """A department's whole round: accepted, contacted, verified, completed, customer told."""
    order = work_order(client, ticket_id, round_number)
    at = f"/dispatch/v1/work-orders/{order['work_order_id']}"
    client.post(f"{at}/acceptance", {"handler": "li.na"})
    client.post(f"{at}/contact-attempts", {"channel": "phone", "outcome": "reached"})
    client.post(f"{at}/verification", {"finding": "substantiated"})
    client.post(f"{at}/completion", {"solution": "更换光猫，线路恢复。"})
    notice = {"about": "result", "channel": "phone", "outcome": "reached"}
    told: dict[str, Any] = client.post(f"{at}/customer-notice", notice)
    return told


def revisit(client: Client, ticket_id: str, round_number: int = 1) -> dict[str, Any]:
    """The round's call-back, once revisit has scheduled it."""

    def look() -> dict[str, Any] | None:
        items = client.get("/revisit/v1/revisits", ticket_id=ticket_id)["items"]
        return next((item for item in items if item["round"] == round_number), None)

    return eventually(look, f"revisit of round {round_number}")


def conclude(
    client: Client, ticket_id: str, round_number: int = 1, **result: object
) -> dict[str, Any]:
    """Calls the customer back and records what they say."""
    found = revisit(client, ticket_id, round_number)
    at = f"/revisit/v1/revisits/{found['revisit_id']}"
    client.post(f"{at}/attempts", {"channel": "phone", "outcome": "reached"})
    concluded: dict[str, Any] = client.post(f"{at}/result", result)
    return concluded


def clocks(client: Client, ticket_id: str) -> list[dict[str, Any]]:
    """As sla says them by now."""
    answer = client.call("GET", f"/sla/v1/tickets/{ticket_id}/clocks")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return []  # it has not heard of the ticket yet
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def history(client: Client, ticket_id: str) -> list[dict[str, Any]]:
    """What reporting has heard of the ticket by now."""
    answer = client.call("GET", f"/reporting/v1/tickets/{ticket_id}/history")
    if answer.status_code == httpx.codes.NOT_FOUND:
        return []  # nothing yet
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def whole_history(client: Client, ticket_id: str, rounds: int = 1) -> list[dict[str, Any]]:
    """A closed ticket's history, once all services' words of so many rounds are in it.

    Each comes by a topic of its own: that it was closed says nothing of what led to it.
    """
    every_round = ("customer-notified", "clock-met", "revisit-concluded")

    def look() -> list[dict[str, Any]] | None:
        items = history(client, ticket_id)
        counted = Counter(kinds(items))
        is_told = all(counted[kind] >= rounds for kind in every_round)
        return items if is_told and counted["ticket-closed"] else None

    return eventually(look, "the whole history")


def kinds(items: list[dict[str, Any]]) -> list[str]:
    """`ticket-registered` and so on, in order."""
    return [item["type"].split(".")[-2] for item in items]
