"""In with an API key, out again, and in which language."""

from fastapi import Request, Response

from services.reporting.api.service import reporting_of
from services.reporting.console.door import (
    COOKIE,
    PATH,
    is_secure,
    sessions_of,
)
from services.reporting.console.forms import read_form
from services.reporting.console.pages import CONSOLE, console_router, own_page, see_other
from services.reporting.console.rendering import page, reader_of
from services.reporting.console.sessions import SESSION_TIME
from services.reporting.console.texts import LANGUAGE_COOKIE, LANGUAGES
from shared.http import Problem, answer
from shared.keys import ApiKey, KeyFile

router = console_router()

YEAR = 365 * 24 * 3600
TOO_MANY = ("登录尝试过多，请稍后再试。", "Too many attempts to log in; try again in a minute.")
MAX_TOKEN = 200


@router.get("/login")
async def show_login(request: Request) -> Response:
    """The form; `next` is where it leads."""
    return _form(request, own_page(request.query_params.get("next", CONSOLE)))


@router.post("/login")
async def log_in(request: Request) -> Response:
    """A session for a key that stands; the form again for one that does not."""
    form = await read_form(request)
    onward, given = own_page(form.get("next", CONSOLE)), form.get("key", "").strip()
    key = _known_key(request, given)
    if key is None:
        return _form(request, onward, status=401, is_wrong=True)
    token = await sessions_of(request).begin(key, given)
    sent = see_other(onward)
    sent.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_TIME.total_seconds()),
        path=PATH,
        secure=is_secure(request),
        httponly=True,
        samesite="strict",
    )
    return sent


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """Ends the session at once."""
    await read_form(request)
    token = request.cookies.get(COOKIE)
    if token:
        await sessions_of(request).end(token)
    sent = see_other(f"{CONSOLE}/login")
    sent.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
    return sent


@router.get("/session")
async def show_session(request: Request) -> Response:
    """Whether somebody is: a link from elsewhere brings no cookie along, a page's script does."""
    is_known = reader_of(request) is not None
    return answer({"logged_in": is_known}, headers={"Cache-Control": "no-store"})


@router.post("/language")
async def choose_language(request: Request) -> Response:
    """Kept by the browser."""
    form = await read_form(request)
    sent = see_other(own_page(form.get("next", CONSOLE)))
    if (language := form.get("language")) in LANGUAGES:
        sent.set_cookie(
            LANGUAGE_COOKIE,
            str(language),
            max_age=YEAR,
            path=PATH,
            secure=is_secure(request),
            httponly=True,
            samesite="strict",
        )
    return sent


def _form(request: Request, onward: str, *, status: int = 200, is_wrong: bool = False) -> Response:
    return page(request, "login.html", status=status, onward=onward, is_wrong=is_wrong)


def _known_key(request: Request, given: str) -> ApiKey | None:
    """Raises Problem 429 for an address that tried too often."""
    reporting = reporting_of(request)
    now, attempts = reporting.core.now(), reporting.attempts
    address = request.client.host if request.client else ""
    if seconds := attempts.seconds_to_wait(address, now):
        headers = {"Retry-After": str(seconds)}
        raise Problem(429, "too-many-attempts", titles=TOO_MANY, headers=headers)
    keys: KeyFile = request.app.state.keys
    key = keys.find(given) if 0 < len(given) <= MAX_TOKEN else None
    if key is None:
        attempts.failed(address, now)
    return key
