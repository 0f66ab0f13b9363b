"""Forms as browsers send them: small, and from a page of ours."""

from urllib.parse import parse_qsl

from fastapi import Request

from services.reporting.console.door import cross_origin, is_from_here
from shared.http import MalformedError, Problem
from shared.http.requests import receive

MAX_FORM = 16 * 1024
MAX_FIELDS = 50


async def read_form(request: Request) -> dict[str, str]:
    """The form's fields. Raises Problem 403 for another origin's, 413, 415, 422."""
    if not is_from_here(request):
        raise cross_origin()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/x-www-form-urlencoded":
        raise Problem(415, "unsupported-media-type")
    body = await receive(request, MAX_FORM)
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise MalformedError(("", ("不是本页面的表单。", "is no form of this page"))) from None
    return dict(fields)
