from datetime import datetime, timedelta

import httpx
import pytest

from services.cli.simulation import player as players
from services.cli.simulation.casting import COMMON, story_until
from services.cli.simulation.matters import PACKS
from services.cli.simulation.player import Player
from services.cli.simulation.story import Step, Story
from services.cli.simulation.tally import StoryEnded
from tests.unit.simulation.office import NOW, Office, desk_at, problem, standing_still

Calls = list[tuple[str, str]]


def story(plot: str) -> Story:
    """The first one with that plot."""
    many = range(len(PACKS) * (len(COMMON) + 3))
    return next(one for one in (story_until(1, n, NOW) for n in many) if one.plot == plot)


async def played(told: Story, office: Office) -> set[str]:
    """The ids of the tickets that were made."""
    tickets: set[str] = set()
    async with desk_at(office) as desk:
        await Player(told, desk, standing_still(), tickets).play()
        assert not desk.tally.unexpected
    return tickets


async def test_every_step_of_every_plot_is_taken_in_its_order() -> None:
    many = (story_until(1, number, NOW) for number in range(len(PACKS) * (len(COMMON) + 3)))
    for told in {one.plot: one for one in many}.values():
        office = Office()
        await played(told, office)
        assert [path.rpartition("/")[2] for path, _ in office.told] == [
            step.act or players.CREATED_AT[step.subject].rpartition("/")[2] for step in told.steps
        ]
        at = [datetime.fromisoformat(body["at"]) for _, body in office.told]
        assert at == [step.at for step in told.steps], "each is told with when it was done"


async def test_a_name_stands_for_what_an_earlier_step_kept() -> None:
    office = Office()
    tickets = await played(story("asked-twice"), office)
    by_act = {path.rpartition("/")[2]: (path, body) for path, body in office.told}
    path, merged = by_act["merge"]
    assert merged["into"] != path.split("/")[-2]
    assert {merged["into"], path.split("/")[-2]} == tickets
    assert by_act["acceptance"][1]["handler"] == "x"


@pytest.mark.parametrize("number", range(4))
async def test_somebody_of_the_department_takes_on_what_is_nobodys(number: int) -> None:
    """C-10: never whom the complaint is about."""
    against = {"against": {"person": "wang-qiang"}}
    registered = Step(at=NOW, subject="registration", body=against, kept_as="ticket_id")
    accepted = Step(at=NOW, subject="order", act="acceptance", body={"handler": "$handler"})
    office = Office(handler=None)
    await played(Story(number, "cable-field-service", "solved", (registered, accepted)), office)
    assert office.told[-1][1]["handler"] == ("liu-yang", "chen-hao")[number % 2]


async def test_what_two_may_edit_is_sent_with_its_version() -> None:
    office = Office()
    await played(story("refused"), office)
    versions = {
        path.rpartition("/")[2]: headers.get("if-match")
        for (path, _), headers in zip(office.told, office.headers, strict=True)
    }
    assert versions["arbitration"] == '"7"'
    assert versions["refusal"] is None


@pytest.mark.parametrize("stale", [1, players.LOOKS])
async def test_what_somebody_changed_meanwhile_is_read_again(stale: int) -> None:
    left = iter([problem(412, "stale-version")] * stale)

    def changed(request: httpx.Request) -> httpx.Response | None:
        return next(left, None) if request.url.path.endswith("/arbitration") else None

    office, told = Office(changed), story("refused")
    async with desk_at(office) as desk:
        play = Player(told, desk, standing_still(), set()).play()
        if stale < players.LOOKS:
            await play
        else:
            with pytest.raises(StoryEnded):
                await play
        assert desk.tally.faster == {"stale-version": stale}
        assert not desk.tally.unexpected


