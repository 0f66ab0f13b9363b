"""What every page has: both languages, its own files alone, problems that say what to do."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import pytest

from services.reporting.console import rendering
from services.reporting.console.static_files import static_files
from services.reporting.console.texts import FOLDER, LANGUAGES, texts_in
from services.reporting.console.timeline import HIDDEN
from shared.codec import REGISTRY
from tests.unit.reporting.console.browsers import CONSOLE, Browser

TEMPLATES = Path(rendering.__file__).with_name("templates")
PLACES = re.compile(r"\{(\w+)\}")
USED = re.compile(r"""\bt\(["']([\w.-]+)["'][,)]""")


def test_both_languages_say_the_same_things() -> None:
    zh, en = (texts_in(language).entries for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        assert text.strip(), key
        assert set(PLACES.findall(text)) == set(PLACES.findall(en[key])), key


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_stands_twice(language: str) -> None:
    places: list[str] = []
    section = ""
    for line in (FOLDER / f"{language}.yaml").read_text(encoding="utf-8").splitlines():
        name = line.partition(":")[0]
        section = section if name.startswith(" ") else name
        places.append(f"{section}/{name}")
    assert len(places) == len(set(places))


def test_every_text_that_a_template_names_is_there() -> None:
    named = {
        key
        for path in TEMPLATES.rglob("*.html")
        for key in USED.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 10
    assert named <= texts_in("en").entries.keys()


def test_whatever_an_event_says_has_words() -> None:
    """The names of events and of what they say, and what may stand there."""
    known = texts_in("en").entries
    for events in REGISTRY.values():
        for name, kind in events.items():
            assert f"events.{name.rpartition('.')[0]}" in known
            for field in msgspec.structs.fields(kind):
                said = field.encode_name
                if said in {*HIDDEN, "case"} or said.endswith(("_id", "_ref", "_ids")):
                    continue
                assert f"fields.{said}" in known, name
                missing = {one for one in choices(field.type) if f"words.{one}" not in known}
                assert missing == set(), said


def choices(kind: Any) -> Iterator[object]:  # noqa: ANN401 - whatever a field may be
    """The words that may stand in a field."""
    if get_origin(kind) is Literal:
        yield from get_args(kind)
    else:
        for part in get_args(kind):
            yield from choices(part)


def test_no_template_holds_script_or_style_of_its_own() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|style=|\son\w+=|javascript:|\|\s*safe", text), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), path
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", text), path


async def test_a_page_asks_nobody_else_for_anything(browser: Browser) -> None:
    shown = await browser.open(f"{CONSOLE}/login")
    assert shown.headers["content-security-policy"].startswith("default-src 'self';")
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "no-store"
    files = re.findall(r'(?:src|href)="(/reporting/console/static/[^"]+)"', shown.text)
    assert len(files) >= 3
    for address in files:
        file = await browser.open(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]


def test_scripts_and_styles_ask_nobody_else_either() -> None:
    for name, file in static_files().items():
        text = file.content.decode().replace("http://www.w3.org/2000/svg", "")
        foreign = r"https?://" if name.endswith(".js") else r"https?://|@import|url\("
        assert not re.search(foreign, text), name


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB,zh;q=0.5", "en"), ("fr", "en"), ("", "en")],
)
async def test_the_language_is_the_readers(browser: Browser, accepted: str, language: str) -> None:
    shown = await browser.open(f"{CONSOLE}/login", **{"Accept-Language": accepted})
    assert f'<html lang="{language}"' in shown.text
    assert texts_in("zh-CN" if language == "zh-CN" else "en")("login.intro") in shown.text


async def test_the_switch_of_languages_is_kept(browser: Browser) -> None:
    here = f"{CONSOLE}/login"
    switched = await browser.submit(f"{CONSOLE}/language", language="zh-CN", next=here)
    assert (switched.status_code, switched.headers["location"]) == (303, here)
    shown = await browser.open(here, **{"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in shown.text
    unknown = await browser.submit(f"{CONSOLE}/language", language="xx", next=here)
    assert "set-cookie" not in unknown.headers


async def test_the_first_page_is_one_that_the_key_may_open(browser: Browser) -> None:
    await browser.log_in("audit:read")
    assert (await browser.open(CONSOLE)).headers["location"] == f"{CONSOLE}/tickets"
    await browser.log_in("tickets:write")
    shown = await browser.open(CONSOLE)
    assert "This key opens no page" in shown.text


async def test_a_problem_is_a_page_that_says_what_to_do(browser: Browser) -> None:
    await browser.log_in("operations")
    refused = await browser.open(f"{CONSOLE}/tickets")
    assert refused.status_code == 403
    assert "audit:read" in refused.text
    missing = await browser.open(f"{CONSOLE}/<script>alert(1)</script>")
    assert missing.status_code == 404
    assert "<script>alert" not in missing.text
    wrong = await browser.open(f"{CONSOLE}/tickets?named={'a' * 65}")
    assert wrong.status_code == 422
    assert "aaaa" not in wrong.text[wrong.text.index("<main") :]
    for answer in (refused, missing, wrong):
        assert "text/html" in answer.headers["content-type"]
        assert re.search(r"<code>[0-9a-f]{32}</code>", answer.text)


async def test_a_stranger_learns_nothing_of_addresses(browser: Browser) -> None:
    for path in ("/nowhere", f"/tickets?named={'a' * 65}", "/tickets"):
        answer = await browser.open(CONSOLE + path)
        assert answer.headers["location"].startswith(f"{CONSOLE}/login?next=")
        fragment = await browser.open(CONSOLE + path, **{"Huiyin-Fragment": "1"})
        assert fragment.status_code == 401


async def test_a_file_that_is_not_there(browser: Browser) -> None:
    for name in ("none.css", "%00", "base.css.bak"):
        assert (await browser.open(f"{CONSOLE}/static/{name}")).status_code == 404
