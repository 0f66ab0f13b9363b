"""Sla's routes: parse, build one command, answer."""

from services.sla.api import clocks, operations, regulations

ROUTERS = (clocks.router, regulations.router, operations.router)
