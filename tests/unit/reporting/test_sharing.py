"""Who asks the same under the same rights shares an answer; nobody waits for a failed one twice."""

import asyncio
from uuid import UUID

import pytest

from services.reporting.sharing import LEAST, LONGEST, SHARE, SharedAnswers, rights_of
from shared.keys import ApiKey
from tests.unit.reporting.examples import minute


class Question:
    """Counts how often it is asked; each time takes `takes` seconds."""

    def __init__(self) -> None:
        self.now, self.takes, self.asked = 0.0, 0.1, 0
        self.fails = False
        self.shared = SharedAnswers(lambda: self.now)

    async def __call__(self) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        self.now += self.takes
        if self.fails:
            raise ConnectionError
        return self.asked

    async def get(self, name: object = "timers") -> int:
        return await self.shared.get(str(name), self)


async def test_twenty_who_ask_at_once_cost_one_question() -> None:
    question = Question()
    assert set(await asyncio.gather(*(question.get() for _ in range(20)))) == {1}
    assert question.asked == 1


async def test_another_question_has_an_answer_of_its_own() -> None:
    question = Question()
    assert [await question.get("a"), await question.get("b"), await question.get("a")] == [1, 2, 1]


@pytest.mark.parametrize(("takes", "kept"), [(0.001, LEAST), (0.5, 0.5 * SHARE), (30.0, LONGEST)])
async def test_what_took_long_is_kept_longer(takes: float, kept: float) -> None:
    question = Question()
    question.takes = takes
    await question.get()
    question.now += kept - 0.01
    assert await question.get() == 1
    question.now += 0.02
    assert await question.get() == 2


async def test_a_failure_is_told_and_not_kept() -> None:
    question = Question()
    question.fails = True
    with pytest.raises(ConnectionError):
        await question.get()
    question.fails = False
    assert await question.get() == 2


async def test_who_goes_away_leaves_the_others_their_answer() -> None:
    question = Question()
    first = asyncio.create_task(question.get())
    second = asyncio.create_task(question.get())
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 1


async def test_after_a_change_everybody_asks_again() -> None:
    question = Question()
    await question.get()
    question.shared.forget()
    assert await question.get() == 2


def test_keys_that_see_the_same_share_and_others_do_not() -> None:
    def rights(client: str, *departments: str) -> tuple[str, ...]:
        key = ApiKey(
            key_id=UUID(int=1),
            sha256="",
            client=client,
            scopes=("sla:read",),
            departments=departments,
            created_at=minute(0),
        )
        return rights_of(key)

    assert rights("xu-lei", "*") == rights("shen-guoqiang", "*", "billing")
    assert rights("xu-lei", "a", "b") == rights("li-na", "b", "a")
    assert len({rights("crm"), rights("app"), rights("crm", "a"), rights("crm", "*")}) == 4
