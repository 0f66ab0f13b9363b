"""What every route does the same way: read a body, know the caller, answer, say what is wrong."""

from shared.http.answers import Page, answer, decode_cursor, page_answer
from shared.http.callers import (
    Caller,
    authorize,
    authorize_for_all,
    id_for,
    identity_of,
    is_about,
    needed_identity_of,
    sees,
)
from shared.http.commands import Asked, BodyType, Sent, carry_out, carry_out_on, read_command
from shared.http.fields import CommandBody, Label, ListQuery, LongText, Moment
from shared.http.openapi import answer_of
from shared.http.problems import MalformedError, Problem, peer_unavailable, unavailable
from shared.http.requests import Body, at_or_now, body_of, if_match, read, since_earliest
from shared.http.routes import service_router

__all__ = [
    "Asked",
    "Body",
    "BodyType",
    "Caller",
    "CommandBody",
    "Label",
    "ListQuery",
    "LongText",
    "MalformedError",
    "Moment",
    "Page",
    "Problem",
    "Sent",
    "answer",
    "answer_of",
    "at_or_now",
    "authorize",
    "authorize_for_all",
    "body_of",
    "carry_out",
    "carry_out_on",
    "decode_cursor",
    "id_for",
    "identity_of",
    "if_match",
    "is_about",
    "needed_identity_of",
    "page_answer",
    "peer_unavailable",
    "read",
    "read_command",
    "sees",
    "service_router",
    "since_earliest",
    "unavailable",
]
