"""What operators were answered under an idempotency key: a repeat hears the same again."""

from collections.abc import Mapping
from typing import Any

from shared.command_handler import IdempotencyKeyReusedError, Identity
from shared.messaging.letter import LETTER_ANSWERS, LetterAnswer
from shared.service import Core
from shared.tables import Put, RowChange


async def first_answer(core: Core, identity: Identity | None) -> Mapping[str, Any] | None:
    """What was answered before under the key. Raises IdempotencyKeyReusedError."""
    if identity is None:
        return None
    first = await core.store.get(LETTER_ANSWERS, identity.key)
    if first is None:
        return None
    if first.fingerprint != identity.fingerprint:
        raise IdempotencyKeyReusedError
    return first.content


def kept_answer(identity: Identity | None, content: dict[str, Any]) -> list[RowChange]:
    """The answer as a row, to be stored with what it tells of."""
    if identity is None:
        return []
    return [Put(LETTER_ANSWERS, identity.key, LetterAnswer(identity.fingerprint, content))]
