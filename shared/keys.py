"""API keys: 256 random bits each, of which only the SHA-256 is kept, in one file for all services.

A random key needs no slow hash: there is nothing to guess.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID, uuid4

import msgspec
import structlog

from shared.canary import CANARY
from shared.contracts.terms import same_person

Scope = Literal[
    "tickets:write",
    "tickets:read",
    "work:write",
    "revisits:write",
    "sla:read",
    "sla:admin",
    "reports:read",
    "audit:read",
    "pii:read",
    "operations",
    "admin",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)
EVERY_DEPARTMENT = "*"
DEFAULT_PACK = "hotline-400"
SECRET_BYTES = 32

log = structlog.get_logger(__name__)


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """Who a key names and what it may do."""

    key_id: UUID
    sha256: str
    client: str
    scopes: tuple[Scope, ...]
    departments: tuple[str, ...] = ()
    pack: str = DEFAULT_PACK
    created_at: datetime

    def __post_init__(self) -> None:
        """Raises ValueError for the name that the system's own heartbeat goes by."""
        if same_person(self.client, CANARY):
            raise ValueError(f"no key names {CANARY}, which is the system's own")

    def may(self, scope: Scope) -> bool:
        return scope in self.scopes or "admin" in self.scopes

    def may_see(self, client: str, department: str | None) -> bool:
        """Whether a ticket of that client, now with that department, is there for this key.

        A key with departments is a person's or an inner system's: it sees what its departments
        (`*`: all) work on; a key without is a client system's: it sees what it posted.
        """
        if "admin" in self.scopes or EVERY_DEPARTMENT in self.departments:
            return True
        if self.departments:
            return department in self.departments
        return client == self.client


class KeyFileBrokenError(Exception):
    """The file is there and holds something else; the message says in a sentence what to do."""


class KeyFile:
    """The keys in a file; read again when the file changes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._keys: dict[str, ApiKey] = {}

    def all(self) -> list[ApiKey]:
        """Every key that stands now."""
        self._refresh()
        return list(self._keys.values())

    def find(self, token: str) -> ApiKey | None:
        """The key of a token; None if there is none, or it was revoked."""
        self._refresh()
        return self._keys.get(hashlib.sha256(token.encode()).hexdigest())

    def create(
        self,
        client: str,
        scopes: tuple[Scope, ...],
        now: datetime,
        departments: tuple[str, ...] = (),
        pack: str = DEFAULT_PACK,
    ) -> str:
        """Stores a new key and returns it: the only time that it can be seen."""
        token = f"hy_{secrets.token_urlsafe(32)}"
        key = ApiKey(
            key_id=uuid4(),
            sha256=hashlib.sha256(token.encode()).hexdigest(),
            client=client,
            scopes=scopes,
            departments=departments,
            pack=pack,
            created_at=now,
        )
        with self._locked():
            self._save([*self.all(), key])
        return token

    def revoke(self, key_id: UUID) -> bool:
        """Removes the key; False if there was none."""
        with self._locked():
            keys = self.all()
            left = [key for key in keys if key.key_id != key_id]
            if len(left) < len(keys):
                self._save(left)
        return len(left) < len(keys)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two operators at once would otherwise each write the keys without the other's."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._path.with_name(f".{self._path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _refresh(self) -> None:
        try:
            status = os.stat(self._path)  # noqa: PTH116 - at each request, and half as fast as Path's
        except FileNotFoundError:
            self._stamp, self._keys = None, {}
            return
        stamp = (status.st_mtime_ns, status.st_ino)
        if stamp == self._stamp:
            return
        try:
            keys = msgspec.json.decode(self._path.read_bytes(), type=list[ApiKey])
        except msgspec.MsgspecError as error:
            if self._stamp is None:
                raise KeyFileBrokenError(
                    f"{self._path} holds no API keys: mend it, or remove it and make new ones."
                ) from error
            log.exception("key file unreadable, keys as before stand", path=str(self._path))
        else:
            self._keys = {key.sha256: key for key in keys}
        self._stamp = stamp

    def _save(self, keys: list[ApiKey]) -> None:
        write_private(self._path, msgspec.json.format(msgspec.json.encode(keys)) + b"\n")


def write_private(path: Path, content: bytes) -> None:
    """Replaces the file at once, readable by its owner alone."""
    _draft(path, content).replace(path)


def _draft(path: Path, content: bytes) -> Path:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft


class SecretBrokenError(Exception):
    """The secret is too short, or not the store's; the message says what to do."""


def load_secret(path: Path) -> bytes:
    """The secret of the keyed hashes, made if there is none; all services share one.

    Raises SecretBrokenError.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _draft(path, secrets.token_hex(32).encode())
        # A link is made whole or not at all: whoever is second reads the first one's secret.
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    secret = path.read_bytes().strip()
    if len(secret) < SECRET_BYTES:
        raise SecretBrokenError(
            f"{path} holds no secret of at least {SECRET_BYTES} characters: restore it from the "
            "backup of its stores, which know their customers by it."
        )
    return secret
