"""A service's signed word on its log: that many events up to that position, under that hash."""

from datetime import datetime
from uuid import UUID, uuid5

import msgspec

from shared.codec import utc
from shared.contracts.terms import CheckpointSigned
from shared.evidence.keys import PublicKey, Signer
from shared.evidence.tree import Frontier

FORMAT = "huiyin-checkpoint/1"
CHECKPOINTS = UUID("5b0a4c6e-5f0e-4a57-9c57-3f4c1b7a2d90")


def stream_of(service: str) -> UUID:
    """The stream that holds a service's checkpoints."""
    return uuid5(CHECKPOINTS, service)


def signed_text(checkpoint: CheckpointSigned) -> bytes:
    """What the signature is over: a line for each thing that is said."""
    said = (
        FORMAT,
        checkpoint.service,
        checkpoint.epoch,
        checkpoint.size,
        checkpoint.position,
        checkpoint.root,
        utc(checkpoint.at).isoformat(),
    )
    return "".join(f"{one}\n" for one in said).encode()


def sign(
    signer: Signer, epoch: UUID, frontier: Frontier, position: int, at: datetime
) -> CheckpointSigned:
    """The checkpoint over the tree as it stands."""
    said = CheckpointSigned(
        service=signer.public.service,
        epoch=epoch,
        size=frontier.size,
        position=position,
        root=frontier.root().hex(),
        key_id=signer.public.key_id,
        signature="",
        at=at,
    )
    return msgspec.structs.replace(said, signature=signer.sign(signed_text(said)))


def is_signed(checkpoint: CheckpointSigned, key: PublicKey | None) -> bool:
    """Whether the service that it names signed it, with that key."""
    if key is None or key.service != checkpoint.service:
        return False
    return key.signed(signed_text(checkpoint), checkpoint.signature)
