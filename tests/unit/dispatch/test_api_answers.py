"""What dispatch's routes add to a department's answers."""

from datetime import UTC, datetime

import pytest

from shared.contracts.dispatch import TakenOver
from tests.unit.dispatch.desk import PASS_ON, WORK_ORDERS, WorkDesk
from tests.unit.support.desk import Headers, code_of
from tests.unit.support.examples import HOUR

LEVELS = ("city", "province", "nation")
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
    """H-07, U-11; U-01: above its department it moves to the handler's."""
    taken = await desk.do("takeover", {"level": "manager", "handler": "gao-feng"})
    assert (taken["level"], taken["department"]) == ("manager", "billing")
    taken = await desk.do("takeover", {"level": "province", "handler": "Ren-Jie"})
    assert (taken["level"], taken["handler"]) == ("province", "Ren-Jie")
    assert (taken["department"], taken["department_level"]) == ("province-service", "province")
    assert taken["first_owner"] == "zhang-min"
    [said] = [one for one in await desk.heard.said(TakenOver) if one.level == "province"]
    assert (said.department, said.department_level) == ("province-service", "province")


@pytest.mark.parametrize("handler", ["shi-lan", "xu-lei", "nobody"])
async def test_who_takes_it_over_works_at_that_level(desk: WorkDesk, handler: str) -> None:
    """U-01."""
    answer = await desk.post("takeover", {"level": "province", "handler": handler})
    assert code_of(answer) == (422, "malformed")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/handler"]


@pytest.mark.parametrize(
    ("level", "handler"),
    [("supervisor", "he-bin"), ("supervisor", "Gao-Feng"), ("manager", "gao-feng")],
)
async def test_the_departments_own_heads_take_it_over(
    desk: WorkDesk, level: str, handler: str
) -> None:
    """H-07: a manager stands for the supervisor too."""
    taken = await desk.do("takeover", {"level": level, "handler": handler})
    assert (taken["level"], taken["handler"]) == (level, handler)


@pytest.mark.parametrize(
    ("level", "handler"),
    [
        ("supervisor", "xu-lei"),
        ("manager", "xu-lei"),
        ("manager", "he-bin"),
        ("manager", "jiang-hong"),
        ("supervisor", "nobody-at-all"),
        ("manager", "nobody-at-all"),
    ],
)
async def test_nobody_makes_themselves_a_head(desk: WorkDesk, level: str, handler: str) -> None:
    """H-07, H-24: who is another department's manager is none here."""
    answer = await desk.post("takeover", {"level": level, "handler": handler})
    assert code_of(answer) == (422, "malformed")
    assert [one["pointer"] for one in answer.json()["errors"]] == ["/handler"]


async def test_each_level_watches_its_own_work_flow(desk: WorkDesk) -> None:
    """U-01: up by a takeover, down by a transfer; a list shows one level's."""
    seen = {level: await desk.items(WORK_ORDERS, level=level) for level in LEVELS}
    assert [len(found) for found in seen.values()] == [1, 0, 0]
    await desk.do("takeover", {"level": "nation", "handler": "shi-lan"})
    [found] = await desk.items(WORK_ORDERS, level="nation")
    assert (found["department"], found["department_level"]) == ("group-service", "nation")
    lower = await desk.post("takeover", {"level": "province", "handler": "ren-jie"})
    assert code_of(lower) == (409, "not-higher")
    down = {"department": "province-service", "reason": "请核实"}
    moved = await desk.do("transfer", down, {"If-Match": '"2"'})
    assert (moved["department_level"], moved["level"]) == ("province", None)
    assert await desk.items(WORK_ORDERS, level="nation") == []
    assert len(await desk.items(WORK_ORDERS, level="province")) == 1
    unknown = await desk.client.get(WORK_ORDERS, params={"level": "galaxy"})
    assert code_of(unknown) == (422, "malformed")


async def test_who_is_asked_for_help_is_shown_at_their_level(desk: WorkDesk) -> None:
    """U-01, T-08."""
    await desk.do("acceptance")
    await desk.do("help", {"department": "province-service", "request": "请核对合同"})
    [found] = await desk.items(WORK_ORDERS, level="province")
    assert (found["role"], found["department_level"]) == ("help", "province")


