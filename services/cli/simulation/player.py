"""Lives a story: waits for each step's time, finds what it is done to, and does it."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from services.cli.simulation.colleagues import takes_on
from services.cli.simulation.desk import Desk
from services.cli.simulation.server_time import ServerTime
from services.cli.simulation.story import Step, Story
from services.cli.simulation.tally import ChangedMeanwhile, StoryEnded

LOOK_EVERY = 0.1
LONGEST_LOOK = 30.0
"""Seconds that one service has to hear of another's work: normally one."""
LOOKS = 5
"""At a thing that others keep changing, before it is left to them."""
TICKETS = "intake/v1/tickets"
ORDERS = "dispatch/v1/work-orders"
REVISITS = "revisit/v1/revisits"
TASKS = "revisit/v1/outbound-tasks"
GROUPS = "revisit/v1/served-groups"
ESCALATIONS = "sla/v1/escalations"
CREATED_AT = {
    "registration": TICKETS,
    "contact": "intake/v1/contacts",
    "served-group": GROUPS,
    "task": TASKS,
}
IDS = ("ticket_id", "contact_id", "task_id")


class Player:
    """One story and what is known of it so far; its tickets are added to a set."""

    def __init__(self, story: Story, desk: Desk, server: ServerTime, tickets: set[str]) -> None:
        self.story = story
        self._tickets = tickets
        self.known: dict[str, str | None] = {}
        self._desk = desk
        self._server = server

    async def play(self) -> None:
        """Every step in its time. Raises StoryEnded."""
        for index, step in enumerate(self.story.steps):
            await self._server.until(step.at)
            await self._take(step, f"{self.story.number}/{index}")

    async def _take(self, step: Step, key: str) -> None:
        if step.by_reviewer and not self._desk.has_reviewer:
            return
        if step.once is not None:
            await self._status(step.once)
        if step.subject == "escalations":
            await self._acknowledge(step, key)
            return
        made = await self._do(step, key)
        if step.kept_as:
            self.known[step.kept_as] = next(str(made[name]) for name in IDS if name in made)
        if step.subject == "registration":
            self._tickets.add(str(made["ticket_id"]))

    async def _do(self, step: Step, key: str) -> dict[str, Any]:
        """The answer; what was changed meanwhile is looked at again."""
        for _ in range(LOOKS):
            thing = await self._path(step)
            path = f"{thing}/{step.act}".rstrip("/")
            body = {**self._filled(step.body), "at": step.at.isoformat()}
            version = await self._version(thing) if step.with_version else None
            with suppress(ChangedMeanwhile):
                return await self._desk.post(path, body, key, version, by_reviewer=step.by_reviewer)
        raise StoryEnded

    async def _path(self, step: Step) -> str:
        """What the step is done to; waits until it is there."""
        match step.subject:
            case "ticket":
                return f"{TICKETS}/{self.known['ticket_id']}"
            case "duplicate":
                return f"{TICKETS}/{self.known['duplicate_id']}"
            case "order":
                return await self._order(step.round, "main", "handler")
            case "help":
                return await self._order(step.round, "help", "helper")
            case "appeal":
                return await self._order(step.round, "appeal", "appeal_handler")
            case "revisit":
                revisit = await self._found(REVISITS, step.round)
                return f"{REVISITS}/{revisit['revisit_id']}"
            case "task" if "task_id" in self.known:
                return f"{TASKS}/{self.known['task_id']}"
            case "served-group":
                ticket = (await self._desk.get(f"{TICKETS}/{self.known['ticket_id']}")).json()
                self.known["customer_ref"] = ticket["customer"]["customer_ref"]
                return CREATED_AT[step.subject]
            case _:
                return CREATED_AT[step.subject]

    async def _order(self, in_round: int, role: str, known_as: str) -> str:
        order = await self._found(ORDERS, in_round, role)
        self.known[known_as] = order["handler"] or self._colleague(order["department"])
        return f"{ORDERS}/{order['work_order_id']}"

    def _colleague(self, department: str) -> str | None:
        against = self.story.steps[0].body.get("against", {}).get("person")
        return takes_on(department, self.story.number, against)

    async def _found(self, path: str, in_round: int, role: str | None = None) -> dict[str, Any]:
        """The round's own, once the service has heard of it."""
        give_up = time.monotonic() + LONGEST_LOOK
        while time.monotonic() < give_up:
            answer = await self._desk.get(path, ticket_id=str(self.known["ticket_id"]))
            item: dict[str, Any]
            for item in answer.json()["items"]:
                if item["round"] == in_round and role in {None, item.get("role")}:
                    return item
            await asyncio.sleep(LOOK_EVERY)
        raise self._waited_in_vain(f"nothing in {path} of round {in_round}")

    async def _status(self, status: str) -> None:
        give_up = time.monotonic() + LONGEST_LOOK
        while time.monotonic() < give_up:
            answer = await self._desk.get(f"{TICKETS}/{self.known['ticket_id']}")
            if answer.json()["status"] == status:
                return
            await asyncio.sleep(LOOK_EVERY)
        raise self._waited_in_vain(f"the ticket does not become {status}")

    def _waited_in_vain(self, what: str) -> StoryEnded:
        place = f"ticket {self.known['ticket_id']} ({self.story.plot})"
        self._desk.tally.surprised("waited-in-vain", f"{place}: {what} in {LONGEST_LOOK:g} s")
        return StoryEnded()

    async def _version(self, path: str) -> str:
        return (await self._desk.get(path)).headers["etag"]

    async def _acknowledge(self, step: Step, key: str) -> None:
        """The newest one that stands; of a story that is told at once, when it was raised."""
        ticket_id = str(self.known["ticket_id"])
        answer = await self._desk.get(ESCALATIONS, ticket_id=ticket_id, state="open")
        for escalation in answer.json()["items"][:1]:
            path = f"{ESCALATIONS}/{escalation['escalation_id']}/{step.act}"
            at = max(step.at, datetime.fromisoformat(escalation["raised_at"]))
            await self._desk.post(path, {"at": at.isoformat()}, key)

    def _filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """With what is known in place of its names; what is not known is left out."""
        filled = {name: self._said(value) for name, value in body.items()}
        return {name: value for name, value in filled.items() if value is not None}

    def _said(self, value: object) -> object:
        match value:
            case str() if value.startswith("$"):
                return self.known.get(value[1:])
            case list():
                return [self._said(one) for one in value]
            case _:
                return value
