"""The tickets of a shelf, awake and asleep: who asks for one does not know which it was."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from services.sla.asleep import Asleep, Sleeping
from services.sla.watched import Watched

if TYPE_CHECKING:
    from services.sla.shelf import Shelf


class Tickets(Mapping[str, Watched]):
    """By their ids. Whoever is asked for is awake from then on: no ticket is two objects."""

    def __init__(self, shelf: "Shelf") -> None:
        self._shelf = shelf
        self._awake: dict[int, Watched] = {}
        self.asleep = Asleep()

    def __getitem__(self, ticket_id: str) -> Watched:
        found = self.numbered(number_of(ticket_id))
        if found is None:
            raise KeyError(ticket_id)
        return found

    def __iter__(self) -> Iterator[str]:
        return (str(UUID(int=number)) for number in self.numbers())

    def __len__(self) -> int:
        return len(self._awake) + len(self.asleep)

    @property
    def awake(self) -> Iterable[Watched]:
        return self._awake.values()

    def numbers(self) -> list[int]:
        """Of all; none is woken."""
        return [*self._awake, *map(self.asleep.number, self.asleep.places)]

    def limits(self) -> Iterator[tuple[int, int]]:
        """The earliest limit to be kept, and the number, of all that have one; none is woken."""
        yield from [(one.due_at, one.number) for one in self._awake.values() if one.due_at]
        for place in self.asleep.places:
            if limit := self.asleep.limit(place):
                yield limit, self.asleep.number(place)

    def numbered(self, number: int) -> Watched | None:
        """The ticket, if anything of it was heard."""
        found = self._awake.get(number)
        if found is None and (place := self.asleep.place(number)) is not None:
            found = self._wake(number, place)
        return found

    def at(self, place: int) -> Watched | None:
        """The same of a place where one slept."""
        number = self.asleep.number(place)
        return self._wake(number, place) if self.asleep.has(place) else self._awake.get(number)

    def begin(self, number: int) -> Watched:
        """One that nothing was heard of."""
        watched = self._awake[number] = Watched(number, self._shelf)
        return watched

    def _wake(self, number: int, place: int) -> Watched:
        watched = self._awake[number] = Watched(number, self._shelf, *self.asleep.wake(place))
        return watched

    def forget(self, number: int) -> Watched:
        """Returns what is none of them any more. Raises KeyError."""
        self.numbered(number)
        return self._awake.pop(number)

    def close(self) -> None:
        """Forgets all."""
        self._awake.clear()
        self.asleep = Asleep()

    def lie_down(self, stored: Sleeping, falling: Iterable[Watched] = ()) -> None:
        """All of `stored` sleep but those that are awake; `falling` are not any more.

        Nobody may change these objects from now on: the next who asks gets another.
        """
        for one in falling:
            del self._awake[one.number]
        self._awake = dict(self._awake)  # else it stays as large as it ever was
        self.asleep = Asleep(stored, self._awake)


class Sleepers:
    """Those of a shelf that sleep, by their moments."""

    def __init__(self, tickets: Tickets) -> None:
        self._tickets = tickets
        self._asleep = tickets.asleep
        self._next = 0

    @property
    def first(self) -> int | None:
        """The next moment, be it that of one who was woken; None if there is none any more."""
        asleep = self._asleep
        if self._tickets.asleep is not asleep or self._next == len(asleep.order):
            return None
        return asleep.moments[asleep.order[self._next]]

    def wake(self, until: int, limit: int) -> list[Watched]:
        """Up to `limit` whose moment comes by then and is theirs still."""
        found = list[Watched]()
        while len(found) < limit and (first := self.first) is not None and first <= until:
            watched = self._tickets.at(self._asleep.order[self._next])
            self._next += 1
            if watched is not None and watched.next_at == first:
                found.append(watched)
        return found


def number_of(ticket_id: str) -> int:
    """Raises KeyError for what is no id: nothing is known under it."""
    try:
        return int(ticket_id.replace("-", ""), 16)
    except ValueError:
        raise KeyError(ticket_id) from None
