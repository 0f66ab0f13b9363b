"""Letters handled again, head first, with today's code and rules."""

import structlog

from shared.clock import Clock
from shared.event_store import Append, RowConflictError
from shared.group_commit import EventStore
from shared.messaging.attempts import TRANSIENT
from shared.messaging.letter import Closing, Letter, arrival_of, redriven
from shared.messaging.letters import DeadLetters
from shared.messaging.receiving import Receive

log = structlog.get_logger(__name__)


class Redriver:
    """One consumer's."""

    def __init__(
        self, letters: DeadLetters, store: EventStore, clock: Clock, receive: Receive
    ) -> None:
        self._letters = letters
        self._store = store
        self._clock = clock
        self._receive = receive

    async def redrive(self, subject: str, who: str | None, reason: str | None) -> int:
        """Stops at the first letter that fails again, which stays.

        Returns how many had their effect; those are kept with who wanted it, and why.
        """
        done = 0
        while letters := await self._letters.of(subject, limit=1):
            if not await self._redrive(letters[0], Closing(self._clock.now(), who, reason)):
                break
            done += 1
        return done

    async def _redrive(self, letter: Letter, closing: Closing) -> bool:
        try:
            arrival = arrival_of(letter, closing)
            await self._receive(arrival)
            await self._store.append(Append(rows=arrival.redriven or ()))
        except TRANSIENT:
            raise
        except Exception as error:
            if isinstance(error, RowConflictError) and redriven(error):
                return True  # the letter went with its effect, here or in another's hands
            log.exception("letter failed again", type=letter.name)
            await self._letters.failed_again(letter, type(error).__name__)
            return False
        return True
