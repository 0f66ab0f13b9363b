"""Every route of every service: who may call it, with what, and what must have been done before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.http.requests import MAX_BATCH_BODY, MAX_BODY
from shared.keys import Scope

Json = dict[str, Any]
Steps = tuple[tuple[str, Json], ...]
"""What is done with the work order, or intake's ticket, first: path and body."""


@dataclass(frozen=True)
class Call:
    """A route; `before` is what must have been done for it to succeed."""

    method: str
    path: str
    scope: Scope
    body: Json | None = None
    before: Steps = ()
    needs_version: bool = False
    kind: str = "complaint"
    pack: str = "hotline-400"
    closed: bool = False
    """Whether its ticket must have been closed first."""
    limit: int = MAX_BODY

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def service(self) -> str:
        return self.path.split("/")[1]

    @property
    def is_operators(self) -> bool:
        """Whether it is about no ticket but about the service."""
        return self.scope == "operations"

    @property
    def is_clients_alone(self) -> bool:
        """Whether it is about what no department works on."""
        return "{task_id}" in self.path

    @property
    def is_about_one(self) -> bool:
        """Whether a ticket, a letter, or something of one, is in the path."""
        return "{" in self.path


COMPLAINT: Json = {
    "kind": "complaint",
    "content": "宽带断网三天。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
}
PASS_ON: Json = {"department": "key-accounts", "reason": "归大客户部"}
CALLED: Json = {"channel": "phone", "outcome": "no_answer"}
TOLD: Json = {"about": "progress", "channel": "phone", "outcome": "reached"}
ACCEPTED: Steps = (("acceptance", {}),)
RESTING: Steps = (
    *ACCEPTED,
    ("suspension", {"reason": "awaiting_customer", "at": "2026-11-23T09:59:30+08:00"}),
)
REFUSED: Steps = (("refusal", {"reason": "不属于本部门"}),)

OTHER_TICKET = "22222222-2222-4222-8222-222222222222"
"""Another one of the same customer and department."""
LONGER: Json = {
    "until": "2026-12-01T18:00:00+08:00",
    "reason": "等待备件",
    "consent": {"by": "张晓明", "at": "2026-11-23T09:59:30+08:00", "means": "phone"},
}
VISIT: Json = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T11:00:00+08:00"}
BEGUN: Json = {**VISIT, "from": "2026-11-23T09:30:00+08:00"}
EXPECTED: Steps = (*ACCEPTED, ("appointments", BEGUN))
OFFERED: Json = {"solution": "减免一个月月租", "accepted_by_customer": True}
TAKEN: Json = {"level": "manager", "handler": "gao-feng"}
SIGNED: Json = {"role": "handler", "opinion": "同意"}
WRITTEN: Steps = (*ACCEPTED, ("written-answer", {"text": "经核实,已退费。"}))
DONE: Steps = (*ACCEPTED, ("completion", {"solution": "更换光猫"}))
ASKED: Json = {"department": "key-accounts", "request": "请核对合同"}

TICKETS = "/intake/v1/tickets"
TICKET = "/intake/v1/tickets/{ticket_id}"
ORDERS = "/dispatch/v1/work-orders"
ORDER = "/dispatch/v1/work-orders/{work_order_id}"
REVISITS = "/revisit/v1/revisits"
CALL_BACK = "/revisit/v1/revisits/{revisit_id}"
TASKS = "/revisit/v1/outbound-tasks"
TASK = "/revisit/v1/outbound-tasks/{task_id}"
ESCALATIONS = "/sla/v1/escalations"
ESCALATION = "/sla/v1/escalations/{escalation_id}"
LETTER = "dead-letters/{letter_id}"
WITH_LETTERS = ("intake", "dispatch", "sla", "revisit", "reporting")

