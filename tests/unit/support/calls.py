"""Every route of every service: who may call it, with what, and what must have been done before."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.http.requests import MAX_BATCH_BODY, MAX_BODY
from shared.keys import Scope

NO_SUBJECT = re.compile(r"\{(figure|name|unit|publisher)\}")
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
    is_appeals: bool = False
    """Whether its work order must be an appeal's."""
    limit: int = MAX_BODY
    also: tuple[Scope, ...] = ()
    """Scopes that a key needs besides."""

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
    def is_about_own_records(self) -> bool:
        """Whether it is about what reporting itself decides."""
        return self.path.startswith((NOTICES, INSPECTIONS, REPORTS))

    @property
    def is_clients_alone(self) -> bool:
        """Whether it is about what no department works on."""
        return "{task_id}" in self.path or "{customer_ref}" in self.path

    @property
    def is_no_departments(self) -> bool:
        """Whether the ticket's client may, and no department: what none works on, or refused."""
        return self.is_clients_alone or self.path.endswith("/arbitration")

    @property
    def is_about_one(self) -> bool:
        """Whether a ticket, a letter, or something of one, is in the path; a pack is no secret."""
        return "{" in NO_SUBJECT.sub("", self.path)


COMPLAINT: Json = {
    "kind": "complaint",
    "content": "宽带断网三天。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
}
PASS_ON: Json = {"department": "key-accounts", "reason": "归大客户部"}
CALLED: Json = {"channel": "phone", "outcome": "no_answer"}
WAITING: Json = {"done": False, "reason": "等待备件"}
TOLD: Json = {"about": "progress", "channel": "phone", "outcome": "reached"}
ACCEPTED: Steps = (("acceptance", {}),)
RESTING: Steps = (
    *ACCEPTED,
    ("suspension", {"reason": "awaiting_customer", "at": "2026-11-23T09:59:30+08:00"}),
)
REFUSED: Steps = (("refusal", {"reason": "不属于本部门"}),)

OTHER_TICKET = "22222222-2222-4222-8222-222222222222"
"""Another one of the same customer and department."""
MERGED: Steps = (("merge", {"into": OTHER_TICKET}),)
LONGER: Json = {
    "until": "2026-12-01T18:00:00+08:00",
    "reason": "等待备件",
    "consent": {"by": "张晓明", "at": "2026-11-23T09:59:30+08:00", "means": "phone"},
}
VISIT: Json = {"from": "2026-11-24T09:00:00+08:00", "until": "2026-11-24T11:00:00+08:00"}
BEGUN: Json = {**VISIT, "from": "2026-11-23T09:30:00+08:00"}
EXPECTED: Steps = (*ACCEPTED, ("appointments", BEGUN))
OFFERED: Json = {"solution": "减免一个月月租", "accepted_by_customer": True}
TAKEN: Json = {"level": "manager", "handler": "shen-guoqiang"}
"""The deputy general manager stands for the manager of every department."""
SIGNED: Json = {"role": "project_manager", "opinion": "同意"}
WRITTEN: Steps = (*ACCEPTED, ("written-answer", {"text": "经核实，已退费。"}))
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
CUSTOMER = "/intake/v1/customers/{customer_ref}"
ESCALATIONS = "/sla/v1/escalations"
ESCALATION = "/sla/v1/escalations/{escalation_id}"
LETTER = "dead-letters/{letter_id}"
WITH_LOGS = ("intake", "dispatch", "sla", "revisit")
WITH_LETTERS = ("intake", "dispatch", "sla", "revisit", "reporting")

