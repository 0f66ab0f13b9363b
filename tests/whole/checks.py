"""What must hold whatever people do: each check says in a sentence what does not."""

import re
from collections.abc import Iterator

from shared.contracts.terms import STATUSES
from shared.http.problems import TITLES
from tests.architecture.lifecycle.exploring import explore
from tests.architecture.lifecycle.status import STATUS
from tests.broken_rules import broken_rules
from tests.whole.desk import WAYS_BACK, Done
from tests.whole.views import ENDS, OPEN, View

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
CODES = {*TITLES, *(rule.code for rule in broken_rules())}
STATE_OF: dict[str, set[str]] = {
    "dispatched": {"offered", "in_arbitration"},
    "accepted": {"accepted"},
    "in_progress": {"accepted", "offered", "in_arbitration"},
    "completed": {"completed"},
    "notified": {"notified", "cancelled"},
    "in_revisit": {"notified", "cancelled"},
}
"""How far the newest work order may be, by the ticket's status."""


def breaches(done: Done) -> list[str]:
    """What the step broke."""
    found = [*_of_answer(done), *_of_repeat(done)]
    for ticket_id, after in done.after.items():
        found += of_view(after)
        found += _of_change(done, done.before[ticket_id], after)
    return found


def of_view(view: View) -> Iterator[str]:
    """Where the services do not agree about a ticket."""
    status = view.status
    if status not in STATUSES:
        yield f"the contract knows no status {status}"
    newest, rounds = view.newest, view.ticket["rounds"]
    if newest is None:
        yield f"{status}, and was never offered to a department"
        return
    if len({one["version"] for one in view.orders}) > 1:
        yield "its work orders are shown at several versions"
    if newest["round"] != rounds:
        yield f"round {rounds} by the ticket, {newest['round']} by its work orders"
    if status in ENDS:
        yield from _of_end(view)
    elif newest["state"] not in STATE_OF[status]:
        yield f"{status}, and the work order is {newest['state']}"
    elif status in {"notified", "in_revisit"} and not _is_called_back(view):
        yield f"{status}, and nobody is to call back about round {rounds}"


def _of_end(view: View) -> Iterator[str]:
    for order in view.orders:
        if order["state"] in OPEN or (order["role"] == "main" and order["state"] == "completed"):
            yield f"{view.status}, and a work order is {order['state']}"
    for revisit in view.revisits:
        if revisit["state"] in {"due", "in_progress"}:
            yield f"{view.status}, and a revisit is {revisit['state']}"
    for clock in view.clocks:
        if clock["state"] == "running":
            yield f"{view.status}, and the clock {clock['clock']} runs"


def _is_called_back(view: View) -> bool:
    """Or was, and an appeal keeps the ticket from being closed (U-12)."""
    revisit = view.revisit
    return (
        revisit is not None
        and revisit["round"] == view.ticket["rounds"]
        and (revisit["state"] in {"due", "in_progress"} or view.appeal is not None)
    )


def _of_answer(done: Done) -> Iterator[str]:
    answer = done.answer
    if answer.is_success:
        return
    if answer.status_code >= 500:
        yield f"{answer.status_code}"
    if answer.headers["content-type"] != "application/problem+json":
        yield f"a problem as {answer.headers['content-type']}"
        return
    code = answer.json()["code"]
    if not CODE.fullmatch(code) or code not in CODES:
        yield f"an unknown code {code}"
    for ticket_id, before in done.before.items():
        if before != done.after[ticket_id]:
            yield f"{code}, and the ticket changed"


def _of_repeat(done: Done) -> Iterator[str]:
    """The first answer again, and nothing more."""
    earlier = done.earlier
    if earlier is None or not earlier.is_success:
        return
    if done.answer.status_code != earlier.status_code or done.answer.json() != earlier.json():
        yield f"another answer to the same key: {done.answer.text}"
    if done.before != done.after:
        yield "a repeat changed the ticket"


def _of_change(done: Done, before: View, after: View) -> Iterator[str]:
    was, now = before.status, after.status
    if was != now and (was, now) not in explore(STATUS).edges():
        yield f"from {was} to {now}: docs/lifecycle.md knows no such way"
    if was in ENDS and now != was and not done.call.path.endswith(WAYS_BACK):
        yield f"{was}, and {now} again by {done.call.path}"
    if after.ticket["version"] < before.ticket["version"]:
        yield "the version fell"
