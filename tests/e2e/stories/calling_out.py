"""What phone managers do: calls at key moments, and what comes of them."""

from uuid import uuid4

from tests.e2e.stories.actors import Actor, Json
from tests.e2e.stories.calling_back import OUTCOME
from tests.e2e.stories.diary import moment_of, on, told
from tests.e2e.stories.words import Words, listed, same

TASKS = "/revisit/v1/outbound-tasks"
TASK = {
    "due": Words("待外呼", "due"),
    "in_progress": Words("外呼中", "in progress"),
    "concluded": Words("已完成", "concluded"),
    "suppressed": Words("已抑制，不打扰客户", "suppressed: nobody calls"),
}
PASSED_TO = {
    "group_account_manager": Words("集团客户经理", "the group-account manager"),
    "personal_account_manager": Words("个人客户经理", "the personal-account manager"),
    "counter": Words("营业厅", "the counter"),
}
BY = {
    "phone": Words("外呼：{outcome}", "calls the customer: {outcome}"),
    "sms": Words("发短信：{outcome}", "sends a message: {outcome}"),
}
PLANNED = {
    "arrival-confirmation": Words("确认到达时间", "to confirm the arrival"),
    "departure-call": Words("出行当天电话", "a call on the day"),
    "departure-sms": Words("出行当天短信", "a message on the day"),
}


class PhoneManager(Actor):
    """Who looks after customers at their key moments; each verb is one command."""

    def sees_moment(self, at: str, moment: Words, customer: str, **more: object) -> Json:
        """A key moment, as another system reports it."""
        did = Words("关键时刻：{moment}", "key moment: {moment}").filled(moment=moment)
        if "passed_to" in more:
            to = PASSED_TO[str(more["passed_to"])]
            did = Words("{did}；转{to}", "{did}; passed on to {to}").filled(did=did, to=to)
        if more.get("exempt"):
            did = Words("{did}；客户免打扰", "{did}; the customer is exempt").filled(did=did)
        body = {"moment": moment.zh, "customer_ref": customer, **more}
        return self.does(TASKS, body, at, did, task_due, 201, Idempotency_Key=str(uuid4()))

    def sees_departure(self, at: str, customer: str, leaves: str) -> list[Json]:
        """Of a journey, by what is planned for it (T-12)."""
        did = Words("订单出行时间 {leaves}", "the journey begins {leaves}")
        body = {"moment": "departure", "customer_ref": customer, "due": on(leaves).isoformat()}
        view = self.does(
            TASKS,
            body,
            at,
            did.filled(leaves=told(on(leaves))),
            lambda view: listed([planned(one) for one in view["planned"]]),
            201,
            Idempotency_Key=str(uuid4()),
        )
        tasks: list[Json] = view["planned"]
        return tasks

    def calls_out(self, task: Json, at: str, outcome: str = "reached", by: str = "phone") -> Json:
        did = BY[by].filled(outcome=OUTCOME[outcome])
        body = {"channel": by, "outcome": outcome}
        return self._task(task, "attempts", body, at, did)

    def hands_over(self, task: Json, at: str, to: str, appointment: str | None = None) -> Json:
        """What the phone cannot solve; the counter takes it by appointment (M-03)."""
        did = Words("转{to}", "hands it over to {to}").filled(to=PASSED_TO[to])
        body: Json = {"passed_to": to}
        if appointment:
            body["appointment_at"] = on(appointment).isoformat()
            did = Words("{did}，预约 {at}", "{did}, by appointment {at}").filled(
                did=did, at=told(on(appointment))
            )
        answered = Words("已转{to}", "now with {to}").filled(to=PASSED_TO[to])
        path = f"{TASKS}/{task['task_id']}/hand-over"
        return self.does(path, body, at, did, lambda _: answered)

    def imports_group(self, at: str, month: str, customers: list[str]) -> Json:
        """Whom the phone managers serve in that month (M-01)."""
        did = Words("导入当月服务对象名单", "imports whom they serve this month")
        answered = Words("名单 {n} 人", "{n} on the list")
        return self.does(
            "/revisit/v1/served-groups",
            {"month": month, "customer_refs": customers},
            at,
            did,
            lambda view: answered.filled(n=same(view["customers"])),
            201,
            Idempotency_Key=str(uuid4()),
        )

    def closes_task(self, task: Json, at: str, saying: Words, **result: object) -> Json:
        did = Words("登记结果：{what}", "records the result: {what}").filled(what=saying)
        body = {"outcome": "done", **result}
        return self._task(task, "result", body, at, did)

    def _task(self, task: Json, part: str, body: Json, at: str, did: Words) -> Json:
        return self.does(f"{TASKS}/{task['task_id']}/{part}", body, at, did, task_state)


def planned(view: Json) -> Words:
    what = Words("{what}：{due} 前", "{what}, by {due}")
    return what.filled(what=PLANNED[view["moment"]], due=told(moment_of(view["due_at"])))


def task_due(view: Json) -> Words:
    if view["due_at"] is None:
        return task_state(view)
    answered = Words("外呼任务：{state}，{due} 前完成", "outbound task: {state}, by {due}")
    return answered.filled(state=TASK[view["state"]], due=told(moment_of(view["due_at"])))


def task_state(view: Json) -> Words:
    return Words("外呼任务：{state}", "outbound task: {state}").filled(state=TASK[view["state"]])
