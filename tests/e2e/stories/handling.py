"""What a department does with a work order, from its offer to the customer's notice."""

from tests.e2e.stories.actors import Json
from tests.e2e.stories.cast import DEPARTMENTS
from tests.e2e.stories.diary import moment_of, on, told
from tests.e2e.stories.order_words import (
    ABOUT,
    BY,
    FINDING,
    GUIDANCE,
    OUTCOME,
    counted,
    in_hand,
    order_state,
    told_in_vain,
)
from tests.e2e.stories.ordering import OrderActor, path_of
from tests.e2e.stories.words import Words


class Handling(OrderActor):
    """The main line."""

    def accepts(
        self, order: Json, at: str, promising: str | None = None, plan: Words | None = None
    ) -> Json:
        body: Json = {"handler": self.name}
        did = Words("接单", "accepts the work order")
        if plan:
            body["plan"] = plan.zh
            did = Words("接单，准备{plan}", "accepts the work order, takes {plan}").filled(
                plan=plan
            )
        if promising is None:
            return self.order_step(order, "acceptance", body, at, did)
        body["promised_until"] = on(promising).isoformat()
        did = Words("接单，承诺 {by} 前答复", "accepts it and promises an answer by {by}")
        answered = Words("承诺已登记：{by}", "promise recorded: {by}")
        return self.order_step(
            order,
            "acceptance",
            body,
            at,
            did.filled(by=told(on(promising))),
            lambda view: answered.filled(by=told(moment_of(view["promised_until"]))),
        )

    def refuses(self, order: Json, at: str, why: Words, proposing: str) -> Json:
        body = {"reason": why.zh, "proposed_department": proposing}
        did = Words("拒收：{why}，建议转{to}", "refuses it: {why}; proposes {to}")
        return self.order_step(
            order,
            "refusal",
            body,
            at,
            did.filled(why=why, to=DEPARTMENTS[proposing]),
            order_state,
        )

    def arbitrates(self, order: Json, at: str, to: str, why: Words) -> Json:
        did = Words("裁定归{to}：{why}", "rules that it is for {to}: {why}")
        return self._assigns(order, "arbitration", at, to, why, did)

    def transfers(self, order: Json, at: str, to: str, why: Words) -> Json:
        did = Words("转派{to}：{why}", "passes it to {to}: {why}")
        return self._assigns(order, "transfer", at, to, why, did)

    def _assigns(self, order: Json, command: str, at: str, to: str, why: Words, did: Words) -> Json:
        return self.does(
            f"{path_of(order)}/{command}",
            {"department": to, "reason": why.zh},
            at,
            did.filled(to=DEPARTMENTS[to], why=why),
            in_hand,
            version_of=path_of(order),
        )

    def contacts(
        self,
        order: Json,
        at: str,
        outcome: str,
        by: str = "phone",
        *,
        leaving_note: bool = False,
        guidance: str | None = None,
        saying: Words | None = None,
    ) -> Json:
        body: Json = {"channel": by, "outcome": outcome, "note_left": leaving_note}
        did = Words("{how}：{outcome}", "{how}: {outcome}").filled(
            how=BY[by], outcome=OUTCOME[outcome]
        )
        if leaving_note:
            did = Words("{did}，留条", "{did}, leaves a note").filled(did=did)
        if guidance:
            body["guidance"] = guidance
            did = Words("{did}，{guided}", "{did}, {guided}").filled(
                did=did, guided=GUIDANCE[guidance]
            )
        if saying:
            body["note"] = saying.zh
            did = Words("{did}；{note}", "{did}; {note}").filled(did=did, note=saying)
        answered = counted("contact_attempts", "联系，已登记", "contact recorded,")
        return self.order_step(order, "contact-attempts", body, at, did, answered)

    def verifies(self, order: Json, at: str, finding: str, saying: Words) -> Json:
        did = Words("核实：{note}", "verifies: {note}").filled(note=saying)
        answered = Words("核实结论：{finding}", "finding: {finding}")
        body = {"finding": finding, "note": saying.zh}
        return self.order_step(
            order,
            "verification",
            body,
            at,
            did,
            lambda view: answered.filled(finding=FINDING[view["finding"]]),
        )

    def follows_up(self, order: Json, at: str, why: Words) -> Json:
        did = Words("书面跟踪：{why}", "follows up in writing: {why}").filled(why=why)
        body = {"done": False, "reason": why.zh}
        answered = counted("follow_ups", "跟踪", "follow-up")
        return self.order_step(order, "progress", body, at, did, answered)

    def completes(self, order: Json, at: str, solution: Words, *, solved: bool = True) -> Json:
        did = Words("回单：{what}", "returns the form: {what}")
        if not solved:
            did = Words("以未解决回单：{what}", "returns the form unsolved: {what}")
        body = {"solution": solution.zh, "solved": solved}
        return self.order_step(
            order, "completion", body, at, did.filled(what=solution), order_state
        )

    def tells(
        self,
        order: Json,
        at: str,
        about: str = "result",
        outcome: str = "reached",
        by: str = "phone",
        saying: Words | None = None,
    ) -> Json:
        body: Json = {"about": about, "channel": by, "outcome": outcome}
        did = Words("告知客户{about}", "tells the customer {about}").filled(about=ABOUT[about])
        if outcome == "unreachable":
            did = Words("登记客户无法联系", "records the customer as unreachable")
        if saying:
            body["note"] = saying.zh
            did = Words("{did}：{note}", "{did}: {note}").filled(did=did, note=saying)
        answered = order_state if about == "result" else counted("notices", "告知", "notice")
        if outcome == "unreachable":
            answered = told_in_vain
        return self.order_step(order, "customer-notice", body, at, did, answered)
