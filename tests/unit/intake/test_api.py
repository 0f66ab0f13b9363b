"""Intake's routes keep what the contract says of every request."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.unit.intake.service import COMPLAINT, TICKETS, FrontDesk, open_front_desk
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, HOUR


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[FrontDesk]:
    async with open_front_desk(tmp_path) as desk:
        yield desk


async def test_a_registered_ticket_can_be_read_at_once(desk: FrontDesk) -> None:
    answer = await desk.register("a")
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    ticket = answer.json()
    assert answer.headers["location"] == f"{TICKETS}/{ticket['ticket_id']}"
    found = (await desk.client.get(answer.headers["location"])).json()
    assert (found["number"], found["status"]) == (ticket["number"], "registered")
    listed = (await desk.client.get(TICKETS, params={"number": ticket["number"]})).json()
    assert [one["ticket_id"] for one in listed["items"]] == [ticket["ticket_id"]]


async def test_the_same_key_and_body_get_the_first_answer_again(desk: FrontDesk) -> None:
    first = await desk.register("a")
    again = await desk.register("a", severity="general")
    assert again.status_code == 201
    assert again.headers["idempotent-replay"] == "true"
    assert again.content == first.content


async def test_the_same_key_with_another_body_is_refused(desk: FrontDesk) -> None:
    await desk.register("a")
    again = await desk.register("a", content="另一件事")
    assert code_of(again) == (422, "idempotency-key-reused")


async def test_who_uses_an_external_id_again_is_told_of_it(desk: FrontDesk) -> None:
    await desk.register("a", external_id="CRM-1")
    again = await desk.register("b", external_id="CRM-1", content="另一件事")
    assert code_of(again) == (422, "idempotency-key-reused")
    assert "external_id" in again.json()["title"]


async def test_without_a_key_or_an_external_id_nothing_is_registered(desk: FrontDesk) -> None:
    answer = await desk.client.post(TICKETS, json=COMPLAINT)
    assert code_of(answer) == (400, "idempotency-key-required")
    assert "external_id" in answer.json()["title"]


async def test_an_external_id_is_the_identity_also_across_single_and_batch(desk: FrontDesk) -> None:
    one = {**COMPLAINT, "external_id": "CRM-1"}
    first = (await desk.register("a", external_id="CRM-1")).json()
    second = (await desk.register("b", external_id="CRM-1")).json()
    batch = (await desk.client.post(f"{TICKETS}:batch", json={"items": [one]})).json()["items"]
    assert second["ticket_id"] == first["ticket_id"] == batch[0]["ticket"]["ticket_id"]
    assert batch[0]["replayed"] is True


@pytest.mark.parametrize("letter", ["a", "号", "𠮷"])
async def test_a_label_is_at_most_120_letters_of_whatever_width(
    desk: FrontDesk, letter: str
) -> None:
    for length in (200, 121):
        long = await desk.register("a", external_id=letter * length)
        assert code_of(long) == (422, "malformed")
        assert [one["pointer"] for one in long.json()["errors"]] == ["/external_id"]
    longest = letter * 120
    labels = dict.fromkeys(("external_id", "category", "area", "receiver", "product"), longest)
    answer = await desk.register("a", **labels)
    assert answer.status_code == 201
    [found] = await desk.items(TICKETS, external_id=longest)
    assert found["ticket_id"] == answer.json()["ticket_id"]


async def test_in_a_batch_each_item_has_its_own_answer(desk: FrontDesk) -> None:
    good = {**COMPLAINT, "external_id": "CRM-2"}
    bad = {**COMPLAINT, "external_id": "CRM-3", "kind": "lament"}
    nameless = COMPLAINT
    answer = await desk.client.post(f"{TICKETS}:batch", json={"items": [good, bad, nameless]})
    items = answer.json()["items"]
    assert [item["status"] for item in items] == [201, 422, 422]
    assert items[1]["problem"]["errors"][0]["pointer"] == "/kind"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not-json"),
        (b"no json", 400, "not-json"),
        (b'{"kind": "complaint"', 400, "not-json"),
        (b'{"kind": NaN}', 422, "malformed"),
        (b'{"kind": 1, "kind": 2}', 422, "malformed"),
        (b'{"content": "\\u0000"}', 422, "malformed"),
        (b'{"content": "\\ud800"}', 422, "malformed"),
        (b"[" * 100_000, 422, "malformed"),
        (b'{"_type_": "x", "_data_": "y"}', 422, "malformed"),
        (b"[]", 422, "malformed"),
        (b'"' + b"x" * 300_000 + b'"', 413, "too-large"),
    ],
)
async def test_hostile_bodies_get_a_clear_refusal(
    desk: FrontDesk, body: bytes, status: int, code: str
) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": "h"}
    answer = await desk.client.post(TICKETS, content=body, headers=headers)
    assert code_of(answer) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["trace_id"]


async def test_a_chunked_body_that_never_says_its_size_is_cut_off(desk: FrontDesk) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    headers = {"Content-Type": "application/json", "Idempotency-Key": "h"}
    answer = await desk.client.post(TICKETS, content=chunks(), headers=headers)
    assert answer.status_code == 413


async def test_other_media_types_are_refused(desk: FrontDesk) -> None:
    answer = await desk.client.post(TICKETS, content=b"kind=complaint")
    assert code_of(answer) == (415, "unsupported-media-type")


async def test_a_problem_never_repeats_what_was_sent(desk: FrontDesk) -> None:
    private = "机密内容"
    answer = await desk.register("a", severity=private, area=5, received_at=private)
    assert answer.status_code == 422
    assert private not in answer.text
    pointers = {error["pointer"] for error in answer.json()["errors"]}
    assert pointers == {"/severity", "/area", "/received_at"}


async def test_titles_follow_the_callers_language(desk: FrontDesk) -> None:
    chinese = await desk.client.get(f"{TICKETS}/x", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    english = await desk.client.get(f"{TICKETS}/x", headers={"Accept-Language": "en"})
    assert chinese.json()["title"] == "请求内容不符合要求，请修改所列之处。"
    assert english.json()["title"].isascii()


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"received_at": (AT + HOUR).isoformat()}, "/received_at"),
        ({"at": (AT + HOUR).isoformat()}, "/at"),
        (
            {"at": "2026-01-02T00:00:00Z", "received_at": "2026-01-01T00:00:00Z"},
            "/at",
        ),
        ({"received_at": "2026-01-01T00:00:00"}, "/received_at"),
        ({"pack": "no-such-pack"}, "/pack"),
        ({"customer": {"name": "张"}}, "/customer"),
        ({"unknown": 1}, "/unknown"),
    ],
)
async def test_what_a_register_cannot_say(
    desk: FrontDesk, changes: dict[str, object], pointer: str
) -> None:
    answer = await desk.register("a", **changes)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_without_a_valid_key_nobody_gets_in(desk: FrontDesk) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer hy_wrong"}):
        answer = await desk.client.get(TICKETS, headers=headers)
        assert code_of(answer) == (401, "unauthenticated")


async def test_a_key_without_the_scope_is_refused(desk: FrontDesk) -> None:
    reader = desk.key("crm", "tickets:read")
    answer = await desk.client.post(TICKETS, json=COMPLAINT, headers=reader)
    assert code_of(answer) == (403, "forbidden")


async def test_another_clients_ticket_is_not_there(desk: FrontDesk) -> None:
    ticket_id = (await desk.register("a")).json()["ticket_id"]
    foreign = desk.key("shop", "tickets:read", "tickets:write")
    at = f"{TICKETS}/{ticket_id}"
    assert (await desk.client.get(at, headers=foreign)).status_code == 404
    taken = await desk.client.post(f"{at}/withdrawal", json={"reason": "x"}, headers=foreign)
    assert taken.status_code == 404
    listed = await desk.client.get(TICKETS, headers=foreign)
    assert listed.json()["items"] == []


async def test_a_revoked_key_stops_at_once(desk: FrontDesk) -> None:
    token = desk.key("crm", "tickets:read")
    assert (await desk.client.get(TICKETS, headers=token)).status_code == 200
    assert desk.keys.revoke(next(key.key_id for key in desk.keys.all() if key.client == "crm"))
    assert (await desk.client.get(TICKETS, headers=token)).status_code == 401


async def test_a_person_is_masked_unless_the_key_may_read_personal_data(desk: FrontDesk) -> None:
    token = desk.key("crm", "tickets:read", "tickets:write")
    headers = {"Idempotency-Key": "p", **token}
    answer = await desk.client.post(TICKETS, json=COMPLAINT, headers=headers)
    at = answer.headers["location"]
    masked = await desk.client.get(at, headers=token)
    assert "张晓明" not in masked.text
    assert "12345678" not in masked.text
    assert masked.json()["customer"]["name"] == "张**"
    full = (await desk.client.get(at)).json()
    assert (full["customer"]["name"], full["content"]) == ("张晓明", COMPLAINT["content"])


async def test_a_customer_is_found_by_phone_however_it_is_written(desk: FrontDesk) -> None:
    ticket_id = (await desk.register("a")).json()["ticket_id"]
    wanted = {"customer_phone": "138 1234 5678"}
    found = await desk.client.get(TICKETS, params=wanted)
    assert [one["ticket_id"] for one in found.json()["items"]] == [ticket_id]
    blind = await desk.client.get(TICKETS, params=wanted, headers=desk.key("crm", "tickets:read"))
    assert (blind.status_code, blind.json()["required_scope"]) == (403, "pii:read")


async def test_a_list_is_read_page_by_page_without_gap_or_repeat(desk: FrontDesk) -> None:
    wanted = {(await desk.register(f"k{number}")).json()["ticket_id"] for number in range(7)}
    seen = [item["ticket_id"] for item in await desk.pages(f"{TICKETS}?limit=3")]
    assert len(seen) == 7
    assert set(seen) == wanted


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=x", "cursor=nonsense", "status=lost", "nope=1"]
)
async def test_a_list_refuses_what_it_does_not_know(desk: FrontDesk, query: str) -> None:
    answer = await desk.client.get(f"{TICKETS}?{query}")
    assert code_of(answer) == (422, "malformed")


async def test_a_department_that_nobody_knows_is_refused_with_those_there_are(
    desk: FrontDesk,
) -> None:
    """Nothing there and no such department are two things, as in every other list."""
    answer = await desk.client.get(TICKETS, params={"department": "billling"})
    assert code_of(answer) == (422, "malformed")
    [error] = answer.json()["errors"]
    assert error["pointer"] == "/query/department"
    assert "billing" in error["detail"]
    empty = await desk.client.get(TICKETS, params={"department": "billing"})
    assert empty.json()["items"] == []


async def test_a_stale_if_match_says_the_version_now(desk: FrontDesk) -> None:
    at = (await desk.register("a")).headers["location"]
    stale = await desk.client.post(
        f"{at}/withdrawal", json={"reason": "x"}, headers={"If-Match": '"7"'}
    )
    assert (stale.status_code, stale.json()["current_version"]) == (412, 1)
    fresh = await desk.client.post(
        f"{at}/withdrawal", json={"reason": "x"}, headers={"If-Match": '"1"'}
    )
    assert (fresh.status_code, fresh.json()["status"]) == (200, "withdrawn")


async def test_a_repeated_command_gets_its_first_answer_also_when_the_rules_changed(
    desk: FrontDesk,
) -> None:
    at = (await desk.register("a")).headers["location"]
    headers = {"Idempotency-Key": "answer-1"}
    first = await desk.client.post(f"{at}/answer", json={"text": "好"}, headers=headers)
    await desk.client.post(f"{at}/withdrawal", json={"reason": "x"})
    again = await desk.client.post(f"{at}/answer", json={"text": "好"}, headers=headers)
    assert again.status_code == 200
    assert again.content == first.content


async def test_the_documents_open_without_a_network(desk: FrontDesk) -> None:
    page = (await desk.client.get("/docs")).text
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    schema = (await desk.client.get("/openapi.json")).json()
    body = schema["paths"][TICKETS]["post"]["requestBody"]["content"]["application/json"]
    assert body["schema"]["$ref"].rpartition("/")[2] in schema["components"]["schemas"]


async def test_the_next_customer_with_the_same_phone_changes_nothing_about_the_first(
    desk: FrontDesk,
) -> None:
    first = {"name": "甲先生", "phone": "13500000001", "email": "jia@example.com"}
    second = {"name": "乙女士", "phone": "+86 135-0000-0001"}
    answers = [
        await desk.register(one["name"].encode().hex(), customer=one) for one in (first, second)
    ]
    shown = [(await desk.client.get(answer.headers["location"])).json() for answer in answers]
    assert shown[0]["customer"]["name"] == "甲先生"
    assert shown[0]["customer"]["email"] == "jia@example.com"
    assert shown[1]["customer"]["name"] == "乙女士"
    refs = {one["customer"]["customer_ref"] for one in shown}
    assert len(refs) == 1, "one person, as far as the phone number says"
    found = await desk.client.get(TICKETS, params={"customer_phone": "135 0000 0001"})
    assert len(found.json()["items"]) == 2


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"received_at": "1926-11-20T00:00:00Z"}, "/received_at"),
        ({"customer": {"name": "张", "phone": "+()() ()"}}, "/customer/phone"),
        ({"product": "\x1b[31mred"}, "/product"),
        ({"area": "a\u202eb"}, "/area"),
        ({"content": "   "}, "/content"),
    ],
)
async def test_what_nobody_could_watch_call_or_see_is_refused(
    desk: FrontDesk, changes: dict[str, object], pointer: str
) -> None:
    answer = await desk.register("a", **changes)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
