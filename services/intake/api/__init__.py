"""Intake's routes: parse, build one command, answer."""

from services.intake.api import commands, contacts, tickets

ROUTERS = (tickets.router, commands.router, contacts.router)
