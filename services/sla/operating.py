"""Long pieces of work of one kind, over the partitions that this instance has."""

from services.sla.book import Book
from shared import operating
from shared.decider import BrokenRuleError
from shared.event_store import StoreUnavailableError
from shared.service import Core


class OneAtATime(operating.OneAtATime):
    """Begins nothing before it has partitions, and all of them were read once."""

    def __init__(
        self, core: Core, book: Book, kind: str, already_running: type[BrokenRuleError]
    ) -> None:
        super().__init__(core, kind, already_running)
        self._book = book

    def _check_ready(self) -> None:
        shelves = self._book.shelves
        if not shelves or not all(shelf.caught_up for shelf in shelves):
            raise StoreUnavailableError("catching up")
