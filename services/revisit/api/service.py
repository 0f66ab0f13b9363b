"""The service behind a request."""

from fastapi import Request

from services.revisit.bootstrap import Revisit


def revisit_of(request: Request) -> Revisit:
    service: Revisit = request.app.state.service
    return service
