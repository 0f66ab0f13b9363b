"""The key that `huiyin run` makes, so that the first request needs no reading."""

from datetime import UTC, datetime

from shared.keys import KeyFile, write_private
from shared.settings import Settings


def development_key(settings: Settings) -> str:
    """The key in `dev-key`, made anew where it is missing or was revoked."""
    path = settings.data / "dev-key"
    keys = KeyFile(settings.keys_path)
    if path.exists():
        token = path.read_text().strip()
        if keys.find(token) is not None:
            return token
    token = keys.create("dev", ("admin",), datetime.now(UTC))
    write_private(path, f"{token}\n".encode())
    return token
