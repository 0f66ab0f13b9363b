"""What dispatch's routes add to a department's answers."""

from tests.unit.dispatch.desk import WorkDesk
from tests.unit.support.desk import Headers
from tests.unit.support.examples import HOUR

REFUND = {"solution": "退还多收费用", "remedy": "refund", "accepted_by_customer": False}


def worker(desk: WorkDesk, name: str) -> Headers:
    """Somebody of the department `billing`."""
    return desk.key(name, "work:write", departments=("billing",))


async def test_a_proposal_says_by_whose_authority_it_is_made(desk: WorkDesk) -> None:
    """T-07; H-24: the directory knows who is the department's manager and supervisor."""
    await desk.do("acceptance")
    for name in ("xu-lei", "he-bin", "Gao-Feng"):
        await desk.do("proposal", REFUND, worker(desk, name))
        desk.clock.time += HOUR
    proposed = (await desk.show()).json()
    assert [one["level"] for one in proposed["proposals"]] == ["handler", "supervisor", "manager"]
    assert proposed["proposals"][0]["accepted_by_customer"] is False
