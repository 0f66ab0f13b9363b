"""What every route of every service refuses; nothing changes, so a route's tests share a desk."""

import gzip
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Sequence
from itertools import product

import msgspec
import pytest
import pytest_asyncio

from services.revisit.domain.stages import revisit_id_of
from shared.keys import SCOPES, Scope
from tests.unit.support.any_desk import AnyDesk, desk_for
from tests.unit.support.calls import CALLS, COMMANDS, CREATIONS, ERASURE, LISTS, WRITES, Call
from tests.unit.support.desk import code_of
from tests.unit.support.examples import T

pytestmark = pytest.mark.asyncio(loop_scope="module")


def of_each(calls: Sequence[Call]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("call", calls, ids=str, scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(call: Call, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AnyDesk]:
    """Where the call would succeed."""
    async with desk_for(call, tmp_path_factory.mktemp("desk")) as desk:
        yield desk


@pytest_asyncio.fixture(loop_scope="module")
async def desk(shared: AnyDesk) -> AsyncIterator[AnyDesk]:
    """The same, which must say nothing about what it refuses."""
    before = await shared.heard.log()
    yield shared
    assert await shared.heard.log() == before


@of_each(CALLS)
async def test_who_may_not_call(call: Call, desk: AnyDesk) -> None:
    for nobody in ({"Authorization": ""}, {"Authorization": "Bearer hy_wrong"}):
        assert code_of(await desk.send(call, nobody)) == (401, "unauthenticated")
    others: list[Scope] = [one for one in SCOPES if one not in {call.scope, "admin"}]
    answer = await desk.send(call, desk.key("crm", *others))
    assert code_of(answer) == (403, "forbidden")
    assert answer.json()["required_scope"] == call.scope


@of_each(
    [call for call in CALLS if call.is_about_one and not call.is_operators and call != ERASURE]
)
async def test_what_is_another_clients_or_departments_is_not_there(
    call: Call, desk: AnyDesk
) -> None:
    for foreign in (
        desk.key("shop", call.scope, "pii:read"),
        desk.key("clerk", call.scope, departments=("field-service",)),
    ):
        answer = await desk.send(call, {**foreign, "Idempotency-Key": "a"})
        assert answer.status_code == 404
        unknown = {name: str(revisit_id_of(T, 9)) for name in desk.ids}
        nothing = await desk.client.request(
            call.method,
            call.path.format(**unknown),
            json=call.body,
            headers={"If-Match": '"1"'},
        )
        assert code_of(answer) == code_of(nothing)


@of_each([call for call in CALLS if call.is_about_one and call.is_operators])
async def test_a_letter_that_nobody_keeps_is_not_there(
    call: Call, desk: AnyDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "ids", dict.fromkeys(desk.ids, str(T)))
    assert code_of(await desk.send(call))[0] == 404


@of_each(WRITES)
async def test_what_a_body_may_not_be(call: Call, desk: AnyDesk) -> None:
    url = desk.url(call.path)

    async def send(
        content: bytes, media_type: str = "application/json", **more: str
    ) -> tuple[int, str]:
        headers = {"Content-Type": media_type, "Idempotency-Key": "a", "If-Match": '"1"', **more}
        return code_of(await desk.client.post(url, content=content, headers=headers))

    body = msgspec.json.encode(call.body)
    assert await send(body, "text/plain") == (415, "unsupported-media-type")
    packed = await send(gzip.compress(body), **{"Content-Encoding": "gzip"})
    assert packed == (415, "unsupported-media-type")
    assert await send(b" " * (call.limit + 1)) == (413, "too-large")
    assert await send(b"{") == (400, "not-json")
    unknown = await desk.send(call, {"Idempotency-Key": "a"}, surprise=1)
    assert code_of(unknown) == (422, "malformed")
    assert [one["pointer"] for one in unknown.json()["errors"]] == ["/surprise"]


@of_each([*CREATIONS, *COMMANDS])
async def test_a_key_that_is_none_is_refused(call: Call, desk: AnyDesk) -> None:
    for key in ("", "x" * 256, "a\tb"):
        answer = await desk.send(call, {"Idempotency-Key": key})
        assert code_of(answer) == (422, "malformed")


@of_each(LISTS)
async def test_a_list_refuses_what_it_cannot_look_for(call: Call, desk: AnyDesk) -> None:
    """Cursors of another list's form, or that no store could hold; days that no calendar has."""
    strange: list[object] = [[], ["", 1], ["\0", "k"], [2**70, "", ""], [0, "\0", ""], {}]
    encoded = [urlsafe_b64encode(msgspec.json.encode(one)).decode() for one in strange]
    times = "received_from", "received_until", "due_before"
    url = desk.url(call.path)
    for cursor in ("x", "é", *encoded):
        answer = await desk.client.get(url, params={"cursor": cursor})
        assert code_of(answer) == (422, "malformed"), cursor
    for limit in ("0", "501", "many"):
        answer = await desk.client.get(url, params={"limit": limit})
        assert code_of(answer) == (422, "malformed")
    no_times = "9999-12-31T23:59:59-14:00", "2026", "1764547200", "2026-11-23T10:00:00"
    for name, moment in product(times, no_times):
        answer = await desk.client.get(url, params={name: moment})
        assert code_of(answer) == (422, "malformed")
        assert [one["pointer"] for one in answer.json()["errors"]] == [f"/query/{name}"]


@of_each([call for call in CALLS if "{" in call.path])
async def test_who_gives_no_key_is_not_told_what_an_id_looks_like(
    call: Call, desk: AnyDesk
) -> None:
    url = call.path.format(**dict.fromkeys(desk.ids, "no-id"))
    answer = await desk.client.request(call.method, url, headers={"Authorization": ""})
    assert code_of(answer) == (401, "unauthenticated")


@of_each([call for call in COMMANDS if call.needs_version])
async def test_some_commands_say_which_version_was_read(call: Call, desk: AnyDesk) -> None:
    answer = await desk.client.post(desk.url(call.path), json=call.body)
    assert code_of(answer) == (428, "version-required")
