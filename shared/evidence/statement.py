"""A service's signed word on one stream: how many events it holds, and so whether one lacks."""

from datetime import datetime
from uuid import UUID

import msgspec

from shared.codec import utc
from shared.evidence.keys import PublicKey, Signer

FORMAT = "huiyin-stream/1"


class Statement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many events stood in the stream then; 0 for one that was not there."""

    service: str
    epoch: UUID
    stream: UUID
    length: int
    at: datetime
    key_id: str = ""
    signature: str = ""

    def signed(self, signer: Signer) -> "Statement":
        """The same with its service's signature."""
        signature = signer.sign(_text(self))
        return msgspec.structs.replace(self, key_id=signer.public.key_id, signature=signature)

    def is_signed(self, key: PublicKey | None) -> bool:
        """Whether the service that it names signed it, with that key."""
        if key is None or key.service != self.service:
            return False
        return key.signed(_text(self), self.signature)


def _text(statement: Statement) -> bytes:
    said = (
        FORMAT,
        statement.service,
        statement.epoch,
        statement.stream,
        statement.length,
        utc(statement.at).isoformat(),
    )
    return "".join(f"{one}\n" for one in said).encode()
