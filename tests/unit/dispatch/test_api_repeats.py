"""What is sent to dispatch again: under the same key the first answer, else its own matter."""

from tests.unit.dispatch.desk import PASS_ON, SOLUTION, WorkDesk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import (
    AT,
    CLOCK_STARTED,
    HOUR,
)


async def test_the_same_key_gets_the_first_answer_again(desk: WorkDesk) -> None:
    once = {"Idempotency-Key": "a"}
    first = await desk.post("acceptance", {}, once)
    await desk.heard.hear(CLOCK_STARTED)
    await desk.do("completion", {"solution": SOLUTION})
    again = await desk.post("acceptance", {}, once)
    assert again.headers["idempotent-replay"] == "true"
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    other = await desk.post("acceptance", {"handler": "sun-yue"}, once)
    assert code_of(other) == (422, "idempotency-key-reused")


async def test_who_transferred_it_away_gets_the_first_answer_again(desk: WorkDesk) -> None:
    mine = desk.key("he-bin", "work:write", "tickets:read", departments=("billing",))
    headers = {**mine, "If-Match": '"1"', "Idempotency-Key": "b"}
    first = await desk.post("transfer", PASS_ON, headers)
    assert first.status_code == 200
    again = await desk.post("transfer", PASS_ON, headers)
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content
    assert code_of(await desk.show(mine)) == (404, "work-order-not-found")


async def test_each_attempt_without_a_key_is_its_own(desk: WorkDesk) -> None:
    await desk.do("acceptance")
    for _ in range(2):
        await desk.do("contact-attempts", {"channel": "phone", "outcome": "no_answer"})
        desk.clock.time += HOUR
    assert len((await desk.show()).json()["contact_attempts"]) == 2


async def test_a_replay_after_the_promised_time_gets_the_first_answer(desk: WorkDesk) -> None:
    await desk.heard.hear(CLOCK_STARTED)
    once = {"Idempotency-Key": "a"}
    promise = {"promised_until": (AT + HOUR).isoformat()}
    first = await desk.post("acceptance", promise, once)
    desk.clock.time += 2 * HOUR
    again = await desk.post("acceptance", promise, once)
    assert (again.status_code, again.content) == (200, first.content)


async def test_a_second_solution_is_refused_and_leaves_no_text_behind(desk: WorkDesk) -> None:
    once = {"Idempotency-Key": "a"}
    await desk.do("acceptance")
    first = await desk.do("completion", {"solution": SOLUTION}, once)
    second = await desk.post("completion", {"solution": "又一次"})
    assert code_of(second) == (409, "already-completed")
    assert await desk.do("completion", {"solution": SOLUTION}, once) == first
    assert len((await desk.show()).json()["texts"]) == 1


async def test_a_second_refusal_is_refused(desk: WorkDesk) -> None:
    await desk.do("refusal", {"reason": "不属于本部门"})
    second = await desk.post("refusal", {"reason": "另有原因"})
    assert code_of(second) == (409, "in-arbitration")
