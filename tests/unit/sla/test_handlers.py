"""Every event that clocks depend on is read from its publisher's own bytes."""

from uuid import UUID

import msgspec
import pytest

from services.sla.handlers import HEARS, fact_of
from shared.codec import UnknownVersionError, UnreadableEventError, encode, name_of
from shared.contracts.dispatch import NoticeAbout, NoticeOutcome, Role, TakenOver
from shared.contracts.terms import Event
from shared.messaging.envelope import UnreadableRecordError
from shared.messaging.heading import WireHeaders
from tests.unit.sla import examples as ex
from tests.unit.sla import world as other

MONDAY = ex.at("2026-11-23 10:00")


def named(kind: str) -> dict[str, bytes]:
    return {
        "ce_type": f"huiyin.{kind}".encode(),
        "ce_id": str(ex.IDS).encode(),
        "ce_time": MONDAY.isoformat().encode(),
        "ce_correlationid": str(ex.CORRELATION).encode(),
        "ce_actor": b"desk",
    }


def headers(kind: str) -> WireHeaders:
    return WireHeaders(named(kind))


@pytest.mark.parametrize(
    ("service", "event", "name", "round_number"),
    [
        ("intake", other.registered(MONDAY), "ticket-registered", 1),
        ("intake", other.withdrawn(MONDAY), "ticket-withdrawn", 1),
        ("intake", other.merged(MONDAY), "ticket-merged", 1),
        ("intake", other.reopened(MONDAY), "round-started", 2),
        ("dispatch", other.offered(MONDAY), "work-order-offered", 1),
        ("dispatch", other.transferred(MONDAY, "billing"), "work-order-assigned", 1),
        ("dispatch", other.accepted(MONDAY), "work-order-accepted", 1),
        ("dispatch", other.notified(MONDAY), "customer-notified-result", 1),
        ("revisit", other.rectified(MONDAY), "round-started", 2),
    ],
)
def test_an_event_is_the_fact_that_it_tells(
    service: str, event: Event, name: str, round_number: int
) -> None:
    fact = fact_of(headers(f"{service}.{name_of(event)}"), encode(event))
    assert fact is not None
    assert (fact.name, fact.round, fact.at) == (name, round_number, MONDAY)
    assert (fact.event_id, fact.actor) == (str(ex.IDS), "desk")


def test_a_registration_says_how_the_ticket_is_classified() -> None:
    fact = fact_of(headers("intake.ticket-registered.v1"), encode(other.registered(MONDAY)))
    assert fact is not None
    assert fact.case == ex.case()
    again = fact_of(headers("intake.ticket-registered.v1"), encode(other.registered(MONDAY)))
    assert again is not None
    assert again.case is fact.case, "one object for all that are classified alike"


@pytest.mark.parametrize(
    ("about", "outcome", "name"),
    [
        ("result", "reached", "customer-notified-result"),
        ("progress", "reached", "customer-notified-progress"),
        ("overdue", "reached", "customer-notified-overdue"),
        ("result", "unreachable", "customer-not-reached"),
        ("progress", "unreachable", None),
        ("overdue", "unreachable", None),
    ],
)
def test_a_notice_is_what_it_was_about_and_counts_if_it_reached_somebody(
    about: NoticeAbout, outcome: NoticeOutcome, name: str | None
) -> None:
    event = other.notified(MONDAY, about, outcome)
    told = fact_of(headers("dispatch.customer-notified.v1"), encode(event))
    assert (told and told.name) == name


def test_unknown_types_are_nothing_and_unknown_versions_are_an_alarm() -> None:
    assert fact_of(headers("intake.ticket-danced.v1"), b"{}") is None
    assert fact_of(headers("intake.knowledge-published.v2"), b"{}") is None
    with pytest.raises(UnknownVersionError):
        fact_of(headers("intake.ticket-registered.v2"), b"{}")


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"[",
        b'{"at": 5}',
        b'{"at": "2026-13-01"}',
        b'{"at": "2026-11-23T02:00:00Z", "round": -1}',
        b'{"at": "2026-11-23T02:00:00Z", "round": 65536}',
        b"\xff",
    ],
)
def test_bytes_that_hold_no_such_event_are_refused(value: bytes | None) -> None:
    with pytest.raises(UnreadableEventError):
        fact_of(headers("intake.ticket-withdrawn.v1"), value)


@pytest.mark.parametrize("lacking", ["ce_type", "ce_id", "ce_time", "ce_actor"])
def test_a_record_that_does_not_say_which_event_it_is_is_refused(lacking: str) -> None:
    given = named("intake.ticket-withdrawn.v1")
    del given[lacking]
    with pytest.raises(UnreadableRecordError):
        fact_of(WireHeaders(given), encode(other.withdrawn(MONDAY)))


def test_it_hears_the_three_whose_facts_it_needs() -> None:
    assert HEARS == ("intake", "dispatch", "revisit")


@pytest.mark.parametrize("role", ["help", "appeal"])
def test_a_notice_of_another_work_order_than_the_main_one_tells_no_fact(role: Role) -> None:
    """T-08, U-12."""
    event = msgspec.structs.replace(other.notified(MONDAY), role=role)
    assert fact_of(headers("dispatch.customer-notified.v1"), encode(event)) is None


@pytest.mark.parametrize("role", ["help", "appeal"])
def test_who_helps_or_answers_an_appeal_is_not_who_is_responsible(role: Role) -> None:
    """T-08, U-12."""
    offered = msgspec.structs.replace(other.offered(MONDAY), role=role)
    fact = fact_of(headers("dispatch.work-order-offered.v1"), encode(offered))
    assert fact is not None
    assert fact.responsible is not None
    assert fact.responsible.helps


def test_a_takeover_tells_who_has_it_now_and_where() -> None:
    """U-01."""
    taken = TakenOver(
        work_order_id=UUID(int=4),
        ticket_id=UUID(int=1),
        round=1,
        level="province",
        handler="ren-jie",
        department="province-service",
        at=MONDAY,
    )
    fact = fact_of(headers("dispatch.taken-over.v1"), encode(taken))
    assert fact is not None
    assert fact.name == "work-order-taken-over"
    assert fact.responsible == ("province-service", "ren-jie", None, False, "province")
