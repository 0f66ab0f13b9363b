"""What the system says to whoever looks, once all its services have heard of what was done."""

from collections.abc import Callable

from tests.e2e import desk
from tests.e2e.stories.actors import Json
from tests.e2e.stories.clock_watching import ClockWatcher
from tests.e2e.stories.order_words import SIGNED_AS, in_hand
from tests.e2e.stories.words import CLOSED_AS, ORDER, TICKET, Words, listed, same
from tests.e2e.system import Client
from tests.eventually import eventually

PART = {
    **SIGNED_AS,
    "finding": Words("核实结论", "the finding"),
    "solution": Words("解决办法", "the solution"),
    "revisit": Words("回访结果", "the revisit's result"),
}
OFFERS = {
    "main": Words("派单", "offers the work order"),
    "help": Words("协办派单", "offers a work order to help"),
    "appeal": Words("申诉立案，派单", "opens the appeal, offers its work order"),
}


class Watcher(ClockWatcher):
    """Looks at a ticket, its work orders and its call-backs."""

    def offered(
        self, ticket: Json, in_round: int = 1, role: str = "main", department: str | None = None
    ) -> Json:
        """Whose matter it is, or whose an appeal is, or who is asked for help."""

        def holds(order: Json) -> bool:
            is_it = (order["round"], order["role"]) == (in_round, role)
            return is_it and department in {None, order["department"]} and _is_live(order)

        order = self._order(ticket, holds)
        did = OFFERS[role]
        if in_round > 1:
            did = Words("第 {n} 轮派单（整改）", "offers round {n} (rectification)")
        self.tale.shows(did.filled(n=same(in_round)), in_hand(order))
        return order

    def stopped(self, ticket: Json) -> None:
        """Nobody works on it any more."""
        order = self._order(ticket, lambda order: not _is_live(order))
        self.tale.shows(Words("派单", "the work order"), ORDER[order["state"]])

    def _order(self, ticket: Json, holds: Callable[[Json], bool]) -> Json:
        """The ticket's first work order of which it holds."""

        def look() -> Json | None:
            asked = {"ticket_id": ticket["ticket_id"]}
            items: list[Json] = self.client.get("/dispatch/v1/work-orders", **asked)["items"]
            return next(filter(holds, items), None)

        return eventually(look, "the work order")

    def taken_over(self, ticket: Json, handler: str) -> Json:
        """Whose it is now, without a word of anybody's."""
        order = self._order(ticket, lambda order: bool(order["handler"] == handler))
        self.tale.shows(Words("转到经理名下", "hands it up"), in_hand(order))
        return order

    def erases(self, officer: Client, ticket: Json) -> None:
        """A person is erased: everywhere, and for good; the ticket stays."""
        path = f"/intake/v1/tickets/{ticket['ticket_id']}"
        customer = officer.get(path)["customer"]["customer_ref"]
        eventually(
            lambda: officer.call("DELETE", f"/intake/v1/customers/{customer}").json()["complete"],
            "erased everywhere",
        )
        who = Words("数据保护专员", "the data protection officer")
        erased = Words("各服务均已删除", "every service has erased it")
        self.tale.step(None, who, Words("删除该客户资料", "erases the customer"), erased)
        found = officer.get(path)
        assert (found["status"], found["content"], found["erased"]) == ("closed", None, True)
        gone = Words("内容已不可见，办结状态和历史仍在", "its text is gone; how it ended is not")
        self.tale.shows(Words("再看这张工单", "the ticket now"), gone)

    def raised(self, ticket: Json) -> Json:
        """The ticket of another matter that was heard in the revisit; both name each other."""
        path = "/intake/v1/tickets/"
        found = eventually(
            lambda: self.client.get(path + ticket["ticket_id"])["raised"] or None, "raised"
        )
        other: Json = self.client.get(path + found[0])
        assert other["raised_in"]["ticket_id"] == ticket["ticket_id"]
        self.tale.shows(
            Words("回访中的新投诉", "the new complaint"),
            Words("另立一单，与原单互相关联", "a ticket of its own; both name each other"),
        )
        return other

    def on_both_records(self, ticket: Json, order: Json) -> None:
        """What the revisit came to stands on the register and on the handling form (H-19)."""
        register = f"/intake/v1/tickets/{ticket['ticket_id']}"
        form = f"/dispatch/v1/work-orders/{order['work_order_id']}"

        def look() -> Json | None:
            written: Json | None = self.client.get(form)["revisit"]
            said = self.client.get(register)["revisits"]
            results = [(one["solved"], one["score"]) for one in said]
            is_both = written and (written["solved"], written["score"]) in results
            return written if is_both else None

        found = eventually(look, "the revisit on both records")
        result = Words("已解决", "solved") if found["solved"] else Words("未解决", "not solved")
        scored = Words("{result}，{score} 分", "{result}, score {score} of 5")
        self.tale.shows(
            Words("登记表和处理表上的回访结果", "the revisit on both records"),
            scored.filled(result=result, score=same(found["score"])),
        )

    def form(self, order: Json) -> None:
        """Whether the handling form carries all that it must, after its revisit (H-28)."""
        path = f"/dispatch/v1/work-orders/{order['work_order_id']}"

        def look() -> Json | None:
            shown: Json = self.client.get(path)
            return shown if shown["revisit"] else None

        form = eventually(look, "the revisit's result on the form")["form"]
        answered = Words("完整", "complete")
        if not form["complete"]:
            missing = listed([PART[part] for part in form["missing"]])
            answered = Words("尚缺：{missing}", "lacks: {missing}").filled(missing=missing)
        self.tale.shows(Words("处理表", "the handling form"), answered)

    def lists(self, order: Json, where: Words, **asked: str) -> None:
        """The work order stands in that list."""
        items = self.client.get("/dispatch/v1/work-orders", **asked, limit=500)["items"]
        assert order["work_order_id"] in {one["work_order_id"] for one in items}, asked
        self.tale.shows(where, Words("在列", "it is there"))

    def is_(self, ticket: Json, status: str) -> Json:
        """Where the whole ticket stands."""
        found = desk.wait_for_status(self.client, ticket["ticket_id"], status)
        answered = Words("{state}", "{state}").filled(state=TICKET[status])
        if found["closed_as"]:
            answered = Words("{state}：{how}", "{state}: {how}").filled(
                state=answered, how=CLOSED_AS[found["closed_as"]]
            )
        self.tale.shows(Words("工单现状", "the ticket now"), answered)
        return found

    def revisit(self, ticket: Json, in_round: int = 1) -> Json:
        """The call-back that is due."""
        found = desk.revisit(self.client, ticket["ticket_id"], in_round)
        self.tale.shows(
            Words("安排回访", "schedules the revisit"),
            Words("第 {n} 轮回访", "revisit of round {n}").filled(n=same(in_round)),
        )
        return found


def _is_live(order: Json) -> bool:
    return bool(order["state"] != "cancelled")
