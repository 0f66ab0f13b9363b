"""People at work on two tickets of one customer, who do right and wrong things in any order."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from httpx import Response

from tests.whole.bodies import Writer
from tests.whole.forward import Call, forward
from tests.whole.product import PEOPLE, Json, Product
from tests.whole.views import ENDS, View, look_at

LATER = (timedelta(0),) * 7 + (
    timedelta(minutes=2),
    timedelta(hours=5),
    timedelta(days=1, hours=3),
    timedelta(days=9),
)
MOST = 5
"""Tickets that one customer has."""
RARE = 8
"""So many of the commands are those that succeeded least."""
WAYS_BACK = ("/reopening", "/appeal", "/unmerge")
"""What alone brings a ticket back that had ended."""
KINDS = ("complaint", "consultation", "fault_report", "query")
NOBODYS = str(UUID(int=404))
"""The id of nothing."""


@dataclass(frozen=True)
class Done:
    """A step with what it came to; `earlier` is the answer that a repeated call had before."""

    call: Call
    answer: Response
    before: dict[str, View]
    after: dict[str, View]
    earlier: Response | None = None


@dataclass
class Desk:
    """Sends calls and remembers them."""

    product: Product
    pack: str
    customer: str = "customer"
    tickets: list[str] = field(default_factory=list)
    """Those that are looked at."""
    registered: int = 0
    succeeded: Counter[str] = field(default_factory=Counter)
    """How often each command did."""
    sent: list[tuple[Call, Response]] = field(default_factory=list)
    """What succeeded under an idempotency key."""
    done: list[Done] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.schemas: Json = {}
        self.routes: dict[str, Json] = {}
        for service in ("intake", "dispatch", "revisit"):
            document = self.product.apps[service].openapi()
            self.schemas |= document["components"]["schemas"]
            self.routes |= dict(_commands(document))

    async def register(self, kind: str, **more: object) -> None:
        """One more ticket of the same customer."""
        body = {
            "kind": kind,
            "content": "宽带断网三天。",
            "customer": {"name": "张晓明", "account": self.customer},
            "pack": self.pack,
            **more,
        }
        self.registered += 1
        key = f"{self.customer}-{self.registered}"
        made = await self.product.post("/intake/v1/tickets", body, Idempotency_Key=key)
        self.tickets.append(made["ticket_id"])

    async def look(self) -> dict[str, View]:
        return {one: await look_at(self.product, one) for one in self.tickets}

    async def do(self, seed: int) -> Done:
        """What somebody does; `seed` settles all of it that the past leaves open."""
        random = Random(seed)  # noqa: S311 - repeatable, not secret
        time = random.choice(LATER)
        if time:
            await self.product.pass_time(time)
        before = await self.look() if time or not self.done else self.done[-1].after
        if all(view.status in ENDS for view in before.values()) and len(before) < MOST:
            await self.register(random.choice(KINDS))
            before = await self.look()
        if self.sent and random.random() < 0.1:
            call, earlier = random.choice(self.sent)
            return await self.send(call, before, earlier)
        return await self.send(self._call(random, before), before)

    async def send(
        self,
        call: Call,
        before: dict[str, View] | None = None,
        earlier: Response | None = None,
    ) -> Done:
        """`before` is how everything looks now, if that is known."""
        before = await self.look() if before is None else before
        answer = await self.product.call(
            "POST", call.path, call.who, json=call.body, headers=call.headers
        )
        await self.product.settle()
        if answer.is_success:
            self.succeeded[call.route] += 1
        if answer.is_success and "Idempotency-Key" in call.headers:
            self.sent.append((call, answer))
        done = Done(call, answer, before, await self.look(), earlier)
        self.done.append(done)
        return done

    def _call(self, random: Random, before: dict[str, View]) -> Call:
        route = self._route(random)
        view = before[self._ticket(random, route, before)]
        if random.random() < 0.3 and (call := forward(view)) is not None:
            return call
        writer = Writer(random, self.schemas, self.product.clock.now(), random.choice(self.tickets))
        subject, one = _subject(route, view, random)
        return Call(
            path=route.format_map(dict.fromkeys(("ticket_id", "work_order_id", "revisit_id"), one)),
            body=writer.body(route, self.routes[route]),
            who=random.choice(PEOPLE),
            headers=_headers(random, int(subject["version"]) if subject else 0, len(self.sent)),
            route=route,
        )

    def _ticket(self, random: Random, route: str, before: dict[str, View]) -> str:
        """Mostly one that is open, where the route is not for those that have ended."""
        wanted = [
            one
            for one, view in before.items()
            if (view.status in ENDS) == route.endswith(WAYS_BACK)
            and ("{revisit_id}" not in route or view.revisit is not None)
        ]
        return random.choice(wanted if wanted and random.random() < 0.8 else self.tickets)

    def _route(self, random: Random) -> str:
        """Often one of those that succeeded least, seldom the end of the matter."""
        routes = list(self.routes)
        if random.random() < 0.4:
            routes = sorted(routes, key=self.succeeded.__getitem__)[:RARE]
        route = random.choice(routes)
        is_end = route.endswith(("/withdrawal", "/merge", "/answer")) and random.random() < 0.7
        return self._route(random) if is_end else route

    async def go_on(self, ticket_id: str, at: datetime | None = None) -> bool:
        """One more step towards the ticket's end, by legal means alone; False if there is none."""
        before = self.done[-1].after if self.done else {}
        before = before if ticket_id in before else await self.look()
        call = forward(before[ticket_id])
        if call is not None and at is not None:
            call = replace(call, body={**call.body, "at": at.isoformat()})
        if call is not None:
            await self.send(call, before)
        return call is not None


def _commands(document: Json) -> Iterator[tuple[str, Json]]:
    """The document's commands about a ticket, each with its body's schema."""
    for path, operations in document["paths"].items():
        about = ("{ticket_id}", "{work_order_id}", "{revisit_id}")
        if "post" in operations and any(one in path for one in about):
            content = operations["post"].get("requestBody", {}).get("content", {})
            yield path, content.get("application/json", {}).get("schema", {"type": "object"})


def _subject(route: str, view: View, random: Random) -> tuple[Json | None, str]:
    """What the call is about, mostly the newest of its kind; and its id."""
    if "{ticket_id}" in route:
        return view.ticket, str(view.ticket["ticket_id"])
    name, all_of_them, newest = (
        ("work_order_id", view.orders, view.newest)
        if "{work_order_id}" in route
        else ("revisit_id", view.revisits, view.revisit)
    )
    some = random.choice(all_of_them) if all_of_them and random.random() < 0.2 else newest
    return some, str(some[name]) if some else NOBODYS


def _headers(random: Random, version: int, sent: int) -> dict[str, str]:
    headers = {}
    choice = random.random()
    if choice < 0.88:
        headers["If-Match"] = f'"{version}"'
    elif choice < 0.94:
        headers["If-Match"] = f'"{max(0, version - random.randint(1, 3))}"'
    if random.random() < 0.4:
        headers["Idempotency-Key"] = f"key-{random.randint(0, sent)}"
    return headers
