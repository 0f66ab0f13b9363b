"""The service behind a request."""

from fastapi import Request

from services.intake.bootstrap import Intake


def intake_of(request: Request) -> Intake:
    service: Intake = request.app.state.service
    return service
