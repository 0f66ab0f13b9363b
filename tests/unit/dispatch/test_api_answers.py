"""What dispatch's routes add to a department's answers."""

from tests.unit.dispatch.desk import WorkDesk
from tests.unit.support.desk import Headers, code_of
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


async def test_an_escalated_complaint_is_taken_over(desk: WorkDesk) -> None:
    """H-07, U-11."""
    taken = await desk.do("takeover", {"level": "province", "handler": "ren-jie"})
    assert (taken["level"], taken["handler"]) == ("province", "ren-jie")
    assert taken["first_owner"] == "zhang-min"


async def test_a_written_answer_is_reviewed_by_somebody_else(desk: WorkDesk) -> None:
    """H-17, H-18."""
    author, centre = worker(desk, "xu-lei"), worker(desk, "cui-jun")
    await desk.do("acceptance")
    written = await desk.do("written-answer", {"text": "已退费。"}, author)
    assert written["written_answer"] == {
        "at": "2026-11-23T02:00:00Z",
        "written_by": "xu-lei",
        "approved": None,
        "reviewed_by": None,
    }
    own = await desk.post("review", {"approved": True}, author)
    assert code_of(own) == (409, "reviewed-by-author")
    refused = await desk.do("review", {"approved": False, "note": "语气生硬"}, centre)
    assert refused["written_answer"]["approved"] is False
    await desk.do("written-answer", {"text": "非常抱歉,已退费。"}, author)
    approved = await desk.do("review", {"approved": True}, centre)
    assert approved["written_answer"]["reviewed_by"] == "cui-jun"
    assert [one["field"] for one in (await desk.show()).json()["texts"]] == [
        "text",
        "note",
        "text",
    ]


async def test_the_form_carries_who_signed_it(desk: WorkDesk) -> None:
    """H-28."""
    await desk.do("acceptance")
    early = await desk.post("sign-off", {"role": "handler", "opinion": "同意"})
    assert code_of(early) == (409, "not-returned")
    await desk.do("completion", {"solution": "更换光猫"})
    signed = await desk.do(
        "sign-off", {"role": "handler", "opinion": "同意"}, worker(desk, "xu-lei")
    )
    assert signed["signatures"] == [
        {"at": "2026-11-23T02:00:00Z", "signed_as": "handler", "signed_by": "xu-lei"}
    ]
    texts = (await desk.show()).json()["texts"]
    assert [one["field"] for one in texts] == ["solution", "opinion"]
