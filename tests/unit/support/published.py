"""A pack's second version, as sla publishes it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec

from shared.contracts.sla import PackPublished
from shared.packs import Pack, shipped
from shared.packs.versions import definition_of, digest_of


def second_version(name: str, **changes: Any) -> Pack:  # noqa: ANN401 - any section
    """The shipped pack with other sections."""
    return msgspec.structs.replace(shipped().named(name), version=2, **changes)


def published(pack: Pack, effective_from: datetime) -> PackPublished:
    return PackPublished(
        pack_id=uuid5(UUID(int=0), pack.name),
        pack=pack.name,
        version=pack.version,
        effective_from=effective_from,
        definition=definition_of(pack),
        digest=digest_of(pack),
        at=effective_from,
    )
