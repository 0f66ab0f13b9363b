"""What the system says of time: promises, whom it called on, what it told the customer."""

from collections.abc import Callable

from tests.e2e import desk
from tests.e2e.stories.actors import Actor, Json
from tests.e2e.stories.cast import DEPARTMENTS, NAMES
from tests.e2e.stories.diary import moment_of, told
from tests.e2e.stories.looking import Looker
from tests.e2e.stories.words import CLOCK, STEP, Words, listed, same
from tests.eventually import eventually

STANDS = {"open", "acknowledged"}
LADDER = (Words("时间", "when"), Words("升级", "step"), Words("通知", "called on"))
MESSAGES = (Words("时机", "occasion"), Words("自动告知", "sent by itself"))
OCCASION = {
    "registered": Words("登记", "at registration"),
    "dispatched": Words("派单", "at dispatch"),
    "delayed": Words("超时", "at the delay"),
    "result": Words("办结", "at the result"),
}
MEANS = {"sms": Words("短信", "by SMS"), "app": Words("掌厅", "in the app")}


class ClockWatcher(Looker):
    """Looks at what is due."""

    def promises(self, ticket: Json, in_round: int = 1, clock: str = "answer") -> Json:
        """By when the customer is to hear, as sla says it."""
        found = self._clock(ticket, clock, in_round, lambda _: True)
        target, due = (
            told(moment_of(found[name])) if found[name] else None
            for name in ("target_at", "due_at")
        )
        answered = Words("最迟 {due}", "at the latest {due}")
        if target:
            answered = Words("目标 {target}，最迟 {due}", "target {target}, at the latest {due}")
        self.tale.shows(
            Words("答复时限", "the answer is due"),
            answered.filled(target=target or same(""), due=due or same("")),
        )
        return found

    def kept(
        self, ticket: Json, state: str = "met", in_round: int = 1, clock: str = "answer"
    ) -> None:
        """How the clock ended; whoever was called on after that was taken back."""
        found = self._clock(ticket, clock, in_round, lambda found: found["state"] == state)
        ended = moment_of(found["stopped_at"])

        def none_is_left() -> bool:
            standing = [one for one in self._standing(ticket, clock) if one["round"] == in_round]
            return all(moment_of(one["due_at"]) < ended for one in standing)

        eventually(none_is_left, "nobody called on for nothing")
        self.tale.shows(Words("答复时钟", "the answer's clock"), CLOCK[state])

    def _clock(
        self, ticket: Json, clock: str, in_round: int, holds: Callable[[Json], bool]
    ) -> Json:
        def look() -> Json | None:
            for one in desk.clocks(self.client, ticket["ticket_id"]):
                if (one["clock"], one["round"]) == (clock, in_round) and holds(one):
                    return one
            return None

        return eventually(look, f"clock {clock} of round {in_round}")

    def ladder(self, ticket: Json, steps: int, clock: str = "answer") -> list[Json]:
        """Everybody who was called on, the first first."""

        def look() -> list[Json] | None:
            found = self._standing(ticket, clock)
            return found if len(found) == steps else None

        raised = eventually(look, f"{steps} escalations")
        for one in sorted(raised, key=lambda one: (one["due_at"], list(STEP).index(one["step"]))):
            people = listed([NAMES[name] for name in one["addressee"]])
            self.tale.row(LADDER, told(moment_of(one["due_at"])), STEP[one["step"]], people)
        return raised

    def acknowledges(self, who: Actor, raised: list[Json], step: str) -> None:
        """One who was called on has seen it; that changes no clock."""
        one = next(one for one in raised if one["step"] == step)
        path = f"/sla/v1/escalations/{one['escalation_id']}/acknowledgement"
        assert who.client.post(path, {})["state"] == "acknowledged"
        did = Words("签收{step}", "acknowledges {step}").filled(step=STEP[step])
        answered = Words("已签收，时钟照走", "acknowledged; the clock runs on")
        self.tale.step(None, who.who, did, answered)

    def _standing(self, ticket: Json, clock: str) -> list[Json]:
        items = self.client.get("/sla/v1/escalations", ticket_id=ticket["ticket_id"])["items"]
        return [one for one in items if one["clock"] == clock and one["state"] in STANDS]

    def is_overdue(self, ticket: Json, department: str) -> None:
        """It stands in the monitor of those who can act."""

        def look() -> Json | None:
            due = self.client.get("/sla/v1/due", department=department, limit=500)["items"]
            return next(
                (
                    one
                    for one in due
                    if (one["ticket_id"], one["clock"]) == (ticket["ticket_id"], "answer")
                ),
                None,
            )

        found = eventually(look, "the overdue ticket in the monitor")
        shown = Words("{state}，{department}", "{state}, {department}")
        self.tale.shows(
            Words("超时监控", "the monitor of what is due"),
            shown.filled(state=CLOCK[found["state"]], department=DEPARTMENTS[department]),
        )

    def messages(self, ticket: Json, *occasions: str) -> None:
        """What the customer heard without anybody's doing, in the order of a ticket's life."""

        def look() -> dict[str, str] | None:
            items = self.history(ticket, "progress-message-sent")
            found = [one["data"] for one in items if "progress-message-sent" in one["type"]]
            sent = {one["about"]: one["channel"] for one in found}
            return sent if set(occasions) <= set(sent) and len(found) == len(sent) else None

        sent = eventually(look, f"messages at {occasions}")
        for occasion in occasions:
            self.tale.row(MESSAGES, OCCASION[occasion], MEANS[sent[occasion]])
