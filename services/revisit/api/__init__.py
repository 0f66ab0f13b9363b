"""Revisit's routes: parse, build one command, answer."""

from services.revisit.api import call_backs, outbound_tasks, served_groups

ROUTERS = (call_backs.router, outbound_tasks.router, served_groups.router)
