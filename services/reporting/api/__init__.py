"""Reporting's routes: histories for auditors, topics and dead letters for on-call."""

from services.reporting.api import (
    evidence,
    figures,
    histories,
    inspections,
    many_letters,
    notices,
    operations,
    reports,
    searches,
)

ROUTERS = (
    histories.router,
    evidence.router,
    operations.router,
    many_letters.router,
    figures.router,
    notices.router,
    inspections.router,
    reports.router,
    searches.router,
)
