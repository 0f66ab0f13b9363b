"""Any one service, brought to where a call succeeds."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid5

import msgspec
from httpx import MockTransport, Response

from services.dispatch.domain.appealing import appeal_order_id
from services.dispatch.handlers import HANDLERS as DISPATCH
from services.dispatch.main import create_app as create_dispatch
from services.intake.domain.commands import RegisterTicket
from services.intake.handlers import HANDLERS as INTAKE
from services.intake.main import create_app as create_intake
from services.reporting import bootstrap
from services.reporting.bootstrap import Reporting
from services.reporting.main import create_app as create_reporting
from services.revisit.domain.stages import revisit_id_of
from services.revisit.handlers import HANDLERS as REVISIT
from services.revisit.main import create_app as create_revisit
from services.sla.main import create_app as create_sla
from services.sla.projections import ESCALATIONS
from shared.codec import Metadata, encode, name_of, pack
from shared.contracts.terms import Event
from shared.event_store import LoggedEvent, StoredEvent
from shared.messaging.envelope import Cause
from shared.service import Handlers
from shared.tables import Query
from tests.unit.shared.messaging.records import to_record
from tests.unit.support.calls import (
    COMPLAINT,
    CONTACT,
    KEY_MOMENT,
    ORDER,
    OTHER_TICKET,
    TASKS,
    TICKET,
    TICKETS,
    Call,
)
from tests.unit.support.desk import CreateApp, Desk, Headers, open_desk
from tests.unit.support.ears import EPOCH
from tests.unit.support.examples import (
    AT,
    CLOCK_STARTED,
    CONCLUDED,
    HOUR,
    LODGED,
    NOTIFIED,
    OFFERED,
    REGISTERED,
    TRANSFERRED,
    T,
    W,
)
from tests.until import until

MONTH = 30 * 24 * HOUR
elsewhere = MockTransport(lambda _request: Response(404))
"""The other services, as reporting finds them: they keep nothing."""
TRANSPORTS = dict.fromkeys(("intake", "dispatch", "sla", "revisit"), elsewhere)
SERVICES: dict[str, tuple[CreateApp, Handlers[Any]]] = {
    "intake": (create_intake, INTAKE),
    "dispatch": (create_dispatch, DISPATCH),
    "sla": (create_sla, {}),
    "revisit": (create_revisit, REVISIT),
    "reporting": (partial(create_reporting, transports=TRANSPORTS), {}),
}


class AnyDesk(Desk[Any]):
    """A service that knows of one ticket of the client `crm`, now with the department `billing`."""

    ids: dict[str, str]
    pack = "mobile-key-account"
    """It offers outbound tasks."""

    async def prepare(self, call: Call) -> None:
        """Brings the ticket, or a letter, to where the call succeeds."""
        ids = {"ticket_id": T, "ticket": T, "work_order_id": W, "revisit_id": revisit_id_of(T, 1)}
        self.ids = {name: str(value) for name, value in ids.items()} | {
            "clock": "answer",
            "figure": "tickets",
            "unit": "day",
            "publisher": "intake",
        }
        self.ids["name"] = "cn" if "/calendars/" in call.path else "hotline-400"
        if call.is_operators:
            await (
                self._begin(call) if "{operation_id}" in call.path else self._park_a_letter(call)
            )
            return
        match call.service:
            case "intake":
                await self._register(call.kind)
                if call.closed:
                    await self.heard.hear(
                        msgspec.structs.replace(CONCLUDED, ticket_id=self.ids["ticket_id"])
                    )
            case "dispatch":
                await self._offer(call.pack)
                if call.is_appeals:
                    await self._appeal()
            case "revisit":
                await self.heard.hear(NOTIFIED)
                if call.is_clients_alone:
                    await self._create_task()
            case "reporting":
                await self.read("intake", REGISTERED)
                await self.read("dispatch", OFFERED)
                if call.is_about_own_records:
                    await self._read_a_weak_score()
            case _:
                await self._escalate()
        await self._do_before(call)

    async def _do_before(self, call: Call) -> None:
        somebody = self.key("xu-lei", "work:write", departments=("billing",))
        notice = "/reporting/v1/notices/{notice_id}"
        subject = {"intake": TICKET, "reporting": notice}.get(call.service, ORDER)
        for path, body in call.before:
            asker = {"If-Match": '"1"'} if call.service == "intake" else somebody
            url = self.url(f"{subject}/{path}")
            done = await self.client.post(url, json=body, headers=asker)
            assert done.status_code == 200, done.text

    async def _register(self, kind: str) -> None:
        headers = {**self.key("crm", "tickets:write"), "Idempotency-Key": "first"}
        registered = await self.client.post(
            TICKETS, json={**COMPLAINT, "kind": kind}, headers=headers
        )
        self.ids["ticket_id"] = registered.json()["ticket_id"]
        contact = await self.client.post(CONTACT.path, json=CONTACT.body, headers=headers)
        self.ids["contact_id"] = contact.json()["contact_id"]
        await self._register_another()
        for ticket_id in (self.ids["ticket_id"], OTHER_TICKET):
            await self.heard.hear(msgspec.structs.replace(OFFERED, ticket_id=ticket_id))

    async def _register_another(self) -> None:
        """Under an id that calls can name."""
        intake = self.heard.service
        first, _ = await intake.tickets.load(UUID(self.ids["ticket_id"]))
        self.ids["customer_ref"] = str(first.case.customer_ref)
        other = UUID(OTHER_TICKET)
        register = msgspec.structs.replace(REGISTERED, ticket_id=other, case=first.case)
        cause = Cause(actor="crm", correlation_id=UUID(int=1))
        await intake.tickets.handle(other, RegisterTicket(register=register), cause)

    async def _offer(self, pack: str) -> None:
        """To `billing`, wherever the directory sends the pack's tickets first."""
        case = msgspec.structs.replace(REGISTERED.case, pack=pack)
        await self.heard.hear(msgspec.structs.replace(REGISTERED, case=case), CLOCK_STARTED)
        body = {"department": "billing", "reason": "属于计费"}
        transfer = self.url(f"{ORDER}/transfer")
        await self.client.post(transfer, json=body, headers={"If-Match": '"1"'})

    async def _appeal(self) -> None:
        """To `billing`, which is of the nation level here."""
        service = self.heard.service
        departments = tuple(
            msgspec.structs.replace(one, level="nation" if one.code == "billing" else "city")
            for one in service.directory.departments
        )
        directory = msgspec.structs.replace(service.directory, departments=departments)
        service = dataclasses.replace(service, directory=directory)
        self.heard.service = self.app.state.service = service
        await self.heard.hear(LODGED)
        self.ids["work_order_id"] = str(appeal_order_id(T, LODGED.appeal_id))

    async def _create_task(self) -> None:
        headers = {**self.key("crm", "revisits:write"), "Idempotency-Key": "first"}
        created = await self.client.post(TASKS, json=KEY_MOMENT, headers=headers)
        self.ids["task_id"] = created.json()["task_id"]

    async def _escalate(self) -> None:
        """A ticket of thirty days ago, once all its steps are raised."""
        for shelf in self.heard.service.book.shelves:
            shelf.caught_up = True  # as if every topic was read to the end
        self.clock.time -= HOUR  # it was there to be seen before
        await self.read("intake", msgspec.structs.replace(REGISTERED, at=AT - MONTH))
        await self.read("dispatch", OFFERED)
        self.clock.time += HOUR
        key, _ = (await self.heard.service.core.store.query(Query(ESCALATIONS, limit=1)))[0]
        self.ids["escalation_id"] = key

    async def _read_a_weak_score(self) -> None:
        """And what comes of it: a notice; the ticket is also inspected."""
        await self.read("revisit", msgspec.structs.replace(CONCLUDED, score=1))
        somebody = self.key("clerk", "work:write", "reports:read", departments=("billing",))
        for name, body in (
            ("notice", {"score_ref": str(CONCLUDED.revisit_id), "text": "请整改"}),
            ("inspection", {"n": 1, "seed": "a"}),
        ):
            made = await self.client.post(f"/reporting/v1/{name}s", json=body, headers=somebody)
            self.ids[f"{name}_id"] = made.json()[f"{name}_id"]
        report = await self.client.post("/reporting/v1/reports/day", headers=somebody)
        self.ids["report_id"] = report.json()["report_id"]

    async def _begin(self, call: Call) -> None:
        """A long piece of work; nothing was heard, so it is done at once."""
        if call.service == "sla":
            for shelf in self.heard.service.book.shelves:
                shelf.caught_up = True  # as if every topic was read to the end
        work = "/sla/v1/replays" if call.service == "sla" else "/reporting/v1/rebuilds"
        begun = await self.client.post(work, json={})
        self.ids["operation_id"] = begun.json()["operation_id"]

    async def _park_a_letter(self, call: Call) -> None:
        service = call.service
        publisher = "dispatch" if service in {"intake", "revisit"} else "intake"
        event = NOTIFIED if publisher == "dispatch" else REGISTERED
        await self.read(publisher, event, b"{")
        letters = await self.items(f"/{service}/v1/dead-letters")
        self.ids["letter_id"] = letters[0]["letter_id"]

    async def go_on(self, call: Call) -> None:
        """What happens to the ticket after the call: limits are set, time passes, it is moved."""
        if call.service == "sla":
            await self.read("dispatch", TRANSFERRED)
        for clock in ("answer", "revisit"):
            await self.heard.hear(msgspec.structs.replace(CLOCK_STARTED, clock=clock))
        self.clock.time += HOUR

    async def say(self, publisher: str, event: Event) -> None:
        """The service hears one event of that publisher."""
        await self.read(publisher, event)

    async def read(
        self, publisher: str, event: Event, value: bytes | None = None, subject: UUID = T
    ) -> None:
        """Hands the service the event as its carrier does; `value` in place of its bytes.

        Another `subject` is one of the same partition.
        """
        line, positions = self.app.state.line, self.heard.positions
        positions[publisher] = position = positions.get(publisher, 0) + 1
        metadata = Metadata(
            event_id=uuid5(EPOCH, f"{publisher}/{position}"),
            recorded_at=self.clock.time,
            actor="crm",
            correlation_id=UUID(int=1),
        )
        state = pack(metadata, encode(event) if value is None else value)
        logged = LoggedEvent(position, StoredEvent(subject, position, name_of(event), state))
        record = to_record(publisher, EPOCH, logged, position - 1)
        subscriber = line.listener if line.core.name == "sla" else line.consumer
        await subscriber.take(publisher, record.partition, [record])
        if line.core.name == "sla":
            await until(lambda: self.heard.service.watch.quiet, "all said")

    def url(self, path: str) -> str:
        return path.format(**self.ids)

    async def send(self, call: Call, headers: Headers | None = None, **changes: object) -> Response:
        """The call; with the version as it is now where one is needed, unless another is given."""
        all_headers = dict(headers or {})
        if call.needs_version and "If-Match" not in all_headers:
            all_headers["If-Match"] = await self.version(call)
        body = None if call.body is None else {**call.body, **changes}
        url = self.url(call.path)
        return await self.client.request(call.method, url, json=body, headers=all_headers)

    async def version(self, call: Call) -> str:
        """The ETag of what the call is about."""
        if call.service == "sla":  # shows escalations in lists only, which have no ETag
            return f'"{len(await self.heard.service.core.store.read(T))}"'
        one = self.url(call.path[: call.path.index("}") + 1])
        reader = self.key("reader", "tickets:read", "reports:read", departments=("*",))
        etag: str = (await self.client.get(one, headers=reader)).headers["etag"]
        return etag


@asynccontextmanager
async def open_any(service: str, folder: Path) -> AsyncIterator[AnyDesk]:
    """The service, which knows of nothing yet, and sends no report by itself."""
    create_app, handlers = SERVICES[service]
    with patch.object(bootstrap, "send_when_due", _send_nothing):
        async with open_desk(AnyDesk, create_app, handlers, folder, AT) as desk:
            yield desk


async def _send_nothing(_: Reporting) -> None:
    """Reports are due as soon as something was heard: whoever counts events would race them."""
    await asyncio.Event().wait()


@asynccontextmanager
async def desk_for(call: Call, folder: Path) -> AsyncIterator[AnyDesk]:
    """The call's service, where the call succeeds."""
    async with open_any(call.service, folder) as desk:
        await desk.prepare(call)
        yield desk