GROUPS = "/revisit/v1/served-groups"
NOTICES = "/reporting/v1/notices"
REPORTS = "/reporting/v1/reports"
INSPECTIONS = "/reporting/v1/inspections"
LISTS = [
    Call("GET", TICKETS, "tickets:read"),
    Call("GET", ORDERS, "tickets:read"),
    Call("GET", "/intake/v1/knowledge", "tickets:read"),
    Call("GET", REVISITS, "tickets:read"),
    Call("GET", TASKS, "tickets:read"),
    Call("GET", GROUPS, "tickets:read"),
    Call("GET", ESCALATIONS, "sla:read"),
    Call("GET", "/sla/v1/due", "sla:read"),
    Call("GET", "/reporting/v1/readings", "audit:read"),
    Call("GET", "/reporting/v1/audit/search", "audit:read"),
    Call("GET", "/reporting/v1/audit/verifications", "audit:read"),
    Call("GET", "/reporting/v1/figures/{figure}/subjects", "reports:read"),
    Call("GET", NOTICES, "reports:read"),
    Call("GET", REPORTS, "reports:read"),
    Call("GET", INSPECTIONS, "reports:read"),
    *[Call("GET", f"/{one}/v1/dead-letters", "operations") for one in WITH_LETTERS],
]
READS = [
    *LISTS,
    Call("GET", TICKET, "tickets:read"),
    Call("GET", "/intake/v1/contacts/{contact_id}", "tickets:read"),
    Call("GET", CUSTOMER, "pii:read"),
    Call("GET", ORDER, "tickets:read"),
    Call("GET", CALL_BACK, "tickets:read"),
    Call("GET", TASK, "tickets:read"),
    Call("GET", "/sla/v1/tickets/{ticket_id}/clocks", "sla:read"),
    Call("GET", "/sla/v1/tickets/{ticket_id}/clocks/{clock}/explanation", "sla:read"),
    Call("GET", "/sla/v1/timers", "sla:read"),
    Call("GET", "/sla/v1/packs", "sla:read"),
    Call("GET", "/sla/v1/calendars", "sla:read"),
    Call("GET", "/sla/v1/operations/{operation_id}", "operations"),
    Call("GET", "/reporting/v1/tickets/{ticket}/history", "audit:read"),
    Call("GET", "/reporting/v1/tickets/{ticket}/state", "audit:read"),
    Call("GET", "/reporting/v1/tickets/{ticket}/diff", "audit:read"),
    Call("GET", "/reporting/v1/tickets/{ticket}/proof", "audit:read"),
    Call("GET", "/reporting/v1/audit/verification", "audit:read"),
    Call("GET", "/reporting/v1/audit/keys", "audit:read"),
    Call("GET", "/reporting/v1/audit/signing", "audit:read"),
    Call("GET", "/reporting/v1/audit/retention", "audit:read"),
    Call("GET", "/reporting/v1/audit/export", "audit:read"),
    *[Call("GET", f"/{one}/v1/log/leaves", "audit:read") for one in WITH_LOGS],
    *[Call("GET", f"/{one}/v1/log/stream", "audit:read") for one in WITH_LOGS],
    *[Call("GET", f"/{one}/v1/log/signing", "audit:read") for one in WITH_LOGS],
    Call("GET", "/reporting/v1/topics", "operations"),
    Call("GET", "/reporting/v1/timers", "sla:read"),
    Call("GET", "/reporting/v1/messages", "operations"),
    Call("GET", "/reporting/v1/canary", "operations"),
    Call("GET", "/reporting/v1/figures", "reports:read"),
    Call("GET", "/reporting/v1/figures/{figure}/causes", "reports:read"),
    Call("GET", f"{NOTICES}/{{notice_id}}", "reports:read"),
    Call("GET", f"{REPORTS}/{{report_id}}", "reports:read"),
    Call("GET", f"{REPORTS}/{{report_id}}/file", "reports:read"),
    Call("GET", f"{INSPECTIONS}/{{inspection_id}}", "reports:read"),
    Call("GET", "/reporting/v1/figures/monthly.xlsx", "reports:read"),
    Call("GET", "/reporting/v1/operations/{operation_id}", "operations"),
    Call("GET", "/reporting/v1/topics/{publisher}/history", "operations"),
    Call("GET", "/reporting/v1/groups", "operations"),
    *[Call("GET", f"/{one}/v1/consumers", "operations") for one in WITH_LETTERS],
    *[Call("GET", f"/{one}/v1/{LETTER}", "operations") for one in WITH_LETTERS],
]
REGISTRATION = Call("POST", TICKETS, "tickets:write", COMPLAINT)
KEY_MOMENT: Json = {"customer_ref": str(UUID(int=5)), "moment": "contract-change"}
NEW_TASK = Call("POST", TASKS, "revisits:write", KEY_MOMENT)
SERVED: Json = {"month": "2026-11", "customer_refs": [str(UUID(int=5))], "start_count": 1}
NEW_GROUP = Call("POST", GROUPS, "revisits:write", SERVED)
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
PERSON = Call(
    "POST",
    "/intake/v1/customers",
    "tickets:write",
    {"name": "张晓明", "phone": "13812345678"},
    also=("pii:read",),
)
CREATIONS = [REGISTRATION, CONTACT, PERSON, NEW_TASK, NEW_GROUP]
"""All that need an Idempotency-Key."""
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
    Call("POST", f"{TICKET}/unmerge", "tickets:write", {"reason": "另一件事"}, MERGED),
    Call("POST", f"{TICKET}/reopening", "tickets:write", {"reason": "又断网了"}, closed=True),
    Call("POST", f"{TICKET}/appeal", "tickets:write", {"reason": "对答复不服"}),
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
    Call("POST", f"{ORDER}/progress", "work:write", WAITING, ACCEPTED),
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
    Call(
        "POST",
        f"{ORDER}/appeal-answer",
        "work:write",
        {"text": "予以支持", "outcome": "upheld"},
        ACCEPTED,
        is_appeals=True,
    ),
    Call("POST", f"{CALL_BACK}/attempts", "revisits:write", CALLED),
    Call("POST", f"{CALL_BACK}/result", "revisits:write", {"solved": True, "score": 5}),
    Call("POST", f"{TASK}/attempts", "revisits:write", CALLED),
    Call("POST", f"{TASK}/hand-over", "revisits:write", {"passed_to": "group_account_manager"}),
    Call("POST", f"{TASK}/result", "revisits:write", {"outcome": "done", "score": 5}),
    Call("POST", f"{ESCALATION}/acknowledgement", "sla:read", {}),
    Call("POST", f"{NOTICES}/{{notice_id}}/signature", "work:write", {"leader": "gao-feng"}),
    Call(
        "POST",
        f"{NOTICES}/{{notice_id}}/conclusion",
        "work:write",
        {"text": "已回访并致歉"},
        (("signature", {"leader": "gao-feng"}),),
    ),
    Call(
        "POST",
        f"{INSPECTIONS}/{{inspection_id}}/findings",
        "work:write",
        {
            "ticket_id": "11111111-1111-4111-8111-111111111111",
            "verdict": "failed",
            "finding": "未按时联系客户",
        },
    ),
]
GIVEN_UP: Json = {"reason": "源头有误"}
DISCARDS = [
    Call("POST", f"/{one}/v1/{LETTER}/discard", "operations", GIVEN_UP) for one in WITH_LETTERS
]
REDRIVES = [Call("POST", f"/{one}/v1/{LETTER}/redrive", "operations") for one in WITH_LETTERS]
MANY = [
    Call(
        "POST",
        f"/reporting/v1/dead-letters:{act}",
        "operations",
        {"service": "reporting", "dry_run": True},
    )
    for act in ("redrive", "discard")
]
NEW_NOTICE = Call(
    "POST",
    NOTICES,
    "work:write",
    {"score_ref": "00000000-0000-0000-0000-000000000000", "text": "请整改"},
)
"""About a score that nobody gave, until the desk names one."""
NEW_REPORT = Call("POST", f"{REPORTS}/{{unit}}", "reports:read", {"period": "2026-11-23"})
NEW_INSPECTION = Call("POST", INSPECTIONS, "reports:read", {"n": 1, "seed": "a"})
REBUILD = Call("POST", "/reporting/v1/rebuilds", "operations")
REPLAY = Call("POST", "/sla/v1/replays", "operations", {"dry_run": True})
SIMULATION = Call(
    "POST",
    "/sla/v1/simulations",
    "sla:admin",
    {
        "draft": "extends: hotline-400\nname: hotline-400\nversion: 2",
        "from": "2026-11-01T00:00:00Z",
        "until": "2026-12-01T00:00:00Z",
    },
)
NEXT_PACK = Call(
    "POST",
    "/sla/v1/packs/{name}/versions",
    "sla:admin",
    {
        "pack": "extends: hotline-400\nname: hotline-400\nversion: 2\ncontact: { follow_ups: 4 }",
        "effective_from": "2026-11-24T10:00:00+08:00",
        "dry_run": True,
    },
)
NEXT_CALENDAR = Call(
    "POST",
    "/sla/v1/calendars/{name}/versions",
    "sla:admin",
    {
        "notice": {
            "year": 2027,
            "announced_by": "国务院办公厅",
            "announced_on": "2026-11-20",
            "days_off": ["2027-01-01..2027-01-03"],
        },
        "effective_from": "2026-11-24T10:00:00+08:00",
        "dry_run": True,
    },
)
RECALCULATION = Call(
    "POST",
    "/sla/v1/recalculations",
    "sla:admin",
    {"scope": "open", "reason": "放假通知", "dry_run": True},
)
ERASURE = Call("DELETE", CUSTOMER, "admin")
"""For all clients: what is another one's is there for its caller."""
PUBLISHED = [NEXT_PACK, NEXT_CALENDAR, RECALCULATION]
WRITES = [*CREATIONS, BATCH, PREVIEW, *COMMANDS, *DISCARDS, *MANY, REPLAY, SIMULATION, *PUBLISHED]
WRITES += [NEW_NOTICE, NEW_INSPECTION, NEW_REPORT]
"""All that take a body."""
CALLS = [*READS, *WRITES, *REDRIVES, REBUILD, ERASURE]
