"""`huiyin verify`: whether a file, or the running system, is what the services signed for."""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import httpx
import msgspec
import typer
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from services.cli.client import Api
from services.cli.operation import LOOK_TIME, Answer
from services.cli.terminal import (
    SAID_NO,
    WRONG_USE,
    console,
    echo_json,
    progress,
    reason_of,
    shown,
    stop,
)
from services.cli.views import Json
from shared.evidence.checking import SENTENCES, BrokenError, Checked, check
from shared.evidence.keys import PublicKey, WrongKeyError, keys_in

LONGEST_LINE = 64 * 1024 * 1024
"""Bytes; an event takes at most a quarter of a megabyte, a manifest what its runs of positions."""
VERIFICATION = "reporting/v1/audit/verification"


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="What `huiyin export` wrote; without one, the system is asked."),
    ] = None,
    *,
    key: Annotated[
        Path | None,
        typer.Option(help="The public keys, as `huiyin keys public` told them when all was well."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Checks a file of events from the file and the public keys alone; nothing else is needed.

    Without a file: compares every service's log, and what reporting keeps of it, with the signed
    checkpoints. Names the first bad position. Exit code 1 if something is not as it was signed.
    """
    if file is None:
        api = Api()
        follow_verification(api, api.get(VERIFICATION), as_json=as_json)
        return
    if key is None:
        stop("Without the public keys nothing is proven: give them with --key.", WRONG_USE)
    checked = _checked(file, _keys(key), as_json=as_json)
    if as_json:
        echo_json(msgspec.json.encode(_good(checked)).decode())
    else:
        _tell(checked)


def _checked(file: Path, keys: Mapping[str, PublicKey], *, as_json: bool) -> Checked:
    """What stands in the file, if all of it is in order; else the command ends."""
    try:
        with file.open("rb") as opened:
            return check(_lines(opened, file.stat().st_size, quiet=as_json), keys)
    except OSError as error:
        reason = reason_of(error)
        stop(f"{file} cannot be read ({reason}): give what `huiyin export` wrote.", WRONG_USE)
    except BrokenError as error:
        if not as_json:
            stop(str(error), SAID_NO)
        echo_json(msgspec.json.encode(_bad(error)).decode())
        raise typer.Exit(SAID_NO) from None


def _keys(path: Path) -> Mapping[str, PublicKey]:
    try:
        return keys_in(path.read_text(encoding="utf-8"))
    except OSError as error:
        stop(f"{path} cannot be read ({reason_of(error)}): give the public keys.", WRONG_USE)
    except (WrongKeyError, UnicodeDecodeError) as error:
        stop(f"{path} holds no public keys: {error}.", WRONG_USE)


def _lines(file: BinaryIO, size: int, *, quiet: bool) -> Iterator[bytes]:
    columns = TextColumn("verifying"), BarColumn(), DownloadColumn()
    with progress(*columns, quiet=quiet) as bar:
        task = bar.add_task("", total=size)
        while line := file.readline(LONGEST_LINE):
            yield line
            bar.update(task, advance=len(line))


def _bad(error: BrokenError) -> dict[str, object]:
    return {
        "state": "broken",
        "wrong": error.wrong,
        "service": error.service,
        "position": error.position,
        "sentence": str(error),
    }


def _good(checked: Checked) -> dict[str, object]:
    manifest = checked.manifest
    return {
        "state": "ok",
        "scope": manifest.scope,
        "query": manifest.query,
        "made_at": manifest.made_at,
        "made_for": manifest.made_for,
        "events": checked.events,
        "uncovered": checked.uncovered,
        "unstated": checked.unstated,
        "checkpoints": [source.checkpoint for source in manifest.sources if source.checkpoint],
    }


def _tell(checked: Checked) -> None:
    out = console()
    out.print(shown(f"{checked.events} events are as their services signed for them.", "green"))
    for sentence in _reservations(checked):
        out.print(shown(sentence, "yellow"))
    table = Table("service", "events", "signed up to position", "signed at", box=None)
    for source in checked.manifest.sources:
        signed = source.checkpoint
        table.add_row(
            shown(source.service),
            str(source.count),
            str(signed.position) if signed else "-",
            f"{signed.at.astimezone():%Y-%m-%d %H:%M:%S}" if signed else "-",
        )
    out.print(table)


def _reservations(checked: Checked) -> Iterator[str]:
    if checked.uncovered:
        yield (
            f"{checked.uncovered} of them are newer than the last checkpoint: reporting's "
            "signature alone stands for those. A later export covers them."
        )
    if checked.unstated:
        yield (
            f"Of {checked.unstated} streams no service said how many events they hold: the newest "
            "may lack. Export it again when all services answer."
        )


def follow_verification(api: Api, begun: httpx.Response, *, as_json: bool) -> None:
    """Waits for what the system finds and shows it; exit code 1 unless all is as it was signed."""
    answer = _verified(api, begun, quiet=as_json)
    found: Answer = answer.json()
    if as_json:
        echo_json(answer.text)
    else:
        _tell_verdicts(found)
    if found["state"] != "ok":
        raise typer.Exit(SAID_NO)


def _verified(api: Api, answer: httpx.Response, *, quiet: bool) -> httpx.Response:
    """What the system found, once it has."""
    gone = "The verification is not known here."
    columns = TextColumn("verifying"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with progress(*columns, quiet=quiet) as bar:
        task = bar.add_task("", total=1.0)
        while (found := answer.json())["state"] == "running":
            bar.update(task, completed=found["progress"])
            time.sleep(LOOK_TIME)
            answer = api.get(VERIFICATION, missing=gone, verification_id=found["verification_id"])
        return answer


ENDED = {
    "failed": "The verification failed; reporting's log says why.",
    "gone": "The verification is gone: its process ended before it did.",
}
"""How one ends that found nothing."""


def _tell_verdicts(found: Answer) -> None:
    out = console()
    if sentence := ENDED.get(found["state"]):
        out.print(shown(sentence, "bold red"))
        return
    table = Table("service", "state", "events", "up to position", "checkpoints", box=None)
    for one in found["services"]:
        style = {"ok": "green", "broken": "bold red"}.get(one["state"], "yellow")
        state = f"{one['state']}: {one['silent']}" if one["silent"] else one["state"]
        told = [str(one[name]) for name in ("events", "position", "checkpoints")]
        table.add_row(shown(one["service"]), shown(state, style), *map(shown, told))
    out.print(table)
    for one in found["services"]:
        for fault in one["faults"]:
            out.print(shown(_sentence(one["service"], fault), "bold red"))


COPIES = {
    "service": "the service's own log",
    "records": "reporting's records",
    "tree": "reporting's tree",
    "checkpoints": "the checkpoints kept",
}


def _sentence(service: str, fault: dict[str, Any]) -> str:
    wrong = fault["wrong"]
    reason = SENTENCES.get(wrong, "no copy agrees with the checkpoint any more")
    where = COPIES.get(fault["copy"], fault["copy"])
    return f"{service}, position {fault['position']}, in {where}: {wrong}: {reason}."
