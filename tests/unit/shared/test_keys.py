"""API keys in their file."""

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.keys import KeyFile, KeyFileBrokenError, Scope, SecretBrokenError, load_secret

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def create(keys: KeyFile, client: str = "crm", *scopes: Scope) -> str:
    return keys.create(client, scopes or ("tickets:read",), NOW)


def test_the_file_never_holds_the_key_itself(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    token = create(keys)
    content = (tmp_path / "keys.json").read_text()
    assert token not in content
    assert token.removeprefix("hy_") not in content
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_a_key_made_by_another_process_is_found_and_a_revoked_one_is_not(tmp_path: Path) -> None:
    reader, writer = KeyFile(tmp_path / "keys.json"), KeyFile(tmp_path / "keys.json")
    assert reader.find("hy_x") is None
    token = create(writer)
    found = reader.find(token)
    assert found is not None
    assert found.client == "crm"
    assert writer.revoke(found.key_id)
    assert reader.find(token) is None
    assert not writer.revoke(found.key_id)


def test_operators_at_the_same_time_lose_no_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        tokens = list(
            pool.map(
                lambda number: create(KeyFile(tmp_path / "keys.json"), f"c{number}"), range(40)
            )
        )
    keys = KeyFile(tmp_path / "keys.json")
    assert all(keys.find(token) for token in tokens)


def test_a_file_broken_while_running_leaves_the_keys_as_they_were(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    token = create(keys)
    assert keys.find(token)
    (tmp_path / "keys.json").write_text("no keys")
    assert keys.find(token)
    with pytest.raises(KeyFileBrokenError, match="mend it"):
        KeyFile(tmp_path / "keys.json").all()


@pytest.mark.parametrize(
    ("scopes", "departments", "client", "department", "seen"),
    [
        (("admin",), (), "shop", "billing", True),
        (("tickets:read",), (), "crm", "billing", True),
        (("tickets:read",), (), "shop", "billing", False),
        (("tickets:read",), ("billing",), "shop", "billing", True),
        (("tickets:read",), ("billing",), "crm", "network", False),
        (("tickets:read",), ("billing",), "crm", None, False),
        (("tickets:read",), ("*",), "shop", None, True),
    ],
)
def test_who_sees_which_ticket(
    tmp_path: Path,
    scopes: tuple[Scope, ...],
    departments: tuple[str, ...],
    client: str,
    department: str | None,
    *,
    seen: bool,
) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    key = keys.find(keys.create("crm", scopes, NOW, departments))
    assert key is not None
    assert key.may_see(client, department) is seen


def test_all_services_make_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(5) as pool:
        secrets = set(pool.map(lambda _: load_secret(tmp_path / "secret"), range(20)))
    assert len(secrets) == 1
    assert len(secrets.pop()) == 64


@pytest.mark.parametrize("content", ["", "garbage", "\n" * 64])
def test_a_secret_that_keeps_nothing_secret_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret").write_text(content)
    with pytest.raises(SecretBrokenError, match="restore it"):
        load_secret(tmp_path / "secret")
