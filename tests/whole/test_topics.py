"""How all topics stand, as on-call is told: what is published and not read yet lags."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from shared.messaging.envelope import Arrival
from tests.until import until
from tests.whole.product import Product, running
from tests.whole.test_line_metrics import register
from tests.whole.test_random_desk import MONDAY


def hold_up(product: Product, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever it hears takes for ever."""

    async def receive(arrival: Arrival) -> None:
        del arrival
        await asyncio.Event().wait()

    monkeypatch.setattr(product.line(service).consumer, "_receive", receive)


async def intake(product: Product) -> dict[str, Any]:
    topics = (await product.get("/reporting/v1/topics"))["topics"]
    return next(one for one in topics if one["publisher"] == "intake")


async def test_who_has_not_read_what_was_just_published_is_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the relay has stored its place, and before reporting has read it, too."""
    async with running(tmp_path, MONDAY) as product:
        for service in ("dispatch", "reporting"):
            hold_up(product, service, monkeypatch)
        await register(product)

        async def is_told() -> bool:
            topic = await intake(product)
            readers = {one["service"]: (one["state"], one["lag"]) for one in topic["consumers"]}
            is_published = topic["published"] == topic["end"] > 0
            return is_published and readers["dispatch"] == readers["reporting"] == ("behind", 1)

        await until(is_told, "it is published, and both are behind")
