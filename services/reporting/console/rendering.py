"""From a template to an answer: escaped, in the reader's language, on the pack's wall clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.reporting.console.naming import naming_for
from services.reporting.console.navigation import destinations_for
from services.reporting.console.static_files import address_of
from services.reporting.console.texts import LANGUAGES, texts_for
from services.reporting.console.times import indented, moment_of, seconds_or_span, span
from shared.http import Problem
from shared.http.callers import key_of
from shared.keys import ApiKey

ZONE = "Asia/Shanghai"
"""Where no pack says another one."""
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates"), encoding="utf-8"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["address_of"] = address_of
_templates.filters["span"] = span
_templates.filters["seconds_or_span"] = seconds_or_span
_templates.filters["moment"] = moment_of
_templates.filters["json"] = indented


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    zone: str = ZONE,
    headers: Mapping[str, str] | None = None,
    **values: Any,  # noqa: ANN401 - whatever the template shows
) -> Response:
    """The template as an HTML answer.

    Besides `values` a template has `t` (texts), `when` (a time), `naming` (departments), `reader`
    (the key, or None), `destinations`, `here` (the address) and `languages`.
    """
    shown = {**_known_everywhere(request), "when": WallClock(zone), **values}
    text = _templates.get_template(template).render(shown)
    return Response(text, status, {**HEADERS, **(headers or {})}, "text/html; charset=utf-8")


def _known_everywhere(request: Request) -> dict[str, Any]:
    reader = reader_of(request)
    return {
        "t": texts_for(request),
        "naming": naming_for(request),
        "reader": reader,
        "destinations": destinations_for(reader) if reader else (),
        "here": _here(request),
        "languages": LANGUAGES,
    }


def problem_page(request: Request, problem: Problem) -> Response:
    """A problem for people: what is wrong in a sentence, and how to name it to others."""
    texts = texts_for(request)
    chinese = texts.language == "zh-CN"
    sentence, members = problem.titles[0 if chinese else 1], problem.members(chinese=chinese)
    return page(
        request,
        "problem.html",
        status=problem.status,
        headers=problem.headers,
        sentence=sentence,
        status_code=problem.status,
        code=problem.code,
        scope=members.get("required_scope"),
        places=members.get("errors", ()),
        trace_id=request.scope.get("trace_id", ""),
    )


def command(name: str, options: Mapping[str, str]) -> str:
    """What shows the same in a terminal; what an address says is data there, too."""
    given = (f"--{option} {quote(value)}" for option, value in options.items())
    return " ".join([f"huiyin {name}", *given])


def curl(path: str, body: object = None) -> str:
    """What asks for the same JSON, or sends the body; address and key are the caller's own."""
    asked = f'curl -H "Authorization: Bearer $HUIYIN_KEY" "$HUIYIN_URL"{quote(path)}'
    if body is None:
        return asked
    sent = msgspec.json.encode(body).decode()
    return f"{asked} -H 'Content-Type: application/json' -d {quote(sent)}"


_templates.filters["curl"] = curl


@dataclass(frozen=True)
class WallClock:
    """Times as the people of a zone read them, with UTC at hand."""

    zone: str

    def text(self, moment: datetime) -> str:
        """Where no element can stand."""
        return f"{self._local(moment):%Y-%m-%d %H:%M:%S}"

    def __call__(self, moment: datetime | None, *, day: bool = True) -> Markup | str:
        """An element; without the day only the time of it."""
        if moment is None:
            return ""
        exact = moment.astimezone(UTC).isoformat(" ", "milliseconds").removesuffix("+00:00")
        shown = f"{self._local(moment):%H:%M:%S}" if not day else self.text(moment)
        # Digits alone, so nothing to escape: a history of a thousand events shows thousands.
        element = f'<time datetime="{exact.replace(" ", "T")}Z" title="{exact} UTC">{shown}</time>'
        return Markup(element)  # noqa: S704 - see above

    def _local(self, moment: datetime) -> datetime:
        try:
            return moment.astimezone(ZoneInfo(self.zone))
        except OverflowError:  # the last hours of the calendar
            return moment


def reader_of(request: Request) -> ApiKey | None:
    """Whose page it is; None where nobody is logged in."""
    try:
        return key_of(request)
    except Problem:
        return None


def _here(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path
