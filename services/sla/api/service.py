"""The service behind a request, and its line."""

from fastapi import Request

from services.sla.bootstrap import Sla, SlaLine


def sla_of(request: Request) -> Sla:
    service: Sla = request.app.state.service
    return service


def line_of(request: Request) -> SlaLine:
    line: SlaLine = request.app.state.line
    return line
