"""What is agreed with the customer, and who stands for what the department answers."""

from tests.e2e.stories.actors import Json
from tests.e2e.stories.diary import moment_of, on, told
from tests.e2e.stories.order_words import (
    appointment,
    counted,
    in_hand,
)
from tests.e2e.stories.ordering import OrderActor, path_of
from tests.e2e.stories.words import LEVEL, Words


class Agreeing(OrderActor):
    """Appointments, longer times, solutions within one's authority, a higher level."""

    def agrees(
        self,
        order: Json,
        at: str,
        start: str,
        end: str,
        because: Words | None = None,
        *,
        consented: bool = False,
    ) -> Json:
        body: Json = {"from": on(start).isoformat(), "until": on(end).isoformat()}
        did = Words("预约 {start} 上门", "agrees on a visit, {start}").filled(start=told(on(start)))
        if because:
            body["reason"] = because.zh
            did = Words("{did}；{why}", "{did}; {why}").filled(did=did, why=because)
        if consented:
            body["customer_agreed"] = True
            did = Words("{did}，客户同意", "{did}, with the customer's consent").filled(did=did)
        return self.order_step(order, "appointments", body, at, did, appointment)

    def finds_nobody(self, order: Json, at: str, *, leaving_note: bool) -> Json:
        did = Words("客户失约，留条", "the customer is not there; leaves a note")
        if not leaving_note:
            did = Words("客户失约，未留条", "the customer is not there; leaves no note")
        answered = counted("missed_appointments", "失约，已登记", "missed appointment recorded,")
        return self.order_step(order, "no-show", {"note_left": leaving_note}, at, did, answered)

    def extends(self, order: Json, at: str, until: str, why: Words, consent: Json) -> Json:
        body = {"until": on(until).isoformat(), "reason": why.zh, "consent": consent}
        did = Words("延期至 {until}：{why}", "takes until {until}: {why}")
        answered = Words("延期已登记：{until}", "longer time recorded: {until}")
        return self.does(
            f"{path_of(order)}/extension",
            body,
            at,
            did.filled(until=told(on(until)), why=why),
            lambda view: answered.filled(until=told(moment_of(view["extension"]["until"]))),
            version_of=path_of(order),
        )

    def proposes(self, order: Json, at: str, solution: Words, remedy: str) -> Json:
        body = {"solution": solution.zh, "remedy": remedy, "accepted_by_customer": True}
        did = Words("提出方案：{what}", "proposes: {what}").filled(what=solution)
        answered = Words(
            "按{level}权限登记，客户接受", "within the authority of a {level}; accepted"
        )
        return self.order_step(
            order,
            "proposal",
            body,
            at,
            did,
            lambda view: answered.filled(level=LEVEL[view["proposals"][-1]["level"]]),
        )

    def takes_over(self, order: Json, at: str, level: str) -> Json:
        body = {"level": level, "handler": self.name}
        did = Words("接管，升级至{level}", "takes it over, level: {level}")
        answered = Words("{whose}；级别：{level}", "{whose}; level: {level}")
        return self.order_step(
            order,
            "takeover",
            body,
            at,
            did.filled(level=LEVEL[level]),
            lambda view: answered.filled(whose=in_hand(view), level=LEVEL[view["level"]]),
        )
