"""A company whose regulation nobody here ever heard of: a YAML file is all that it brings."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.e2e import desk
from tests.e2e.system import FERRIES, Client, create_key, embedded
from tests.eventually import eventually

CANCELLED = {"category": "cancelled-sailing", "content": "早班船取消，无人通知。"}
BRIDGE = ["warning", "level-2", "level-4"]
NO_ANSWER = {"channel": "phone", "outcome": "no_answer"}
RESULT = {"about": "result", "channel": "phone"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """A system of the ferry line; its key goes by the line's own pack."""
    own = {
        "HUIYIN_PACKS": str(FERRIES / "packs"),
        "HUIYIN_DIRECTORY_FILE": str(FERRIES / "directory.yaml"),
        "HUIYIN_HOLIDAYS_FILE": str(FERRIES / "holidays.yaml"),
    }
    system = embedded(tmp_path_factory.mktemp("ferries"), **own)
    program = system.programs["run"]
    key = create_key(program.environment, "ferries", "admin", pack="harbour-ferries")
    client = system.client(key)
    yield client
    client.close()
    system.stop()


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()


def completed(client: Client, ticket_id: str, minutes_ago: int) -> str:
    """The path of the ticket's work order, which a department has completed."""
    at = f"/dispatch/v1/work-orders/{desk.work_order(client, ticket_id)['work_order_id']}"
    client.post(f"{at}/acceptance", {"handler": "deckhand", "at": ago(minutes_ago)})
    client.post(f"{at}/completion", {"solution": "退还船票。", "at": ago(minutes_ago)})
    return at


def test_a_complaint_runs_through_all_services_under_the_lines_own_rules(client: Client) -> None:
    """Nobody answers three times, ten minutes apart: told so, called back once, closed."""
    ticket_id = desk.register(client, **CANCELLED, received_at=ago(180))["ticket_id"]
    order = desk.work_order(client, ticket_id)
    assert order["department"] == "jetty"
    at = completed(client, ticket_id, 100)
    unreachable = {**RESULT, "outcome": "unreachable"}
    for minutes in (90, 80, 75):
        client.post(f"{at}/contact-attempts", {**NO_ANSWER, "at": ago(minutes)})
    refused = client.post(f"{at}/customer-notice", {**unreachable, "at": ago(74)}, 409)
    assert refused["code"] == "attempts-missing", "two calls ten minutes apart, and one too soon"
    client.post(f"{at}/contact-attempts", {**NO_ANSWER, "at": ago(65)})
    client.post(f"{at}/customer-notice", {**unreachable, "at": ago(60)})

    call_back = f"/revisit/v1/revisits/{desk.revisit(client, ticket_id)['revisit_id']}"
    early = client.post(f"{call_back}/result", {"unreachable": True}, 409)
    assert early["code"] == "attempts-missing"
    client.post(f"{call_back}/attempts", {**NO_ANSWER, "at": ago(30)})
    soon = client.post(f"{call_back}/attempts", {**NO_ANSWER, "at": ago(20)}, 409)
    assert soon["code"] == "too-soon"
    client.post(f"{call_back}/result", {"unreachable": True})
    closed = desk.wait_for_status(client, ticket_id, "closed")
    assert (closed["closed_as"], closed["pack"]) == ("unreachable", "harbour-ferries")
    told = desk.whole_history(client, ticket_id)
    services = {one["source"].strip("/").split("/")[-1] for one in told}
    assert services == {"intake", "dispatch", "sla", "revisit"}


def test_it_goes_up_the_lines_own_ladder_when_its_own_limit_is_over(client: Client) -> None:
    received = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    answered = desk.register(client, **CANCELLED, received_at=received.isoformat())
    ticket_id = answered["ticket_id"]

    def raised() -> list[dict[str, Any]] | None:
        items = client.get("/sla/v1/escalations", ticket_id=ticket_id)["items"]
        return items if len(items) == len(BRIDGE) else None

    found = sorted(eventually(raised, "three escalations"), key=lambda one: str(one["due_at"]))
    assert [one["step"] for one in found] == BRIDGE
    assert [one["addressee"] for one in found] == [["deckhand"], ["harbour-master"], ["keeper"]]
    due = [datetime.fromisoformat(one["due_at"]) - received for one in found]
    assert due == [timedelta(minutes=minutes) for minutes in (30, 40, 50)]
    [clock] = desk.clocks(client, ticket_id)
    assert datetime.fromisoformat(clock["due_at"]) == received + timedelta(minutes=40)


