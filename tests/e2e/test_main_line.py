"""One complaint from REST to closed and revisited, as the outside sees it."""

from datetime import UTC, datetime, timedelta

from tests.e2e import desk
from tests.e2e.system import Client
from tests.eventually import eventually

STEPS = {"reminder", "warning", "level-1", "level-2", "level-3", "level-4"}


def test_a_complaint_is_solved_told_called_back_and_closed(client: Client) -> None:
    registered = desk.register(client)
    ticket_id = registered["ticket_id"]
    assert registered["status"] == "registered"
    desk.wait_for_status(client, ticket_id, "dispatched")
    desk.handle(client, ticket_id)
    desk.wait_for_status(client, ticket_id, "notified")
    desk.conclude(client, ticket_id, solved=True, score=5)
    closed = desk.wait_for_status(client, ticket_id, "closed")
    assert closed["closed_as"] == "solved"
    assert closed["rounds"] == 1


def test_every_service_is_in_the_history_in_causal_order(client: Client) -> None:
    ticket_id = desk.register(client)["ticket_id"]
    desk.handle(client, ticket_id)
    desk.conclude(client, ticket_id, solved=True)
    items = desk.whole_history(client, ticket_id)
    kinds = desk.kinds(items)
    order = [
        "ticket-registered",
        "work-order-offered",
        "work-order-accepted",
        "contact-attempted",
        "complaint-verified",
        "work-order-completed",
        "customer-notified",
        "revisit-scheduled",
        "revisit-attempted",
        "revisit-concluded",
        "ticket-closed",
    ]
    assert [kind for kind in kinds if kind in order] == order
    assert "clock-started" in kinds
    by_id = {item["event_id"]: place for place, item in enumerate(items)}
    for place, item in enumerate(items):
        if item["causation_id"] in by_id:
            assert by_id[item["causation_id"]] < place
    assert len(by_id) == len(items), "an event stands twice"


def test_an_unsolved_revisit_starts_a_round_again_and_again(client: Client) -> None:
    """H-20."""
    ticket_id = desk.register(client)["ticket_id"]
    for round_number in (1, 2):
        desk.handle(client, ticket_id, round_number)
        desk.conclude(client, ticket_id, round_number, solved=False, score=2)
        again = desk.wait_for_round(client, ticket_id, round_number + 1)
        assert again["status"] == "dispatched"
    desk.handle(client, ticket_id, 3)
    desk.conclude(client, ticket_id, 3, solved=True)
    assert desk.wait_for_status(client, ticket_id, "closed")["rounds"] == 3


def test_a_ticket_of_thirty_days_ago_shows_all_six_steps(client: Client) -> None:
    received_at = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    ticket_id = desk.register(client, received_at=received_at)["ticket_id"]

    def look() -> list[dict[str, object]] | None:
        items = client.get("/sla/v1/escalations", ticket_id=ticket_id)["items"]
        found = [one for one in items if one["clock"] == "answer"]
        return found if len(found) >= len(STEPS) else None

    raised = eventually(look, "six escalations")
    assert {item["step"] for item in raised} == STEPS
    assert len(raised) == len(STEPS)
    places = [(str(item["raised_at"]), str(item["due_at"])) for item in raised]
    assert places == sorted(places, reverse=True), "newest first"


def test_the_promised_time_shows_on_the_ticket(client: Client) -> None:
    """H-12: a general complaint has a target and a limit."""
    ticket_id = desk.register(client)["ticket_id"]

    def promised() -> dict[str, object] | None:
        promises = desk.ticket(client, ticket_id)["promises"]
        return next((one for one in promises if one["clock"] == "answer"), None)

    answer = eventually(promised, "the promise")
    clock = next(one for one in desk.clocks(client, ticket_id) if one["clock"] == "answer")
    assert answer["due_at"] == clock["due_at"]
    assert answer["state"] == clock["state"] == "running"


def test_a_withdrawn_ticket_leaves_nothing_to_do(client: Client) -> None:
    ticket_id = desk.register(client)["ticket_id"]
    desk.work_order(client, ticket_id)
    client.post(f"/intake/v1/tickets/{ticket_id}/withdrawal", {"reason": "客户撤诉"})
    eventually(
        lambda: desk.work_order(client, ticket_id)["state"] == "cancelled", "the order cancelled"
    )

    def are_over() -> bool:
        clocks = desk.clocks(client, ticket_id)
        return bool(clocks) and all(
            one["state"] == ("met" if one["clock"] == "dispatch" else "cancelled") for one in clocks
        )

    eventually(are_over, "the clocks cancelled")


def test_an_answer_at_once_is_called_back_and_closed(client: Client) -> None:
    """H-11: completion and result notice in one."""
    ticket_id = desk.register(client, severity="simple")["ticket_id"]
    desk.work_order(client, ticket_id)
    answered = client.post(f"/intake/v1/tickets/{ticket_id}/answer", {"text": "已重置端口。"})
    assert answered["status"] == "notified"
    desk.conclude(client, ticket_id, solved=True)
    desk.wait_for_status(client, ticket_id, "closed")


def test_a_refused_order_is_arbitrated_and_goes_on(client: Client) -> None:
    ticket_id = desk.register(client)["ticket_id"]
    order = desk.work_order(client, ticket_id)
    at = f"/dispatch/v1/work-orders/{order['work_order_id']}"
    refused = client.post(f"{at}/refusal", {"reason": "不属于本部门"})
    assert refused["state"] in {"refused", "in_arbitration"}
    version = client.call("GET", at).headers["etag"]
    arbitrated = client.post(
        f"{at}/arbitration",
        {"department": order["department"], "reason": "属于该部门"},
        If_Match=version,
    )
    assert arbitrated["state"] == "offered"
    desk.handle(client, ticket_id)
    desk.conclude(client, ticket_id, solved=True)
    desk.wait_for_status(client, ticket_id, "closed")
