"""Intake's routes: parse, build one command, answer."""

from services.intake.api import commands, contacts, customers, knowledge, tickets, witness

ROUTERS = (
    tickets.router,
    commands.router,
    contacts.router,
    customers.router,
    knowledge.router,
    witness.router,
)
