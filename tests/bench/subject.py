"""Intake alone, its app and its store, under the baseline's server settings.

`HUIYIN_BENCH_COMMIT_MS` adds time to each commit: fsync on a cloud disk takes that long.
"""

import gc
import os
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

from fastapi import FastAPI

from services.intake.main import create_app
from shared.carrier import EmbeddedLine
from shared.event_store import Backend, Transaction
from shared.eventsourcing_store import open_backend
from shared.settings import load_settings

COMMIT_TIME = float(os.environ.get("HUIYIN_BENCH_COMMIT_MS", "0")) / 1000


def _slow(backend: Backend) -> Backend:
    write = backend.write

    @contextmanager
    def slow_write() -> Iterator[Transaction]:
        transaction: AbstractContextManager[Transaction] = write()
        with transaction as opened:
            yield opened
            time.sleep(COMMIT_TIME)  # before the commit: nobody is answered earlier

    backend.write = slow_write  # type: ignore[method-assign]
    return backend


if COMMIT_TIME:
    patch("shared.service.open_backend", lambda *given: _slow(open_backend(*given))).start()


def app() -> FastAPI:
    """What uvicorn's factory option calls."""
    made = create_app(load_settings(), EmbeddedLine())
    gc.collect()
    gc.freeze()  # as `huiyin serve` does
    return made
