"""Whom phone managers serve in a month, as imported request by request."""

from dataclasses import replace as with_changes
from uuid import UUID

import msgspec

from services.revisit.domain.commands import ImportServedGroup
from services.revisit.domain.served_group import SERVED_GROUP, group_id_of
from shared.contracts.revisit import ServedGroupImported
from shared.testing.decider_spec import DeciderSpec
from tests.unit.support.examples import AT, HOUR

ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))
IMPORT = ImportServedGroup(
    client="crm",
    month="2026-11",
    customer_refs=(ONE, TWO),
    start_count=2,
    end_count=None,
    at=AT,
)
IMPORTED = ServedGroupImported(
    client="crm", month="2026-11", customer_refs=(ONE, TWO), start_count=2, at=AT
)
group = DeciderSpec(SERVED_GROUP)


def test_a_group_is_imported() -> None:
    """M-01."""
    state = group.given().when(IMPORT).then(IMPORTED)
    assert (state.customer_refs, state.start_count, state.end_count) == (
        frozenset({ONE, TWO}),
        2,
        None,
    )


def test_several_requests_add_up() -> None:
    """M-01: only who is new is imported again."""
    more = with_changes(IMPORT, customer_refs=(TWO, THREE, THREE), at=AT + HOUR)
    added = msgspec.structs.replace(
        IMPORTED, customer_refs=(THREE,), start_count=None, at=AT + HOUR
    )
    state = group.given(IMPORTED).when(more).then(added)
    assert (state.customer_refs, state.start_count) == (frozenset({ONE, TWO, THREE}), 2)


def test_of_a_count_the_last_one_told_stands() -> None:
    """M-01."""
    counted = with_changes(IMPORT, customer_refs=(), start_count=3, end_count=1)
    state = group.given(IMPORTED).when(counted).state
    assert (state.start_count, state.end_count) == (3, 1)


def test_the_same_again_decides_nothing() -> None:
    group.given(IMPORTED).when(with_changes(IMPORT, at=AT + HOUR)).then_nothing()


def test_each_client_and_month_has_a_group_of_its_own() -> None:
    groups = {group_id_of(client, month) for client in ("a", "b") for month in ("2026-11", "b")}
    assert len(groups) == 4
