"""Who is logged in: a token in the browser opens its key, which the store keeps sealed.

Neither the store nor a stolen token gives the key away: it takes both, and the service's secret.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.event_store import Append
from shared.keys import ApiKey
from shared.listing import column_time
from shared.secret import keyed_hash
from shared.service import Core
from shared.tables import Delete, Insert, Query, Table

SESSION_TIME = timedelta(hours=12)
"""A shift, and some. In a demonstration with a faster clock as long in real time."""
NONCE_BYTES = 12
CLEARED = 100
"""Expired sessions removed at a login, at most."""


class SessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One login, under the SHA-256 of its token."""

    client: str
    key_id: UUID
    sealed_key: bytes
    begun_at: datetime
    expires_at: datetime


SESSIONS = Table(
    "console_sessions",
    SessionRow,
    {"expires_at": lambda row: column_time(row.expires_at)},
    indexes=(("expires_at",),),
)


@dataclass(frozen=True)
class Sessions:
    """The logins that stand in reporting's store: a restart keeps them."""

    core: Core

    async def begin(self, key: ApiKey, key_token: str) -> str:
        """A new session of the key; returns its token, which is kept nowhere here."""
        token = secrets.token_urlsafe(32)
        now = self.core.now()
        row = SessionRow(
            client=key.client,
            key_id=key.key_id,
            sealed_key=self._seal(token, key_token),
            begun_at=now,
            expires_at=now + SESSION_TIME * self.core.settings.clock_speed,
        )
        expired = Query(SESSIONS, at_most={"expires_at": column_time(now)}, limit=CLEARED)
        gone = [Delete(SESSIONS, name) for name, _ in await self.core.store.query(expired)]
        await self.core.store.append(Append(rows=[*gone, Insert(SESSIONS, _name_of(token), row)]))
        return token

    async def key_token(self, token: str) -> str | None:
        """The key that the session was begun with; None once it ended or expired."""
        row = await self.core.store.get(SESSIONS, _name_of(token))
        if row is None or row.expires_at <= self.core.now():
            return None
        return self._open(token, row.sealed_key)

    async def end(self, token: str) -> None:
        """The token opens nothing from here on."""
        await self.core.store.append(Append(rows=[Delete(SESSIONS, _name_of(token))]))

    def _seal(self, token: str, key_token: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(token).encrypt(nonce, key_token.encode(), None)

    def _open(self, token: str, sealed: bytes) -> str | None:
        nonce, box = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher(token).decrypt(nonce, box, None).decode()
        except InvalidTag:  # another secret since: whoever it was logs in again
            return None

    def _cipher(self, token: str) -> AESGCM:
        return AESGCM(keyed_hash(self.core.secret, "console-session", token))


def _name_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
