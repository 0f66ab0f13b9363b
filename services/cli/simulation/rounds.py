"""The main line, round by round: accepted, contacted, verified, completed, told, called back."""

from datetime import timedelta

from services.cli.simulation.script import Script, Span
from services.cli.simulation.story import Step

BUSY: dict[str, Span] = {
    "accept": (4, 40),
    "contact": (5, 45),
    "verify": (20, 90),
    "complete": (30, 200),
    "tell": (3, 25),
    "call-back": (90, 500),
}
VISITING: dict[str, Span] = {**BUSY, "accept": (2, 14), "contact": (5, 25), "call-back": (60, 400)}
AT_ONCE: dict[str, Span] = {
    "accept": (1, 3),
    "contact": (1, 3),
    "verify": (1, 4),
    "complete": (2, 6),
    "tell": (1, 3),
    "call-back": (30, 400),
}
RECEIVERS = ("zhang-min", "li-na", "wu-xia", "zhou-ting")
"""Who takes it in, by the directory that ships."""
BRANCHES = ("城南示例营业厅", "城北示例营业厅", "高新区示例营业厅")
PACES = {"travel-platform": AT_ONCE, "cable-field-service": VISITING}
"""Minutes of work that each thing takes."""


def pace(script: Script, what: str) -> Span:
    """How long it takes under the story's pack."""
    return PACES.get(script.cast.pack, BUSY)[what]


def register(script: Script) -> None:
    """The customer gets in touch (H-03); of a call the contact is recorded too (H-01)."""
    cast = script.cast
    matter = cast.matter
    said = {
        "pack": cast.pack,
        "kind": matter.kind,
        "severity": matter.severity,
        "category": matter.category,
        "content": matter.content,
        "channel": cast.channel,
        "tier": cast.tier,
        "customer": {"name": cast.person.name, "phone": cast.person.phone},
        "receiver": script.rng.choice(RECEIVERS),
        "branch": script.rng.choice(BRANCHES) if cast.channel == "counter" else None,
        "product": matter.product,
        "area": matter.area,
        "merchant": matter.merchant,
        "against": matter.against and {"person": matter.against},
    }
    body = {name: value for name, value in said.items() if value is not None}
    script.write_step(Step(at=script.at, subject="registration", body=body, kept_as="ticket_id"))
    if cast.channel == "phone":
        record_call(script)


def record_call(script: Script) -> None:
    """How long the customer rang and waited (H-02, U-07)."""
    wait = script.rng.randint(2, 30)
    script.write(
        "contact",
        "",
        channel="phone",
        ticket_id="$ticket_id",
        offered_at=(script.at - timedelta(seconds=wait)).isoformat(),
        answered_at=script.at.isoformat(),
        wait_seconds=wait,
        rings=1 + wait // 5,
        answered_by="person",
        name=script.cast.person.name,
        number=script.cast.person.phone,
        tier=script.cast.tier,
    )


def accept(script: Script, **said: str) -> None:
    script.later(pace(script, "accept"))
    script.write("order", "acceptance", handler="$handler", **said)


def contact(script: Script) -> None:
    script.later(pace(script, "contact"))
    script.write("order", "contact-attempts", channel="phone", outcome="reached")


def verify(script: Script, finding: str = "substantiated") -> None:
    script.later(pace(script, "verify"))
    script.write("order", "verification", finding=finding)


def answer_in_writing(script: Script) -> None:
    """H-17, H-18: to the quality centre, where somebody else reviews it."""
    script.later((20, 60))
    script.write("order", "written-answer", text=script.cast.matter.solution)
    script.later((10, 50))
    body = {"approved": True}
    script.write_step(
        Step(
            at=script.at,
            subject="order",
            act="review",
            body=body,
            round=script.round,
            by_reviewer=True,
        )
    )


def complete(script: Script, solution: str = "") -> None:
    script.later(pace(script, "complete"))
    script.write("order", "completion", solution=solution or script.cast.matter.solution)


def tell(script: Script, outcome: str = "reached") -> None:
    script.later(pace(script, "tell"))
    script.write("order", "customer-notice", about="result", channel="phone", outcome=outcome)


def work(script: Script) -> None:
    """From acceptance until the customer knows."""
    accept(script)
    contact(script)
    verify(script)
    if script.cast.pack == "hotline-400" and script.cast.channel in {"web", "social"}:
        answer_in_writing(script)
    complete(script)
    tell(script)


def call_back(script: Script, *, solved: bool, score: int | None = None) -> None:
    """The customer is reached; what is not solved comes back as the next round."""
    script.later(pace(script, "call-back"))
    script.write("revisit", "attempts", channel="phone", outcome="reached")
    said = score or (script.rng.randint(4, 5) if solved else script.rng.randint(1, 2))
    script.write("revisit", "result", solved=solved, score=said)
    if not solved:
        script.round += 1


def settle(script: Script, *, score: int | None = None) -> None:
    """From the verification on all goes well."""
    verify(script)
    complete(script)
    tell(script)
    call_back(script, solved=True, score=score)


def sign(script: Script) -> None:
    """The handling form goes round (H-28)."""
    for role in ("handler", "department_manager", "project_manager"):
        script.later((5, 60))
        script.write("order", "sign-off", role=role, opinion="情况属实。")
