"""Sla as an app."""

from fastapi import FastAPI

from services.sla.api import ROUTERS
from services.sla.bootstrap import bootstrap
from shared.carrier import Carrier
from shared.clock import Clock
from shared.http.app import build_app
from shared.settings import Settings


def create_app(
    settings: Settings, carrier: Carrier, clock: Clock | None = None, *, alone: bool = True
) -> FastAPI:
    """The service's app; nothing opens before its lifespan begins."""
    return build_app("sla", lambda: bootstrap(settings, carrier, clock), ROUTERS, alone=alone)
