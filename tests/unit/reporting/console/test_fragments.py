"""What open pages ask for again is rendered once, and never shown to who would see another one."""

from uuid import UUID

from fastapi import Request, Response
from msgspec.structs import replace

from services.reporting.console.fragments import MOST_KEPT, Fragments
from shared.keys import ApiKey
from tests.unit.support.examples import AT

KEY = ApiKey(key_id=UUID(int=1), sha256="", client="boss", scopes=("sla:read",), created_at=AT)
BOARD, LATER = ["board"], ["board"]
"""Equal, and not the same."""


def asking(query: str = "", language: str = "en") -> Request:
    return Request(
        {
            "type": "http",
            "method": "GET",
            "scheme": "http",
            "server": ("desk", 80),
            "path": "/reporting/console/timers",
            "query_string": query.encode(),
            "headers": [(b"accept-language", language.encode())],
        }
    )


class Renderer:
    """Counts."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Response:
        self.times += 1
        return Response(f"<p>{self.times}</p>", headers={"Cache-Control": "no-store"})


def test_the_same_answer_is_rendered_once() -> None:
    fragments, render = Fragments(), Renderer()
    answers = [fragments.get(asking(), KEY, (BOARD, None), render) for _ in range(3)]
    assert [one.body for one in answers] == [b"<p>1</p>"] * 3
    assert len({id(one) for one in answers}) == 3
    assert answers[0].headers["cache-control"] == "no-store"


def test_a_newer_answer_is_rendered_anew_though_it_says_the_same() -> None:
    fragments, render = Fragments(), Renderer()
    shown = [fragments.get(asking(), KEY, (one,), render).body for one in (BOARD, LATER, BOARD)]
    assert shown == [b"<p>1</p>", b"<p>2</p>", b"<p>3</p>"]


def test_another_address_language_or_right_has_its_own() -> None:
    fragments, render = Fragments(), Renderer()
    fragments.get(asking(), KEY, (BOARD,), render)
    fragments.get(asking("within=1d"), KEY, (BOARD,), render)
    fragments.get(asking(language="zh-CN"), KEY, (BOARD,), render)
    fragments.get(asking(), replace(KEY, scopes=("sla:read", "audit:read")), (BOARD,), render)
    assert render.times == 4
    assert fragments.get(asking(), KEY, (BOARD,), render).body == b"<p>1</p>"


def test_not_more_are_kept_than_some() -> None:
    fragments, render = Fragments(), Renderer()
    for number in range(MOST_KEPT + 1):
        fragments.get(asking(f"within={number}h"), KEY, (BOARD,), render)
    fragments.get(asking("within=0h"), KEY, (BOARD,), render)
    assert render.times == MOST_KEPT + 2
