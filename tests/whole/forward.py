"""What brings a ticket to its end, by legal means alone."""

from dataclasses import dataclass, field

from shared.directory import load_directory
from tests.whole.product import PEOPLE, Json
from tests.whole.views import ENDS, View

NATION = [one.code for one in load_directory(None).departments if one.level == "nation"]
TOLD = {"about": "result", "channel": "phone", "outcome": "reached"}


@dataclass(frozen=True)
class Call:
    """A command as it is sent."""

    path: str
    body: Json
    who: str
    headers: dict[str, str] = field(default_factory=dict)
    route: str = ""


def forward(view: View) -> Call | None:
    """The next call on the way to a closed ticket, now and then by way of a second round."""
    if view.status in ENDS:
        return None
    newest = view.newest
    if newest is not None and newest["state"] not in {"notified", "cancelled"}:
        return _forward_order(newest)
    if view.revisit is None or view.revisit["state"] not in {"due", "in_progress"}:
        return _forward_appeal(view.appeal) if view.appeal else None
    path = "/revisit/v1/revisits/{revisit_id}/result"
    at = path.format(revisit_id=view.revisit["revisit_id"])
    solved = view.ticket["rounds"] > 1 or view.ticket["version"] % 2 == 0  # some go round again
    return Call(at, {"solved": solved, "score": 4}, PEOPLE[0], route=path)


def _forward_order(order: Json) -> Call:
    if order["state"] == "accepted":
        return _in_hand(order) or _at(order, "completion", {"solution": "已退费"})
    if order["state"] == "completed":
        return _at(order, "customer-notice", TOLD)
    return _take_on(order, "billing")


def _in_hand(order: Json) -> Call | None:
    """What must be done about an accepted work order before it can be ended."""
    if order["suspended"]:
        return _at(order, "resumption", {})
    guided = [one["guidance"] for one in order["contact_attempts"] if one["guidance"]]
    visits = [one for one in order["contact_attempts"] if one["channel"] == "visit"]
    met = any(one["outcome"] == "reached" for one in visits)
    if guided and guided[-1] != "solved" and not met:  # C-06
        return _at(order, "contact-attempts", {"channel": "visit", "outcome": "reached"})
    return None


def _take_on(order: Json, department: str) -> Call:
    if order["state"] == "in_arbitration":
        return _at(order, "arbitration", {"department": department, "reason": "属计费"})
    taker = order["handler"] or PEOPLE[0]  # what is the manager's is theirs to accept (H-07)
    return _at(order, "acceptance", {"handler": taker})


def _forward_appeal(order: Json) -> Call:
    """U-12: the nation level answers it, and no other."""
    if order["state"] != "accepted":
        return _take_on(order, NATION[0])
    if order["department"] not in NATION:
        return _at(order, "transfer", {"department": NATION[0], "reason": "申诉"})
    answer = _at(order, "appeal-answer", {"text": "予以支持", "outcome": "upheld"})
    return _in_hand(order) or answer


def _at(order: Json, name: str, body: Json) -> Call:
    path = "/dispatch/v1/work-orders/{work_order_id}/" + name
    at = path.format(work_order_id=order["work_order_id"])
    return Call(at, body, PEOPLE[0], {"If-Match": f'"{order["version"]}"'}, path)
