"""`huiyin keys`: who may call; works on the key file, whether or not anything runs."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.table import Table

from services.cli.environment import keep_private, settings_or_stop
from services.cli.terminal import (
    SAID_NO,
    WRONG_USE,
    as_sentence,
    cannot_use,
    console,
    echo_json,
    shown,
    stop,
    visible,
)
from shared.canary import CANARY
from shared.contracts.terms import same_person
from shared.directory import load_directory
from shared.evidence.keys import lines_of, public_keys
from shared.keys import (
    DEFAULT_PACK,
    EVERY_DEPARTMENT,
    SCOPES,
    ApiKey,
    KeyFile,
    KeyFileBrokenError,
    Scope,
    SecretBrokenError,
    load_secret,
)
from shared.packs import WrongDataError, load_packs

app = typer.Typer(
    no_args_is_help=True,
    callback=keep_private,
    help="API keys: made, listed, revoked. Every service reads the file again when it changes.",
)


@app.command()
def create(
    client: Annotated[str, typer.Argument(help="The system or person that the key names.")],
    scope: Annotated[
        list[str], typer.Option(help=f"What it may do; may be repeated: {', '.join(SCOPES)}.")
    ],
    department: Annotated[
        list[str] | None,
        typer.Option(help="Sees what these departments work on (`*`: all); may be repeated."),
    ] = None,
    pack: Annotated[
        str, typer.Option(help="The regulation for tickets that name none.")
    ] = DEFAULT_PACK,
) -> None:
    """Makes a key and prints it, once, as the last word.

    A key without a department is a client system's: it sees the tickets that it posted.
    """
    if not client.strip():
        stop("A key names a client: give its name.", WRONG_USE)
    if visible(client) != client:
        stop(f"A client's name holds no control characters: {client}.", WRONG_USE)
    if same_person(client, CANARY):
        stop(f"{CANARY} is the system's own name: give the key another one.", WRONG_USE)
    _check_pack(pack)
    _check_departments(department or [])
    scopes = _scopes(scope)
    with _writing():
        load_secret(settings_or_stop().secret_path)  # services may be allowed to read it only
        token = _key_file().create(
            client.strip(), scopes, datetime.now(UTC), tuple(department or ()), pack
        )
    typer.echo(f"The key of {visible(client.strip())}, shown only now: {token}")


def _check_pack(pack: str) -> None:
    try:
        names = load_packs(settings_or_stop().packs).names
    except WrongDataError as error:
        stop(as_sentence(str(error)), WRONG_USE)
    if pack not in names:
        stop(
            f"There is no pack {pack!r}; there are {', '.join(names)}. Set HUIYIN_PACKS, as for "
            "the services, if it is one of your own.",
            WRONG_USE,
        )


def _check_departments(named: list[str]) -> None:
    try:
        known = [one.code for one in load_directory(settings_or_stop().directory_file).departments]
    except WrongDataError as error:
        stop(as_sentence(str(error)), WRONG_USE)
    unknown = sorted(set(named) - {EVERY_DEPARTMENT, *known})
    if unknown:
        stop(
            f"There is no department {unknown[0]!r}; there are {', '.join(known)}. Set "
            "HUIYIN_DIRECTORY_FILE, as for the services, if the directory is your own.",
            WRONG_USE,
        )


def _scopes(named: list[str]) -> tuple[Scope, ...]:
    unknown = sorted(set(named) - set(SCOPES))
    if unknown:
        stop(f"There is no scope {unknown[0]!r}; there are {', '.join(SCOPES)}.", WRONG_USE)
    return tuple(scope for scope in SCOPES if scope in named)


@app.command()
def public() -> None:
    """Prints the public keys that `huiyin verify --key` takes, a line each.

    Keep them where nobody who can change the stores can change them.
    """
    path = settings_or_stop().secret_path
    if not path.exists():
        stop(f"There is no {path} yet: start the services once.", SAID_NO)
    try:
        with _writing():
            secret = load_secret(path)
    except SecretBrokenError as error:
        stop(as_sentence(str(error)), WRONG_USE)
    typer.echo(lines_of(public_keys(secret).values()), nl=False)


@app.command("list")
def list_keys(
    *, as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False
) -> None:
    """Shows whom the keys name and what they may; never a key."""
    keys = sorted(_key_file().all(), key=lambda key: key.created_at)
    if as_json:
        echo_json(msgspec.json.encode([_told(key) for key in keys]).decode())
        return
    table = Table("key id", "client", "scopes", "departments", "pack", "created", box=None)
    for key in keys:
        table.add_row(
            str(key.key_id),
            shown(key.client),
            " ".join(key.scopes),
            shown(" ".join(key.departments)),
            shown(key.pack),
            f"{key.created_at:%Y-%m-%d %H:%M}",
        )
    console().print(table if keys else "There are no keys yet: `huiyin keys create` makes one.")


def _told(key: ApiKey) -> dict[str, object]:
    told: dict[str, object] = msgspec.to_builtins(key)
    del told["sha256"]
    return told


@app.command()
def revoke(
    key_id: Annotated[UUID, typer.Argument(help="As `huiyin keys list` shows it.")],
) -> None:
    """Takes a key back; running services refuse it from the next request on."""
    with _writing():
        revoked = _key_file().revoke(key_id)
    if not revoked:
        stop(f"There is no key {key_id}: `huiyin keys list` shows those there are.", SAID_NO)
    typer.echo(f"Revoked {key_id}.")


@contextmanager
def _writing() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cannot_use(error, settings_or_stop().keys_path)


def _key_file() -> KeyFile:
    settings = settings_or_stop()
    keys = KeyFile(settings.keys_path)
    try:
        keys.all()
    except (KeyFileBrokenError, OSError):
        stop(f"{settings.keys_path} cannot be read as a key file.", WRONG_USE)
    return keys
