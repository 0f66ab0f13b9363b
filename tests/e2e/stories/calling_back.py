"""What the people do who call customers back about a result."""

from tests.e2e.stories.actors import Actor, Answered, Json
from tests.e2e.stories.diary import on
from tests.e2e.stories.words import Words, same

REVISITS = "/revisit/v1/revisits"
REVISIT = {
    "due": Words("待回访", "due"),
    "in_progress": Words("回访中", "in progress"),
    "concluded": Words("已有结果", "concluded"),
    "cancelled": Words("已取消", "cancelled"),
}
OUTCOME = {
    "reached": Words("已接通", "reached"),
    "no_answer": Words("无人接听", "no answer"),
    "refused": Words("客户拒接", "refused"),
    "done": Words("已完成", "done"),
    "unreachable": Words("无法联系", "unreachable"),
}


class CallBackAgent(Actor):
    """Who calls customers back; each verb is one command."""

    def calls_back(self, revisit: Json, at: str, outcome: str = "reached") -> Json:
        did = Words("回访客户：{outcome}", "calls the customer back: {outcome}")
        body = {"channel": "phone", "outcome": outcome}
        return self._revisit(revisit, "attempts", body, at, did.filled(outcome=OUTCOME[outcome]))

    def hears(
        self, revisit: Json, at: str, remarks: Words, new: Words | None = None, **result: object
    ) -> Json:
        """What the customer says: solved or not, a score, a new complaint."""
        did = Words("客户说：{remarks}", "the customer says: {remarks}").filled(remarks=remarks)
        body = {"remarks": remarks.zh, **result}
        if new:
            body["new_complaint"] = new.zh
            did = Words("{did}；又投诉：{new}", "{did}; and complains: {new}").filled(
                did=did, new=new
            )
        return self._revisit(revisit, "result", body, at, did, concluded)

    def gives_up(self, revisit: Json, at: str) -> Json:
        did = Words("登记客户无法回访", "records that the customer cannot be reached")
        return self._revisit(revisit, "result", {"unreachable": True}, at, did, concluded)

    def _revisit(
        self,
        revisit: Json,
        part: str,
        body: Json,
        at: str,
        did: Words,
        answered: Answered | None = None,
    ) -> Json:
        path = f"{REVISITS}/{revisit['revisit_id']}/{part}"
        return self.does(path, body, at, did, answered or revisit_state)


def revisit_state(view: Json) -> Words:
    return Words("回访：{state}", "revisit: {state}").filled(state=REVISIT[view["state"]])


def concluded(view: Json) -> Words:
    """What the revisit found."""
    if view["unreachable"]:
        return Words("回访结束：无法联系", "revisit concluded: unreachable")
    result = Words("已解决", "solved") if view["solved"] else Words("未解决", "not solved")
    answered = Words("回访结果：{result}", "revisit concluded: {result}").filled(result=result)
    if view["score"] is None:
        return answered
    scored = Words("{so_far}，{score} 分", "{so_far}, score {score} of 5")
    return scored.filled(so_far=answered, score=same(view["score"]))


def iso(at: str) -> str:
    """A moment of the story as the API reads it."""
    return on(at).isoformat()