async def test_what_was_taken_over_meanwhile_is_accepted_by_whoever_has_it_now() -> None:
    """H-07, U-01."""
    office = Office(handler="wang-qiang")

    def taken_over(request: httpx.Request) -> httpx.Response | None:
        if office.handler == "chen-hao" or not request.url.path.endswith("/acceptance"):
            return None
        office.handler = "chen-hao"
        return problem(409, "taken-over")

    office.answer = taken_over
    registered = Step(at=NOW, subject="registration", body={}, kept_as="ticket_id")
    accepted = Step(at=NOW, subject="order", act="acceptance", body={"handler": "$handler"})
    await played(Story(1, "cable-field-service", "solved", (registered, accepted)), office)
    assert office.told[-1][1]["handler"] == "chen-hao"


async def test_an_outbound_task_is_about_the_tickets_customer() -> None:
    """M-01, M-02."""
    office = Office()
    await played(story("key-moment"), office)
    [group] = [body for path, body in office.told if path.endswith("/served-groups")]
    assert group["customer_refs"] == ["c-1"]
    [task] = [body for path, body in office.told if path.endswith("/outbound-tasks")]
    assert task["customer_ref"] == "c-1"


async def test_an_outbound_task_that_the_keys_pack_does_not_offer_is_left_out() -> None:
    """The development key's pack does not: that is no problem, and what came before stands."""

    def refuse(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/outbound-tasks"):
            return problem(409, "outbound-not-offered")
        return None

    office = Office(refuse)
    async with desk_at(office) as desk:
        with pytest.raises(StoryEnded):
            await Player(story("key-moment"), desk, standing_still(), set()).play()
        assert desk.tally.not_offered == 1
        assert not desk.tally.unexpected


@pytest.mark.parametrize("reviewer", ["hy_reviewer", None])
async def test_a_written_answer_is_reviewed_by_somebody_else_if_there_is_one(
    reviewer: str | None,
) -> None:
    """H-18."""
    registered = Step(at=NOW, subject="registration", body={}, kept_as="ticket_id")
    written = Step(at=NOW, subject="order", act="written-answer", body={"text": "已更换"})
    reviewed = Step(
        at=NOW, subject="order", act="review", body={"approved": True}, by_reviewer=True
    )
    office, steps = Office(), (registered, written, reviewed)
    async with desk_at(office, reviewer) as desk:
        told = Story(1, "hotline-400", "solved", steps)
        await Player(told, desk, standing_still(), set()).play()
    keys = {
        path.rpartition("/")[2]: headers.get("authorization")
        for (path, _), headers in zip(office.told, office.headers, strict=True)
    }
    assert keys["written-answer"] is None, "the client's own"
    assert keys.get("review") == (reviewer and f"Bearer {reviewer}")


async def test_one_escalation_is_acknowledged_and_not_before_it_was_raised() -> None:
    """A story that is told at once is older than what it raises."""
    office = Office(raised_at=NOW + timedelta(days=1))
    await played(story("neglected"), office)
    path, body = office.told[-1]
    assert path == "/sla/v1/escalations/e-1/acknowledgement"
    assert datetime.fromisoformat(body["at"]) == office.raised_at


@pytest.mark.parametrize(("subject", "once"), [("order", None), ("ticket", "withdrawn")])
async def test_what_never_comes_is_told(
    subject: str, once: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(players, "LONGEST_LOOK", 0.01)
    monkeypatch.setattr(players, "LOOK_EVERY", 0)

    def nothing(request: httpx.Request) -> httpx.Response | None:
        if request.url.path != "/dispatch/v1/work-orders":
            return None
        return httpx.Response(200, json={"items": [], "next_cursor": None})

    registered = Step(at=NOW, subject="registration", body={}, kept_as="ticket_id")
    step = Step(at=NOW, subject=subject, act="reopening", body={}, once=once)  # type: ignore[arg-type]
    async with desk_at(Office(nothing)) as desk:
        told = Story(1, "hotline-400", "solved", (registered, step))
        with pytest.raises(StoryEnded):
            await Player(told, desk, standing_still(), set()).play()
        assert desk.tally.unexpected == {"waited-in-vain": 1}