async def test_a_department_does_not_arbitrate_what_it_refused(desk: WorkDesk) -> None:
    """The centre does, or the client whose ticket it is."""
    mine = worker(desk, "xu-lei")
    await desk.do("refusal", {"reason": "不属于本部门"}, mine)
    version = {"If-Match": '"2"'}
    own = await desk.post("arbitration", PASS_ON, {**mine, **version})
    assert code_of(own) == (409, "not-the-centre")
    centre = desk.key("zhang-min", "work:write", departments=("*",))
    passed_on = await desk.do("arbitration", PASS_ON, {**centre, **version})
    assert passed_on["department"] == "key-accounts"


async def test_a_written_answer_is_reviewed_by_the_quality_centre(desk: WorkDesk) -> None:
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
    colleague = await desk.post("review", {"approved": True}, worker(desk, "sun-yue"))
    assert code_of(colleague) == (409, "not-quality-centre")
    refused = await desk.do("review", {"approved": False, "note": "语气生硬"}, centre)
    assert refused["written_answer"]["approved"] is False
    await desk.do("written-answer", {"text": "非常抱歉，已退费。"}, author)
    approved = await desk.do("review", {"approved": True}, centre)
    assert approved["written_answer"]["reviewed_by"] == "cui-jun"
    assert [one["field"] for one in (await desk.show()).json()["texts"]] == [
        "text",
        "note",
        "text",
    ]


async def test_the_form_carries_who_signed_it(desk: WorkDesk) -> None:
    """H-28."""
    await desk.do("acceptance", {"handler": "xu-lei"})
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


async def test_each_place_on_the_form_is_signed_by_who_it_is_for(desk: WorkDesk) -> None:
    """H-28: the directory says who is the manager; one handler does not give all signatures."""
    await desk.do("acceptance", {"handler": "xu-lei"})
    await desk.do("completion", {"solution": "更换光猫"})
    as_manager = {"role": "department_manager", "opinion": "同意"}
    as_project = {"role": "project_manager", "opinion": "同意"}
    for name in ("xu-lei", "he-bin", "jiang-hong"):
        refused = await desk.post("sign-off", as_manager, worker(desk, name))
        assert code_of(refused) == (409, "not-the-manager")
    as_handler = {"role": "handler", "opinion": "同意"}
    for name in ("sun-yue", "gao-feng"):
        refused = await desk.post("sign-off", as_handler, worker(desk, name))
        assert code_of(refused) == (409, "not-the-handler")
    own = await desk.post("sign-off", as_project, worker(desk, "Xu-Lei"))
    assert code_of(own) == (409, "signed-by-handler")
    await desk.do("sign-off", as_manager, worker(desk, "Gao-Feng"))
    await desk.do("sign-off", as_project, worker(desk, "he-bin"))
    signed = await desk.do("sign-off", as_handler, worker(desk, "Xu-Lei"))
    assert [one["signed_by"] for one in signed["signatures"]] == ["Gao-Feng", "he-bin", "Xu-Lei"]


async def test_who_stands_in_for_the_handler_signs_for_them(desk: WorkDesk) -> None:
    """H-28, H-30: the example directory has wu-xia stand in at the end of December."""
    desk.clock.time = datetime(2026, 12, 28, 2, tzinfo=UTC)
    await desk.do("acceptance", {"handler": "zhou-ting"})
    await desk.do("completion", {"solution": "更换光猫"})
    signed = await desk.do(
        "sign-off", {"role": "handler", "opinion": "同意"}, worker(desk, "wu-xia")
    )
    assert [one["signed_by"] for one in signed["signatures"]] == ["wu-xia"]


@pytest.mark.parametrize("name", ["shen-guoqiang", "ren-jie", "shi-lan", "crm"])
async def test_who_stands_above_signs_for_the_department(desk: WorkDesk, name: str) -> None:
    """H-28, U-01: and so does a system, which the directory doesn't know."""
    await desk.do("acceptance")
    await desk.do("completion", {"solution": "更换光猫"})
    as_manager = {"role": "department_manager", "opinion": "同意"}
    signed = await desk.do("sign-off", as_manager, worker(desk, name))
    assert [one["signed_by"] for one in signed["signatures"]] == [name]
