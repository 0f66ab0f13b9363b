"""Revisit decides by the version of the pack that a ticket or a task carries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4, uuid5

import msgspec

from services.revisit.handlers import HANDLERS
from services.revisit.main import create_app
from shared.contracts.revisit import OutboundTaskCreated, OutboundTaskSuppressed
from shared.packs import Attempts, Duration
from tests.unit.revisit.desk import REVISITS, CallDesk
from tests.unit.revisit.examples import R
from tests.unit.support.desk import Headers, code_of, open_desk
from tests.unit.support.examples import AT, CASE, HOUR, NOTIFIED, T
from tests.unit.support.published import published, second_version

TASKS = "/revisit/v1/outbound-tasks"
BASE = second_version("hotline-400")
ONE_CALL = second_version(
    "hotline-400",
    revisit=msgspec.structs.replace(
        BASE.revisit, before_unreachable=Attempts(calls=1, apart=Duration("2h"))
    ),
)
PUBLISHED = published(ONE_CALL, AT)
OTHER = uuid5(T, "other")
OTHERS_REVISIT = uuid5(OTHER, "revisit/1")
TOLD_NEWER = msgspec.structs.replace(
    NOTIFIED, ticket_id=OTHER, case=msgspec.structs.replace(CASE, pack_version=2)
)
OUTBOUND = second_version("mobile-key-account").outbound
assert OUTBOUND is not None
LAXER = second_version(
    "mobile-key-account",
    outbound=msgspec.structs.replace(
        OUTBOUND, task_due=Duration("1h"), per_day=2, exempt_moments=("birthday",)
    ),
)
SINCE = AT + 24 * HOUR


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[CallDesk]:
    async with open_desk(CallDesk, create_app, HANDLERS, folder, AT) as desk:
        yield desk


async def test_how_often_to_call_is_that_of_the_version_that_the_ticket_carries(
    tmp_path: Path,
) -> None:
    """H-19: one call in vain is enough under the second version; a restart forgets nothing."""
    async with opened(tmp_path) as desk:
        await desk.heard.hear(NOTIFIED, PUBLISHED, PUBLISHED, TOLD_NEWER)
    async with opened(tmp_path) as desk:
        answers = []
        for one in (R, OTHERS_REVISIT):
            assert (await desk.attempt(one)).status_code == 200
            result = {"unreachable": True}
            answers.append(await desk.client.post(f"{REVISITS}/{one}/result", json=result))
        assert code_of(answers[0]) == (409, "attempts-missing")
        assert answers[1].status_code == 200, answers[1].text


async def test_a_call_back_whose_version_was_not_heard_waits_for_it(tmp_path: Path) -> None:
    """It is due all the same, and is judged by no other version."""
    async with opened(tmp_path) as desk:
        await desk.heard.hear(TOLD_NEWER)
        answer = await desk.attempt(OTHERS_REVISIT)
        assert code_of(answer) == (503, "pack-version-not-heard")
        await desk.heard.hear(PUBLISHED)
        assert (await desk.attempt(OTHERS_REVISIT)).status_code == 200


def manager(desk: CallDesk) -> Headers:
    token = desk.keys.create("phones", ("admin",), desk.clock.time, (), "mobile-key-account")
    return {"Authorization": f"Bearer {token}"}


async def create(desk: CallDesk, headers: Headers, moment: str, customer: int) -> str:
    body = {"customer_ref": f"{customer:032x}", "moment": moment}
    key = {"Idempotency-Key": str(uuid4())}
    answer = await desk.client.post(TASKS, json=body, headers={**headers, **key})
    assert answer.status_code == 201, answer.text
    location: str = answer.headers["location"]
    return location


async def test_a_task_goes_by_the_version_in_force_when_it_is_made(tmp_path: Path) -> None:
    """M-02, M-04: due, exempt and called by its own version, also once another is in force."""
    async with opened(tmp_path) as desk:
        await desk.heard.hear(published(LAXER, SINCE))
        headers = manager(desk)
        old = await create(desk, headers, "birthday", 1)
        desk.clock.time = SINCE
        await create(desk, headers, "birthday", 2)
        new = await create(desk, headers, "contract-change", 3)
        made = await desk.heard.said(OutboundTaskCreated)
        assert [one.pack_version for one in made] == [1, 2]
        assert made[1].due_at == SINCE + HOUR
        [spared] = await desk.heard.said(OutboundTaskSuppressed)
        assert (spared.pack_version, spared.exempted_by) == (2, "pack")
        call = {"channel": "phone", "outcome": "no_answer"}
        tries = []
        for task in (old, new, old, new):
            tries.append(await desk.client.post(f"{task}/attempts", json=call, headers=headers))
            desk.clock.time += HOUR / 6
        assert [one.status_code for one in tries] == [200, 200, 409, 200]
