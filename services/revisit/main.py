"""Revisit as an app."""

from fastapi import FastAPI

from services.revisit.api import router
from services.revisit.bootstrap import LoadPack, bootstrap
from shared import packs
from shared.carrier import Carrier
from shared.clock import Clock
from shared.http.app import build_app
from shared.settings import Settings


def create_app(
    settings: Settings,
    carrier: Carrier,
    clock: Clock | None = None,
    *,
    alone: bool = True,
    load_pack: LoadPack = packs.load,
) -> FastAPI:
    """The service's app; nothing opens before its lifespan begins."""
    return build_app(
        "revisit",
        lambda: bootstrap(settings, carrier, clock, load_pack),
        [router],
        alone=alone,
    )
