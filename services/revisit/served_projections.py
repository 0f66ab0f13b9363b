"""Whom a client's phone managers serve in a month: rows to look a customer up in (M-01)."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

import msgspec

from services.revisit.domain.served_group import group_id_of
from shared.contracts.revisit import ServedGroupImported
from shared.contracts.terms import Moment
from shared.group_commit import EventStore
from shared.tables import Fold, Put, RowChange, Table


class ServedCustomer(msgspec.Struct, frozen=True):
    """One of a month's group."""

    imported_at: Moment


class ServedGroupRow(msgspec.Struct, frozen=True, kw_only=True):
    """A client's month."""

    client: str
    month: str
    customers: int = 0
    start_count: int | None = None
    end_count: int | None = None
    version: int


SERVED_CUSTOMERS = Table("served_customers", ServedCustomer)
SERVED_GROUPS = Table(
    "served_groups",
    ServedGroupRow,
    {
        "client": lambda row: row.client,
        "department": lambda _row: None,  # no department's matter: the client's alone
        "month": lambda row: row.month,
    },
    indexes=(("month",), ("client", "month")),
)


def project_group(
    view: ServedGroupRow | None, event: ServedGroupImported, version: int
) -> ServedGroupRow:
    known = view or ServedGroupRow(client=event.client, month=event.month, version=0)
    return msgspec.structs.replace(
        known,
        customers=known.customers + len(event.customer_refs),
        start_count=known.start_count if event.start_count is None else event.start_count,
        end_count=known.end_count if event.end_count is None else event.end_count,
        version=version,
    )


def served_changes(event: ServedGroupImported, version: int) -> Iterable[RowChange]:
    """What an import changes in the views."""
    group_id = group_id_of(event.client, event.month)
    project = partial(project_group, event=event, version=version)
    yield Fold(SERVED_GROUPS, str(group_id), project)
    for ref in event.customer_refs:
        yield Put(SERVED_CUSTOMERS, _key(group_id, ref), ServedCustomer(event.at))


async def is_served(store: EventStore, client: str, month: str, customer_ref: UUID) -> bool:
    """Whether the customer is in the month's group; everybody is where nobody was imported."""
    group_id = group_id_of(client, month)
    group = await store.get(SERVED_GROUPS, str(group_id))
    if group is None or not group.customers:
        return True
    return await store.get(SERVED_CUSTOMERS, _key(group_id, customer_ref)) is not None


def _key(group_id: UUID, customer_ref: UUID) -> str:
    return f"{group_id}/{customer_ref}"
