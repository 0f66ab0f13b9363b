"""`huiyin operation`: follows a long piece of work that was begun before, or elsewhere."""

from typing import Annotated
from uuid import UUID

import typer

from services.cli.client import Api
from services.cli.operation import LongWork, path_of
from services.cli.rebuild import REBUILD
from services.cli.recalculate import RECALCULATION
from services.cli.replay import REPLAY
from services.cli.terminal import SAID_NO, stop
from services.cli.verify import VERIFICATION, follow_verification
from services.cli.views import Json
from services.cli.what_if import SIMULATION

KINDS: dict[str, LongWork] = {one.kind: one for one in (REBUILD, RECALCULATION, REPLAY, SIMULATION)}


def operation(
    operation_id: Annotated[
        UUID, typer.Argument(help="As the answer that began it named it, or its Location.")
    ],
    *,
    as_json: Json = False,
) -> None:
    """Follows a recalculation, replay, rebuild, verification or what-if to its end.

    It goes on without this command, and may be followed by several. Exit code 1 if it failed, or
    found what its own command ends with 1 for.
    """
    api = Api()
    for service in dict.fromkeys(one.service for one in KINDS.values()):
        answer = api.find(path_of(service, str(operation_id)))
        found = answer.json() if answer else {"kind": ""}
        if work := KINDS.get(found["kind"]):
            work.follow(api, found, as_json=as_json)
            return
    # A verification is an operation as well; what it found is told there, to other keys.
    answer = api.find(f"{VERIFICATION}?verification_id={operation_id}")
    if answer is None:
        stop(f"There is no operation {operation_id} for this key.", SAID_NO)
    follow_verification(api, answer, as_json=as_json)
