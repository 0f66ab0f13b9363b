"""Intake's routes: parse, build one command, answer."""

from services.intake.api import commands, tickets

ROUTERS = (tickets.router, commands.router)
