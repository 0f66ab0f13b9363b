"""What every route of reporting begins with."""

from fastapi import Request

from services.reporting.bootstrap import Reporting


def reporting_of(request: Request) -> Reporting:
    """The running service."""
    service: Reporting = request.app.state.service
    return service


def forwarded(request: Request) -> dict[str, str]:
    """The caller's own key, language and trace, for the service that decides."""
    wanted = ("authorization", "accept-language", "content-type", "idempotency-key")
    headers = {name: request.headers[name] for name in wanted if name in request.headers}
    return {**headers, "traceparent": request.scope["traceparent"]}
