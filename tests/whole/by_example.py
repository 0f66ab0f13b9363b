"""Every command that may be given about a ticket, given once where it succeeds."""

from tests.unit.support.calls import COMMANDS, OTHER_TICKET, Json
from tests.unit.support.calls import Call as Example
from tests.whole.desk import Desk, Done
from tests.whole.forward import Call
from tests.whole.product import PEOPLE
from tests.whole.views import ENDS

SUBJECTS = {"intake": "ticket_id", "dispatch": "work_order_id", "revisit": "revisit_id"}
EXAMPLES = {
    one.path: one
    for one in COMMANDS
    if any(f"{{{name}}}" in one.path for name in SUBJECTS.values())
}


async def give(desk: Desk, route: str, *, told: bool = False) -> Done:
    """A new ticket of the example's kind, what must be done before, and the command itself.

    `told`: only once the customer knows the result, and is to be called back.

    The examples name fixed times: no time may have passed. Raises KeyError for a command of which
    tests/unit/support/calls.py has no example.
    """
    example = EXAMPLES[route]
    desk.tickets.clear()
    await desk.register(example.kind)
    bodies = [body for _, body in example.before] + [example.body or {}]
    if any(body.get("into") == OTHER_TICKET for body in bodies):
        await desk.register(example.kind)
    ticket_id, other = desk.tickets[0], desk.tickets[-1]
    await _bring(desk, ticket_id, told=told or example.service == "revisit", closed=example.closed)
    if example.is_appeals:
        await desk.send(_appeal(ticket_id))
    for name, first in example.before:
        path = example.path.rpartition("/")[0]
        said = _about(first, other)
        await desk.send(await _call(desk, ticket_id, example, f"{path}/{name}", said, PEOPLE[1]))
    body = _about(example.body or {}, other)
    return await desk.send(await _call(desk, ticket_id, example, route, body, PEOPLE[3]))


async def _bring(desk: Desk, ticket_id: str, *, told: bool, closed: bool) -> None:
    while told and (await desk.look())[ticket_id].revisit is None:
        await desk.go_on(ticket_id)
    while closed and (await desk.look())[ticket_id].status not in ENDS:
        await desk.go_on(ticket_id)


def _appeal(ticket_id: str) -> Call:
    at = "/intake/v1/tickets/{ticket_id}/appeal"
    return Call(at.format(ticket_id=ticket_id), {"reason": "对答复不服"}, PEOPLE[0], {}, at)


def _about(body: Json, other: str) -> Json:
    """The body, where it names another ticket that one."""
    return {**body, "into": other} if body.get("into") == OTHER_TICKET else dict(body)


async def _call(
    desk: Desk, ticket_id: str, example: Example, route: str, body: Json, who: str
) -> Call:
    view = (await desk.look())[ticket_id]
    order = view.appeal if example.is_appeals else view.newest
    about = {"intake": view.ticket, "dispatch": order, "revisit": view.revisit}
    subject, name = about[example.service] or {}, SUBJECTS[example.service]
    path = route.format_map({name: subject[name]})
    return Call(path, body, who, {"If-Match": f'"{subject["version"]}"'}, route)
