"""What is promised, and how long a time is extended, is judged by the limit (H-24, T-04, T-06)."""

from dataclasses import replace as with_changes
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from services.dispatch.domain import agreement_errors, errors
from services.dispatch.domain.commands import (
    AcceptWorkOrder,
    AnswerLimit,
    NotifyCustomer,
    RecordContact,
)
from services.dispatch.domain.ticket import TICKET
from services.dispatch.domain.work_order import work_order_id
from shared.contracts.dispatch import DispatchEvent
from shared.packs import Authority
from shared.testing.decider_spec import DeciderSpec
from tests.unit.dispatch.appeal_examples import A
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.dispatch.examples import (
    ACCEPT,
    ACCEPTED,
    CONTACT,
    EXTEND,
    EXTENDED,
    NOTIFY,
    OFFERED,
    PROPOSE,
    TAKEN_OVER,
    H,
    attempted,
    notified,
)
from tests.unit.support.desk import code_of
from tests.unit.support.examples import AT, CLOCK_STARTED, DEADLINE_MOVED, HOUR, LODGED, REGISTERED

ticket = DeciderSpec(TICKET)
DUE = AT + 8 * HOUR
LIMIT = AnswerLimit(is_set=True, due_at=DUE)
UNHEARD = AnswerLimit(is_set=True)
TELL = with_changes(NOTIFY, about="progress")
Promise = AcceptWorkOrder | RecordContact | NotifyCustomer
PROMISES: list[tuple[Promise, tuple[DispatchEvent, ...], DispatchEvent]] = [
    (ACCEPT, (OFFERED,), ACCEPTED),
    (CONTACT, (OFFERED, ACCEPTED), attempted("no_answer")),
    (TELL, (OFFERED,), msgspec.structs.replace(notified("progress"), handler=None)),
]
each_promise = pytest.mark.parametrize(
    ("command", "past", "said"), PROMISES, ids=lambda one: type(one).__name__
)


def promising(command: Promise, until_hours: int, limit: AnswerLimit = LIMIT) -> Promise:
    return with_changes(command, promised_until=AT + until_hours * HOUR, limit=limit)


@each_promise
def test_a_promise_reaches_to_the_limit_and_no_further(
    command: Promise, past: tuple[DispatchEvent, ...], said: DispatchEvent
) -> None:
    """H-24, T-06."""
    told = msgspec.structs.replace(said, promised_until=DUE)
    ticket.given(*past).when(promising(command, 8)).then(told)
    asked = ticket.given(*past).when(promising(command, 9))
    asked.then_raises(errors.PromiseBeyondLimitError)
    assert asked.broken is not None
    assert asked.broken.members == {"level": "manager"}


@each_promise
def test_before_the_limit_is_heard_of_nothing_is_promised(
    command: Promise, past: tuple[DispatchEvent, ...], said: DispatchEvent
) -> None:
    """T-06: where there is none, anything may be."""
    ticket.given(*past).when(promising(command, 1, UNHEARD)).then_raises(errors.LimitUnknownError)
    ticket.given(*past).when(with_changes(command, limit=UNHEARD)).then(said)
    told = msgspec.structs.replace(said, promised_until=AT + 99 * HOUR)
    ticket.given(*past).when(promising(command, 99, AnswerLimit())).then(told)


@pytest.mark.parametrize("level", ["manager", "province"])
def test_beyond_the_limit_promises_who_took_it_over_at_the_managers_level_or_above(
    level: str,
) -> None:
    """H-24, T-05."""
    taken = msgspec.structs.replace(TAKEN_OVER, level=level, handler="xu-lei")
    told = msgspec.structs.replace(ACCEPTED, promised_until=AT + 9 * HOUR)
    ticket.given(OFFERED, taken).when(promising(ACCEPT, 9)).then(told)
    ticket.given(OFFERED, taken).when(promising(ACCEPT, 9, UNHEARD)).then(told)
    lower = msgspec.structs.replace(taken, level="supervisor")
    ticket.given(OFFERED, lower).when(promising(ACCEPT, 9)).then_raises(
        errors.PromiseBeyondLimitError
    )


def test_an_agreed_longer_time_is_the_limit() -> None:
    """T-04, T-06."""
    past = OFFERED, ACCEPTED, EXTENDED
    told = msgspec.structs.replace(attempted("no_answer"), promised_until=AT + 24 * HOUR)
    ticket.given(*past).when(promising(CONTACT, 24)).then(told)
    ticket.given(*past).when(promising(CONTACT, 25)).then_raises(errors.PromiseBeyondLimitError)


def test_a_promise_told_twice_is_not_judged_again() -> None:
    """The limit may have moved since."""
    told = msgspec.structs.replace(ACCEPTED, promised_until=AT + 9 * HOUR)
    ticket.given(OFFERED, told).when(promising(ACCEPT, 9)).then_nothing()
    ticket.given(OFFERED, ACCEPTED, attempted("no_answer")).when(
        promising(CONTACT, 9)
    ).then_nothing()


def test_a_longer_time_is_longer_than_the_limit() -> None:
    """T-04."""
    past = OFFERED, ACCEPTED
    command = with_changes(EXTEND, limit=LIMIT)
    ticket.given(*past).when(command).then(EXTENDED)
    for until in (DUE, DUE - HOUR):
        same = with_changes(command, until=until)
        ticket.given(*past).when(same).then_raises(agreement_errors.ExtensionNotLongerError)
    later = AnswerLimit(is_set=True, due_at=AT + 30 * HOUR)
    ticket.given(*past).when(with_changes(EXTEND, limit=later)).then_raises(
        agreement_errors.ExtensionNotLongerError
    )