LISTS = [
    Call("GET", TICKETS, "tickets:read"),
    Call("GET", ORDERS, "tickets:read"),
    Call("GET", "/intake/v1/knowledge", "tickets:read"),
    Call("GET", REVISITS, "tickets:read"),
    Call("GET", TASKS, "tickets:read"),
    Call("GET", ESCALATIONS, "sla:read"),
    Call("GET", "/sla/v1/due", "sla:read"),
    *[Call("GET", f"/{one}/v1/dead-letters", "operations") for one in WITH_LETTERS],
]
READS = [
    *LISTS,
    Call("GET", TICKET, "tickets:read"),
    Call("GET", "/intake/v1/contacts/{contact_id}", "tickets:read"),
    Call("GET", ORDER, "tickets:read"),
    Call("GET", CALL_BACK, "tickets:read"),
    Call("GET", TASK, "tickets:read"),
    Call("GET", "/sla/v1/tickets/{ticket_id}/clocks", "sla:read"),
    Call("GET", "/sla/v1/packs", "sla:read"),
    Call("GET", "/reporting/v1/tickets/{ticket}/history", "audit:read"),
    Call("GET", "/reporting/v1/topics", "operations"),
    *[Call("GET", f"/{one}/v1/consumers", "operations") for one in WITH_LETTERS],
    *[Call("GET", f"/{one}/v1/{LETTER}", "operations") for one in WITH_LETTERS],
]
REGISTRATION = Call("POST", TICKETS, "tickets:write", COMPLAINT)
KEY_MOMENT: Json = {"customer_ref": str(UUID(int=5)), "moment": "contract-change"}
NEW_TASK = Call("POST", TASKS, "revisits:write", KEY_MOMENT)
"""All that need an Idempotency-Key."""
BATCH = Call(
    "POST",
    f"{TICKETS}:batch",
    "tickets:write",
    {"items": [{**COMPLAINT, "external_id": "CRM-1"}]},
    limit=MAX_BATCH_BODY,
)
CONTACT = Call(
    "POST",
    "/intake/v1/contacts",
    "tickets:write",
    {"channel": "phone", "name": "张晓明", "number": "13812345678", "content": "询问进度"},
)
CREATIONS = [REGISTRATION, CONTACT, NEW_TASK]
PREVIEW = Call(
    "POST",
    "/sla/v1/deadlines:preview",
    "sla:read",
    {"start": "2026-11-23T10:00:00+08:00", "kind": "complaint"},
)
COMMANDS = [
    Call("POST", f"{TICKET}/withdrawal", "tickets:write", {"reason": "已自行解决"}),
    Call("POST", f"{TICKET}/answer", "tickets:write", {"text": "已当场答复"}),
    Call("POST", f"{TICKET}/supplements", "tickets:write", {"content": "仍未恢复", "repeat": True}),
    Call(
        "POST",
        f"{TICKET}/reclassification",
        "tickets:write",
        {"severity": "complex", "reason": "多户受影响"},
        needs_version=True,
    ),
    Call("POST", f"{TICKET}/merge", "tickets:write", {"into": OTHER_TICKET}, needs_version=True),
    Call("POST", f"{TICKET}/reopening", "tickets:write", {"reason": "又断网了"}, closed=True),
    Call(
        "POST",
        f"{TICKET}/knowledge",
        "tickets:write",
        {"title": "如何过户", "text": "双方持证件到营业厅办理。"},
        (("answer", {"text": "请到营业厅办理"}),),
        kind="consultation",
    ),
    Call("POST", f"{ORDER}/acceptance", "work:write", {}),
    Call("POST", f"{ORDER}/refusal", "work:write", {"reason": "不属于本部门"}),
    Call("POST", f"{ORDER}/arbitration", "work:write", PASS_ON, REFUSED, needs_version=True),
    Call("POST", f"{ORDER}/transfer", "work:write", PASS_ON, needs_version=True),
    Call("POST", f"{ORDER}/contact-attempts", "work:write", CALLED, ACCEPTED),
    Call("POST", f"{ORDER}/verification", "work:write", {"finding": "substantiated"}, ACCEPTED),
    Call("POST", f"{ORDER}/progress", "work:write", {"done": False}, ACCEPTED),
    Call("POST", f"{ORDER}/completion", "work:write", {"solution": "更换光猫"}, ACCEPTED),
    Call("POST", f"{ORDER}/customer-notice", "work:write", TOLD),
    Call(
        "POST",
        f"{ORDER}/extension",
        "work:write",
        LONGER,
        ACCEPTED,
        needs_version=True,
        pack="travel-platform",
    ),
    Call("POST", f"{ORDER}/suspension", "work:write", {"reason": "force_majeure"}, ACCEPTED),
    Call("POST", f"{ORDER}/resumption", "work:write", {}, RESTING),
    Call("POST", f"{ORDER}/appointments", "work:write", VISIT, ACCEPTED),
    Call("POST", f"{ORDER}/no-show", "work:write", {"note_left": True}, EXPECTED),
    Call("POST", f"{ORDER}/proposal", "work:write", OFFERED, ACCEPTED),
    Call("POST", f"{ORDER}/takeover", "work:write", TAKEN),
    Call("POST", f"{ORDER}/written-answer", "work:write", {"text": "已退费。"}, ACCEPTED),
    Call("POST", f"{ORDER}/review", "work:write", {"approved": True}, WRITTEN),
    Call("POST", f"{ORDER}/sign-off", "work:write", SIGNED, DONE),
    Call("POST", f"{ORDER}/help", "work:write", ASKED, ACCEPTED),
    Call("POST", f"{CALL_BACK}/attempts", "revisits:write", CALLED),
    Call("POST", f"{CALL_BACK}/result", "revisits:write", {"solved": True, "score": 5}),
    Call("POST", f"{TASK}/attempts", "revisits:write", CALLED),
    Call("POST", f"{TASK}/result", "revisits:write", {"outcome": "done", "score": 5}),
    Call("POST", f"{ESCALATION}/acknowledgement", "sla:read", {}),
]
GIVEN_UP: Json = {"reason": "源头有误"}
DISCARDS = [
    Call("POST", f"/{one}/v1/{LETTER}/discard", "operations", GIVEN_UP) for one in WITH_LETTERS
]
REDRIVES = [Call("POST", f"/{one}/v1/{LETTER}/redrive", "operations") for one in WITH_LETTERS]
WRITES = [*CREATIONS, BATCH, PREVIEW, *COMMANDS, *DISCARDS]
"""All that take a body."""
CALLS = [*READS, *WRITES, *REDRIVES]
