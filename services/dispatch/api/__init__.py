"""Dispatch's routes: parse, build one command, answer."""

from services.dispatch.api import agreements, answers, appeals, main_line

ROUTERS = (main_line.router, agreements.router, answers.router, appeals.router)
