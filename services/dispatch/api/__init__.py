"""Dispatch's routes: parse, build one command, answer."""

from services.dispatch.api import agreements, main_line

ROUTERS = (main_line.router, agreements.router)
