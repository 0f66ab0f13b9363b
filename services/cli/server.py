"""The process around an app: its port, its event loop, its signals, its end."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
import uvloop

from services.cli.terminal import NOT_REACHED, WRONG_USE, as_sentence, cannot_use, reason_of, stop
from shared.event_store import StoreRefusedError, StoreUnavailableError
from shared.keys import KeyFileBrokenError, SecretBrokenError
from shared.logging import configure_logging
from shared.messaging.kafka import KafkaNotReachedError, TopicRefusedError
from shared.packs import WrongDataError

DRAIN_TIME = 10
"""Seconds that running requests have to end."""
BACKLOG = 2048

Lifespan = Callable[[], AbstractAsyncContextManager[object]]


@dataclass(frozen=True)
class Listening:
    """An open port, taken before anything else is opened."""

    socket: socket.socket
    host: str
    port: int

    @property
    def url(self) -> str:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - shown
        return f"http://{host}:{self.port}"


class _Server(uvicorn.Server):
    """Leaves signals to `_live`: uvicorn's own way ends with the signal's exit code."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def listen(host: str, port: int) -> Listening:
    """Takes the port, or stops the command."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        opened.bind((host, port))
        opened.listen(BACKLOG)
    except (socket.gaierror, UnicodeError):
        opened.close()
        stop(
            f"HUIYIN_HOST is no address of this machine: {host}: give one that it has, like "
            "127.0.0.1 or 0.0.0.0.",
            WRONG_USE,
        )
    except OSError as error:
        opened.close()
        stop(
            f"Port {port} of {host} cannot be listened on ({reason_of(error)}): "
            "stop who uses it, or choose another one with HUIYIN_PORT or --port.",
            WRONG_USE,
        )
    opened.setblocking(False)  # noqa: FBT003 - the socket's own interface
    return Listening(opened, host, port)


def serve(
    app: Callable[..., Any],
    lifespan: Lifespan,
    listening: Listening,
    level: str,
    ready: Callable[[], None],
) -> None:
    """Serves until SIGINT or SIGTERM; what keeps it from opening becomes one sentence."""
    configure_logging(level)
    # Its warnings are about what clients sent, with advice for another way of installing it.
    logging.getLogger("uvicorn.error").setLevel("ERROR")
    server = _Server(_config(app))
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_live(server, lifespan, listening, ready))
    except asyncio.CancelledError:
        return  # stopped while it was still opening
    except Exception as error:
        if server.started:
            raise
        _explain(error)
        raise
    finally:
        listening.socket.close()


def _config(app: Callable[..., Any]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        lifespan="off",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_graceful_shutdown=DRAIN_TIME,
    )


def _explain(error: Exception) -> None:
    """One sentence for what keeps a service from opening; a bug of ours is none of these."""
    match error:
        case StoreRefusedError() | TopicRefusedError() | WrongDataError():
            stop(as_sentence(str(error)), WRONG_USE)
        case KeyFileBrokenError() | SecretBrokenError():
            stop(as_sentence(str(error)), WRONG_USE)
        case StoreUnavailableError() | KafkaNotReachedError():
            stop(as_sentence(str(error)), NOT_REACHED)
        case OSError(filename=str(name)):
            cannot_use(error, name)
        case _:
            return


async def _live(
    server: _Server, lifespan: Lifespan, listening: Listening, ready: Callable[[], None]
) -> None:
    opening = asyncio.current_task()
    loop = asyncio.get_running_loop()

    def end(number: int) -> None:
        if server.started:
            server.handle_exit(number, None)
        elif opening is not None:
            opening.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end, number)
    async with lifespan():
        # What lives as long as the process is not looked at in every collection.
        gc.collect()
        gc.freeze()
        ready()
        await server.serve(sockets=[listening.socket])