def test_a_consent_after_the_limit_undoes_no_miss() -> None:
    """T-04: at the limit it still counts; after an extension, up to that."""
    past = OFFERED, ACCEPTED
    on_time = with_changes(EXTEND, consent_at=DUE, at=DUE + HOUR, limit=LIMIT)
    agreed = msgspec.structs.replace(EXTENDED, consent_at=DUE, at=DUE + HOUR)
    ticket.given(*past).when(on_time).then(agreed)
    late = with_changes(on_time, consent_at=DUE + timedelta(seconds=1))
    ticket.given(*past).when(late).then_raises(errors.ConsentAfterLimitError)
    again = with_changes(late, until=AT + 48 * HOUR)
    longer = msgspec.structs.replace(agreed, consent_at=late.consent_at, until=AT + 48 * HOUR)
    ticket.given(*past, EXTENDED).when(again).then(longer)


def test_before_the_limit_is_heard_of_no_time_is_extended() -> None:
    """T-04: a repeat needs no limit."""
    command = with_changes(EXTEND, limit=UNHEARD)
    ticket.given(OFFERED, ACCEPTED).when(command).then_raises(errors.LimitUnknownError)
    ticket.given(OFFERED, ACCEPTED, EXTENDED).when(command).then_nothing()


def test_who_may_promise_a_remedy_is_named() -> None:
    """H-24, T-05: the lowest level that may; nobody, where no level may."""
    authority = Authority(remedies={"manager": ("refund",), "province": ("refund", "gold")})
    for remedy, level in (("refund", "manager"), ("gold", "province"), ("moon", None)):
        command = with_changes(PROPOSE, authority=authority, remedy=remedy)
        asked = ticket.given(OFFERED, ACCEPTED).when(command)
        asked.then_raises(errors.BeyondAuthorityError)
        assert asked.broken is not None
        assert asked.broken.members == {"level": level}


BEYOND = {"promised_until": "2026-11-26T17:30:01+08:00"}
"""One second after the limit that sla says."""
STEPS = [
    ("acceptance", {}),
    ("contact-attempts", {"channel": "phone", "outcome": "reached"}),
    ("customer-notice", {"about": "progress", "channel": "phone", "outcome": "reached"}),
]


async def test_a_promise_beyond_the_limit_is_refused_with_who_may_make_it(desk: WorkDesk) -> None:
    """H-24, T-05, T-06."""
    await desk.heard.hear(CLOCK_STARTED)
    for path, body in STEPS:
        answer = await desk.post(path, {**body, **BEYOND})
        assert code_of(answer) == (409, "promise-beyond-limit")
        assert answer.json()["level"] == "manager"
        await desk.do(path, {**body, "promised_until": "2026-11-26T17:30:00+08:00"})
    await desk.do("takeover", {"level": "manager", "handler": "gao-feng"})
    desk.clock.time += HOUR
    path, body = STEPS[1]
    promised = await desk.do(path, {**body, **BEYOND})
    assert promised["promised_until"] == "2026-11-26T09:30:01Z"


async def test_the_last_limit_that_was_heard_counts(desk: WorkDesk) -> None:
    """T-06."""
    await desk.heard.hear(CLOCK_STARTED, DEADLINE_MOVED)
    promised = await desk.do("acceptance", BEYOND)
    assert promised["promised_until"] == "2026-11-26T09:30:01Z"


async def test_before_a_limit_is_heard_the_answer_is_to_ask_again(desk: WorkDesk) -> None:
    """T-06."""
    answer = await desk.post("acceptance", {"promised_until": "2026-11-23T12:00:00+08:00"})
    assert code_of(answer) == (503, "limit-unknown")
    assert answer.headers["retry-after"] == "1"
    await desk.do("acceptance")


async def test_where_the_pack_sets_no_limit_everything_may_be_promised(desk: WorkDesk) -> None:
    """T-06: praise has none."""
    case = msgspec.structs.replace(REGISTERED.case, kind="praise")
    other = msgspec.structs.replace(REGISTERED, ticket_id=UUID(int=8), case=case)
    await desk.heard.hear(other)
    order = work_order_id(other.ticket_id, 1)
    answer = await desk.post("acceptance", BEYOND, order=order)
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")


async def test_who_helps_promises_within_the_same_limit_and_an_appeal_has_its_own(
    desk: WorkDesk,
) -> None:
    """T-08, U-12."""
    await desk.heard.hear(CLOCK_STARTED, LODGED)
    await desk.do("acceptance")
    await desk.do("help", {"department": "key-accounts", "request": "请核对合同"})
    answer = await desk.post("acceptance", BEYOND, order=H)
    assert code_of(answer) == (409, "promise-beyond-limit")
    assert (await desk.post("acceptance", BEYOND, order=A)).status_code == 200


async def test_a_remedy_is_of_the_authority_of_the_level_that_took_it_over(
    desk: WorkDesk,
) -> None:
    """H-24, U-01: the directory knows that they work there."""
    await desk.do("acceptance")
    await desk.do("takeover", {"level": "province", "handler": "ren-jie"})
    ren = desk.key("ren-jie", "work:write", departments=("province-service",))
    body = {"solution": "退费", "remedy": "refund", "accepted_by_customer": True}
    [proposal] = (await desk.do("proposal", body, ren))["proposals"]
    assert proposal["level"] == "province"
