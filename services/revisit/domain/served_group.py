"""Whom a client's phone managers serve in a month, as imported request by request (M-01)."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from services.revisit.domain.commands import ImportServedGroup
from shared.contracts.revisit import ServedGroupImported
from shared.decider import Decider

SERVED_GROUPS_NAMESPACE = UUID("5b0f2f7e-52a4-4c55-9d8e-0d7b8f7a1c11")


@dataclass(frozen=True)
class ServedGroup:
    """What was imported so far; of each count the last that was told."""

    customer_refs: frozenset[UUID] = frozenset()
    start_count: int | None = None
    end_count: int | None = None


def group_id_of(client: str, month: str) -> UUID:
    """The stream of a client's month."""
    return uuid5(SERVED_GROUPS_NAMESPACE, f"{month} {client}")


def decide(command: ImportServedGroup, group: ServedGroup) -> list[ServedGroupImported]:
    """Adds up: who is in the group already is not imported again."""
    new = tuple(one for one in command.customer_refs if one not in group.customer_refs)
    start_count = _news(command.start_count, group.start_count)
    end_count = _news(command.end_count, group.end_count)
    if not new and start_count is None and end_count is None:
        return []  # a repeat
    return [
        ServedGroupImported(
            client=command.client,
            month=command.month,
            customer_refs=tuple(dict.fromkeys(new)),
            start_count=start_count,
            end_count=end_count,
            at=command.at,
        )
    ]


def _news(told: int | None, known: int | None) -> int | None:
    return None if told == known else told


def evolve(group: ServedGroup, event: ServedGroupImported) -> ServedGroup:
    return ServedGroup(
        group.customer_refs.union(event.customer_refs),
        group.start_count if event.start_count is None else event.start_count,
        group.end_count if event.end_count is None else event.end_count,
    )


SERVED_GROUP: Decider[ImportServedGroup, ServedGroup, ServedGroupImported] = Decider(
    initial=ServedGroup(), decide=decide, evolve=evolve
)
