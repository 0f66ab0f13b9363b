import threading

import pytest

from shared.messaging import watchdog
from shared.messaging.watchdog import Watchdog


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "TICK_TIME", 0.01)


def test_silence_is_noticed() -> None:
    noticed = threading.Event()

    with Watchdog(0.05, noticed.set):
        assert noticed.wait(10)


def test_beats_keep_it_quiet() -> None:
    noticed = threading.Event()

    with Watchdog(1.0, noticed.set) as dog:
        for _ in range(50):
            dog.beat()
            assert not noticed.wait(0.005)