def test_a_kind_that_the_line_exempts_is_closed_by_its_answer(client: Client) -> None:
    ticket_id = desk.register(client, kind="consultation")["ticket_id"]
    assert desk.work_order(client, ticket_id)["department"] == "lighthouse"
    client.post(f"/intake/v1/tickets/{ticket_id}/answer", {"text": "末班船二十二点。"})
    desk.wait_for_status(client, ticket_id, "closed")
    complaint = desk.register(client, content="船上没有热水。")["ticket_id"]
    desk.work_order(client, complaint)
    answered = client.post(f"/intake/v1/tickets/{complaint}/answer", {"text": "已补。"})
    assert answered["status"] == "notified", "what the line does not exempt is called back"
    desk.conclude(client, complaint, solved=True)
    desk.wait_for_status(client, complaint, "closed")
    assert client.get("/revisit/v1/revisits", ticket_id=ticket_id)["items"] == []


def test_work_rests_and_remedies_are_promised_as_the_line_says(client: Client) -> None:
    """H-16, H-24."""
    ticket_id = desk.register(client, **CANCELLED)["ticket_id"]
    at = f"/dispatch/v1/work-orders/{desk.work_order(client, ticket_id)['work_order_id']}"
    client.post(f"{at}/acceptance", {"handler": "deckhand"})
    waiting = client.post(f"{at}/suspension", {"reason": "awaiting_customer"}, 409)
    assert waiting["code"] == "suspension-not-offered"
    client.post(f"{at}/suspension", {"reason": "force_majeure"})
    client.post(f"{at}/resumption", {})
    offer = {"solution": "退票。", "remedy": "refund", "accepted_by_customer": True}
    beyond = client.post(f"{at}/proposal", offer, 409)
    assert beyond["code"] == "beyond-authority"
    client.post(f"{at}/proposal", {**offer, "remedy": "free crossing"})
    unsolved = {"solution": "风浪未停。", "solved": False}
    missing = client.post(f"{at}/completion", unsolved, 409)
    assert missing["code"] == "follow-ups-missing"
    client.post(f"{at}/progress", {"done": False, "reason": "风浪未停"})
    assert client.post(f"{at}/completion", unsolved)["solved"] is False


def test_its_own_calendars_and_zone_count(client: Client) -> None:
    """21:30 in Tokyo: half an hour of the sailings is left today, two and a half tomorrow."""
    listed = {pack["name"]: pack for pack in client.get("/sla/v1/packs", limit=100)["items"]}
    assert listed["harbour-ferries"]["calendars"] == ["sailings.v1", "quay.v1"]
    assert listed["harbour-ferries"]["zone"] == "Asia/Tokyo"
    start = {"start": "2026-11-27T21:30:00+09:00", "kind": "complaint"}
    [clock] = client.post("/sla/v1/deadlines:preview", start)["clocks"]
    assert (clock["clause"], clock["due_at"]) == ("F-2", "2026-11-27T23:30:00Z")
    question = {**start, "kind": "query"}
    [clock] = client.post("/sla/v1/deadlines:preview", question)["clocks"]
    assert clock["clause"] == "F-3"
    moment = {"customer_ref": "00000000-0000-4000-8000-000000000005", "moment": "new-timetable"}
    task = client.post("/revisit/v1/outbound-tasks", moment, 201, Idempotency_Key="timetable")
    assert task["state"] == "due"
    over = {**moment, "moment": "season-end"}
    spared = client.post("/revisit/v1/outbound-tasks", over, 201, Idempotency_Key="season")
    assert spared["state"] == "suppressed"


@pytest.mark.parametrize(
    ("start", "due", "provisional"),
    [
        ("2027-03-01", "2027-03-06T09:30:00Z", False),
        ("2028-03-06", "2028-03-09T09:30:00Z", True),
    ],
)
def test_the_days_that_an_operator_writes_down_count(
    client: Client, start: str, due: str, *, provisional: bool
) -> None:
    """H-12: Tuesday and Wednesday are off and Saturday is made up; of 2028 nobody knows yet."""
    asked = {"start": f"{start}T10:00:00+08:00", "kind": "complaint", "pack": "hotline-400"}
    clocks = client.post("/sla/v1/deadlines:preview", asked)["clocks"]
    (answer,) = (clock for clock in clocks if clock["clock"] == "answer")
    assert (answer["due_at"], answer["provisional"]) == (due, provisional)
