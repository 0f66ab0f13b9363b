"""What the people do who take customers' calls."""

from uuid import uuid4

from tests.e2e.stories.actors import Actor, Json
from tests.e2e.stories.diary import on
from tests.e2e.stories.words import CHANNEL, KIND, SEVERITY, TICKET, TIER, Words, same

TICKETS = "/intake/v1/tickets"
RECORDED = Words("已登记", "recorded")


class Receiver(Actor):
    """Who takes customers' calls, at a desk's system; each verb is one command."""

    def records_call(self, at: str, did: Words, **told: object) -> Json:
        """A contact of its own, with or without a ticket."""
        body = {"channel": "phone", **told}
        answered = Words("来访已登记", "contact recorded")
        return self.does("/intake/v1/contacts", body, at, did, lambda _: answered, 201)

    def registers(self, at: str, content: Words, **register: object) -> Json:
        """A ticket, of a general complaint by phone unless something else is said."""
        body = {
            "kind": "complaint",
            "severity": "general",
            "channel": "phone",
            "receiver": self.name,
            "customer": {"name": "张晓明", "phone": "13812345678"},
            **register,
            "content": content.zh,
        }
        did = Words(
            "登记{how}{kind}（{severity}）：{what}", "registers a {severity} {kind} {how}: {what}"
        )
        told = did.filled(
            how=CHANNEL[str(body["channel"])],
            kind=KIND[str(body["kind"])],
            severity=SEVERITY[str(body["severity"])],
            what=content,
        )
        if "tier" in register:
            tier = TIER[str(register["tier"])]
            told = Words("{did}（{tier}客户）", "{did} (tier: {tier})").filled(tier=tier, did=told)
        return self.does(TICKETS, body, at, told, ticket_state, 201, Idempotency_Key=str(uuid4()))

    def answers(self, ticket: Json, at: str, text: Words) -> Json:
        did = Words("当场答复：{text}", "answers at once: {text}").filled(text=text)
        return self.does(f"{_path(ticket)}/answer", {"text": text.zh}, at, did, ticket_state)

    def supplements(self, ticket: Json, at: str, content: Words, **signs: bool) -> Json:
        did = Words("补充：{what}", "adds: {what}").filled(what=content)
        body = {"content": content.zh, **signs}
        return self.does(f"{_path(ticket)}/supplements", body, at, did, lambda _: RECORDED)

    def appeals(self, ticket: Json, at: str, why: Words, through: str) -> Json:
        did = Words("登记向{through}的申诉：{why}", "records an appeal to the regulator: {why}")
        body = {"reason": why.zh, "through": through}
        told = did.filled(through=same(through), why=why)
        return self.does(f"{_path(ticket)}/appeal", body, at, told, lambda _: RECORDED)

    def reclassifies(self, ticket: Json, at: str, severity: str, why: Words) -> Json:
        did = Words("改定为{severity}：{why}", "reclassifies it as {severity}: {why}")
        return self.does(
            f"{_path(ticket)}/reclassification",
            {"severity": severity, "reason": why.zh},
            at,
            did.filled(severity=SEVERITY[severity], why=why),
            lambda _: RECORDED,
            version_of=_path(ticket),
        )

    def merges(self, ticket: Json, at: str, into: Json, why: Words) -> Json:
        did = Words("并单：{why}", "merges it: {why}").filled(why=why)
        body = {"into": into["ticket_id"]}
        path = _path(ticket)
        return self.does(f"{path}/merge", body, at, did, ticket_state, version_of=path)

    def takes_apart(self, ticket: Json, at: str, why: Words) -> Json:
        did = Words("拆单：{why}", "takes the merger back: {why}").filled(why=why)
        return self.does(
            f"{_path(ticket)}/unmerge", {"reason": why.zh}, at, did, lambda _: RECORDED
        )

    def withdraws(self, ticket: Json, at: str, why: Words) -> Json:
        did = Words("登记客户撤诉：{why}", "records the customer's withdrawal: {why}").filled(
            why=why
        )
        return self.does(f"{_path(ticket)}/withdrawal", {"reason": why.zh}, at, did, ticket_state)

    def publishes(self, ticket: Json, at: str, title: Words, text: Words) -> Json:
        did = Words("发布服务知识“{title}”", "publishes as knowledge: “{title}”").filled(
            title=title
        )
        body = {"title": title.zh, "text": text.zh}
        answered = Words("知识已发布", "knowledge published")
        return self.does(f"{_path(ticket)}/knowledge", body, at, did, lambda _: answered)

    def looks_up(self, at: str, question: Words, expected: Words) -> None:
        """Finds what was published, by its words."""
        found = self.client.get("/intake/v1/knowledge", q=question.zh)["items"]
        assert found[0]["title"] == expected.zh, found
        did = Words("查“{question}”", "looks up “{question}”").filled(question=question)
        answered = Words("找到“{title}”", "found “{title}”").filled(title=expected)
        self.tale.step(on(at), self.who, did, answered)


def ticket_state(view: Json) -> Words:
    return Words("工单：{state}", "ticket: {state}").filled(state=TICKET[view["status"]])


def _path(ticket: Json) -> str:
    return f"{TICKETS}/{ticket['ticket_id']}"
