"""Reporting's routes: histories for auditors, topics and dead letters for on-call."""

from services.reporting.api import (
    evidence,
    figures,
    histories,
    inspections,
    notices,
    operations,
    reports,
    searches,
)

ROUTERS = (
    histories.router,
    evidence.router,
    operations.router,
    figures.router,
    notices.router,
    inspections.router,
    reports.router,
    searches.router,
)
