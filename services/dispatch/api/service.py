"""The service behind a request."""

from fastapi import Request

from services.dispatch.bootstrap import Dispatch


def dispatch_of(request: Request) -> Dispatch:
    service: Dispatch = request.app.state.service
    return service
