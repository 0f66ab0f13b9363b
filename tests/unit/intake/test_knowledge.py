"""What a consultation was answered is known when the next one comes in (U-16)."""

from collections.abc import AsyncIterator
from dataclasses import replace as with_changes
from pathlib import Path

import msgspec
import pytest
from httpx import Response

from services.intake.domain.errors import (
    AlreadyPublishedError,
    NotAConsultationError,
    NotAnsweredError,
    TicketMergedError,
    TicketNotRegisteredError,
    TicketWithdrawnError,
)
from services.intake.domain.ticket import TICKET
from services.intake.knowledge import words_asked, words_in
from shared.contracts.intake import TicketEvent
from shared.decider import BrokenRuleError
from shared.testing.decider_spec import DeciderSpec
from tests.unit.intake.examples import (
    CLOSED,
    CONSULTATION,
    MERGED,
    PUBLISH,
    PUBLISHED,
    REOPENED,
    WITHDRAWN,
)
from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import ANSWERED, HOUR, REGISTERED

KNOWLEDGE = "/intake/v1/knowledge"
ticket = DeciderSpec(TICKET)
AGAIN = msgspec.structs.replace(REOPENED, case=CONSULTATION.case)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


@pytest.mark.parametrize("answered", [ANSWERED, CLOSED])
def test_an_answered_consultation_can_be_published(answered: TicketEvent) -> None:
    """U-16."""
    ticket.given(CONSULTATION, answered).when(PUBLISH).then(PUBLISHED)


def test_so_can_one_that_a_department_answered() -> None:
    """U-16."""
    ticket.given(CONSULTATION).when(with_changes(PUBLISH, notified=True)).then(PUBLISHED)


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ([], TicketNotRegisteredError),
        ([CONSULTATION], NotAnsweredError),
        ([REGISTERED, ANSWERED], NotAConsultationError),
        ([REGISTERED, CLOSED], NotAConsultationError),
        ([CONSULTATION, WITHDRAWN], TicketWithdrawnError),
        ([CONSULTATION, MERGED], TicketMergedError),
        ([CONSULTATION, ANSWERED, PUBLISHED], AlreadyPublishedError),
        ([CONSULTATION, ANSWERED, PUBLISHED, CLOSED], AlreadyPublishedError),
        ([CONSULTATION, CLOSED, PUBLISHED, AGAIN], AlreadyPublishedError),
    ],
)
def test_what_is_not_published(given: list[TicketEvent], broken: type[BrokenRuleError]) -> None:
    ticket.given(*given).when(PUBLISH).then_raises(broken)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("过户", {"过户"}),
        ("网", {"网"}),
        ("宽带过户", {"宽带", "带过", "过户"}),
        ("WiFi6 密码", {"wifi6", "密码"}),
        ("\uff37\uff29\uff26\uff29", {"wifi"}),
        ("?!", set()),
    ],
)
def test_a_question_is_taken_apart(question: str, words: set[str]) -> None:
    assert words_asked(question) == words
    assert words <= words_in(f"问：{question}。")


async def publish(
    desk: FrontDesk, title: str, text: str, headers: dict[str, str] | None = None
) -> Response:
    """Registers, answers and publishes a consultation."""
    registered = await desk.client.post(
        TICKETS,
        json={**COMPLAINT, "kind": "consultation", "category": "transfer"},
        headers={**(headers or {}), "Idempotency-Key": title.encode().hex()},
    )
    at = registered.headers["location"]
    await desk.client.post(f"{at}/answer", json={"text": text}, headers=headers)
    body = {"title": title, "text": text}
    return await desk.client.post(f"{at}/knowledge", json=body, headers=headers)


async def titles(desk: FrontDesk, headers: dict[str, str] | None = None, **asked: str) -> list[str]:
    return [one["title"] for one in await desk.items(KNOWLEDGE, headers, **asked)]


async def test_what_is_published_is_found_by_all_of_its_words(desk: FrontDesk) -> None:
    """U-16."""
    done = await publish(desk, "宽带如何过户", "双方持证件到营业厅办理。")
    assert (done.status_code, done.json()["status"]) == (200, "notified")
    desk.clock.time += HOUR
    await publish(desk, "WiFi 密码", "在光猫背面；宽带账号在协议上。")
    assert await titles(desk) == ["WiFi 密码", "宽带如何过户"]
    assert await titles(desk, q="过户") == ["宽带如何过户"]
    assert await titles(desk, q="宽带 营业厅") == ["宽带如何过户"]
    assert await titles(desk, q="宽带") == ["WiFi 密码", "宽带如何过户"]
    assert await titles(desk, q="WIFI") == ["WiFi 密码"]
    assert await titles(desk, q="猫") == ["WiFi 密码"]
    assert await titles(desk, q="户过") == []
    assert await titles(desk, q="!") == []


async def test_it_says_what_it_is_about(desk: FrontDesk) -> None:
    ticket_id = (await publish(desk, "如何过户", "到营业厅")).json()["ticket_id"]
    [one] = await desk.items(KNOWLEDGE, q="过户")
    assert (one["ticket_id"], one["category"], one["text"]) == (ticket_id, "transfer", "到营业厅")
    assert one["links"] == {"ticket": f"{TICKETS}/{ticket_id}"}


async def test_findings_are_read_page_by_page_without_gap_or_repeat(desk: FrontDesk) -> None:
    for number in range(5):
        await publish(desk, f"过户 {number}", "到营业厅" if number % 2 else "到营业厅 now")
    found = await desk.pages(f"{KNOWLEDGE}?q=营业厅 now&limit=1")
    assert sorted(one["title"] for one in found) == ["过户 0", "过户 2", "过户 4"]


async def test_a_client_finds_its_own_and_a_department_all(desk: FrontDesk) -> None:
    shop = desk.key("shop", "tickets:read", "tickets:write")
    await publish(desk, "如何过户", "到营业厅", shop)
    foreign = desk.key("crm", "tickets:read")
    staff = desk.key("clerk", "tickets:read", departments=("billing",))
    assert await titles(desk, shop, q="过户") == ["如何过户"]
    assert await titles(desk, foreign, q="过户") == []
    assert await titles(desk, staff, q="过户") == ["如何过户"]


async def test_what_is_refused_is_not_found(desk: FrontDesk) -> None:
    at = (await desk.register("a", kind="consultation")).headers["location"]
    body = {"title": "如何过户", "text": "到营业厅"}
    answer = await desk.client.post(f"{at}/knowledge", json=body)
    assert code_of(answer) == (409, "not-answered")
    assert await titles(desk, q="过户") == []


async def test_the_event_holds_no_text(desk: FrontDesk) -> None:
    await publish(desk, "如何过户", "到营业厅")
    logged = await desk.heard.service.core.store.read_log(0)
    assert logged[-1].event.name == "knowledge-published.v1"
    assert "营业厅".encode() not in logged[-1].event.state
