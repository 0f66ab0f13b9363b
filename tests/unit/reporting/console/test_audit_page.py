"""The evidence page: a verification begun and told, signing, a period, what is kept how long."""

import html

import pytest
from httpx import Response

from services.reporting import verifications
from services.reporting.verdicts import CopyFault, ServiceVerdict
from services.reporting.verification import Verifier
from tests.unit.reporting.console import test_ticket_page as reading
from tests.unit.reporting.console.browsers import CONSOLE, Browser
from tests.unit.support.examples import NUMBER, OFFERED, REGISTERED, T

PAGE = f"{CONSOLE}/audit"


def text_of(answer: Response) -> str:
    """What a person reads of a page that opens."""
    assert answer.status_code == 200, answer.text
    return reading.text_of(answer.text)


async def verified(browser: Browser, monkeypatch: pytest.MonkeyPatch, **found: object) -> str:
    """The page after a verification that finds that of every log."""

    async def verify(self: Verifier, _: object) -> ServiceVerdict:
        service = self._service
        values = {"checkpoints": 2, "events": 12, "position": 12, **found}
        return ServiceVerdict(service=service, **values)  # type: ignore[arg-type]

    monkeypatch.setattr(Verifier, "verify", verify)
    monkeypatch.setattr(verifications, "PATIENCE", 30)
    begun = await browser.submit(f"{PAGE}/verification")
    assert begun.status_code == 303
    return text_of(await browser.open(begun.headers["location"]))


async def test_a_verification_is_begun_and_told(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in("audit:read", client="auditor")
    assert "None was made yet." in text_of(await browser.open(PAGE))
    told = await verified(browser, monkeypatch, state="ok")
    assert "All logs and their copies are what was signed for." in told
    assert "asked for by auditor" in told
    assert told.count("as signed") >= 6


async def test_where_nothing_is_signed_yet_nothing_passes_for_signed(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in("audit:read")
    told = await verified(browser, monkeypatch, state="ok", checkpoints=0, events=0, position=0)
    assert "verify again once the logs below have been signed." in told
    assert "as signed" not in told.replace("was signed", "")


async def test_the_first_bad_position_is_named_with_its_copy(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.log_in("audit:read")
    faults = (CopyFault(copy="records", position=7, wrong="changed"),)
    told = await verified(browser, monkeypatch, state="broken", faults=faults)
    sentence = "Position 7, in reporting's records: what stands there is not what was signed for."
    assert told.count(sentence) == 5
    zh = await browser.open(PAGE, **{"Accept-Language": "zh-CN"})
    assert "位置 7，报表的记录：该处内容与签署时不同。" in html.unescape(zh.text)


async def test_an_unknown_verification_is_not_there(browser: Browser) -> None:
    await browser.log_in("audit:read")
    assert (await browser.open(f"{PAGE}?verification_id={T}")).status_code == 404


async def test_another_origin_begins_none(browser: Browser) -> None:
    await browser.log_in("audit:read")
    refused = await browser.submit(f"{PAGE}/verification", origin="http://evil")
    assert refused.status_code == 403
    assert "None was made yet." in text_of(await browser.open(PAGE))


async def test_what_is_kept_how_long_is_what_runs_here(browser: Browser) -> None:
    await browser.log_in("audit:read")
    told = text_of(await browser.open(PAGE))
    assert "retention.ms=-1" in told
    assert "Sessions of these pages for 12:00:00" in told
    assert "There is no legal hold" in told
    kept = (await browser.client.get("/reporting/v1/audit/retention")).json()
    assert kept["legal_hold"] is False
    assert [one["seconds"] for one in kept["items"] if one["what"] == "sessions"] == [43_200]
    assert kept["signed_every_seconds"] == 3600


async def test_signing_is_told_of_each_log_and_silence_is_not_wellness(browser: Browser) -> None:
    await browser.log_in("audit:read")
    signing = (await browser.client.get("/reporting/v1/audit/signing")).json()["items"]
    assert [one["silent"] for one in signing] == [*["unreachable"] * 4, None]
    assert signing[4]["signing"]["late"] is False
    assert "reporting signs" in text_of(await browser.open(PAGE))


async def test_a_period_is_shown_to_who_sees_all_and_kept(browser: Browser) -> None:
    await browser.desk.say("intake", REGISTERED)
    await browser.log_in("audit:read", client="auditor")
    told = text_of(await browser.open(f"{PAGE}/period?since=2026-11-01&until=2026-11-30"))
    assert "from=2026-10-31T16:00:00+00:00 to=2026-11-30T16:00:00+00:00" in told
    assert "to=2026-11-30T16:00:00+00:00 format=page" in told
    assert "in one file" not in told  # nothing was left out
    looks = (await browser.client.get("/reporting/v1/readings")).json()["items"]
    assert [(one["what"], one["reader"]) for one in looks] == [("period", "auditor")]
    key = browser.new_key("clerk", "audit:read", departments=("billing",))
    await browser.submit(f"{CONSOLE}/login", key=key)
    assert (await browser.open(f"{PAGE}/period")).status_code == 403
    assert "sees the tickets of all departments" in text_of(await browser.open(PAGE))


async def test_a_period_that_is_too_long_for_a_page_is_one_click_away(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service, event in (("intake", REGISTERED), ("dispatch", OFFERED)):
        await browser.desk.say(service, event)
    await browser.log_in("audit:read")

    async def first(*_: object) -> list[object]:
        return []

    monkeypatch.setattr("services.reporting.console.auditing._first", first)
    monkeypatch.setattr("shared.evidence.document.Source.count", 7)
    page = await browser.open(f"{PAGE}/period")
    told = text_of(page)
    assert "0 of 35 events are shown. All 35, each with its path, in one file" in told
    *_, behind = page.text.split("in one file")
    assert "/reporting/v1/audit/export?" in behind
    assert "format=jsonl" in behind
    assert "None" not in told


async def test_a_case_is_printed_with_its_hashes_and_the_query(browser: Browser) -> None:
    await browser.desk.say("intake", REGISTERED)
    await browser.desk.say("dispatch", OFFERED)
    await browser.log_in("audit:read", client="auditor")
    page = await browser.open(f"{CONSOLE}/tickets/{NUMBER}/case")
    told = text_of(page)
    assert f"ticket={T} format=page" in told
    proof = (await browser.client.get(f"/reporting/v1/tickets/{T}/proof")).json()
    for line in proof["items"]:
        assert line["link"] in page.text
    assert "Ticket registered" in told
    assert "department Billing" in told
    looks = (await browser.client.get("/reporting/v1/readings")).json()["items"]
    assert ("proof", "format=page") in [(one["what"], one["asked"]) for one in looks]


async def test_a_search_is_a_page_with_the_way_to_each_ticket(browser: Browser) -> None:
    for service, event in (("intake", REGISTERED), ("dispatch", OFFERED)):
        await browser.desk.say(service, event)
    await browser.log_in("audit:read")
    empty = text_of(await browser.open(f"{CONSOLE}/search"))
    assert "were looked through" not in empty
    page = await browser.open(f"{CONSOLE}/search?rule=billing-matters&since=2026-11-01&actor=")
    told = text_of(page)
    assert "Work order offered" in told
    assert NUMBER in told
    assert f"/reporting/console/tickets/{T}?at=" in page.text
    assert "huiyin search --rule billing-matters --from 2026-10-31T16:00:00Z" in told
    assert '<span title="billing">Billing</span>' in page.text
    chosen = (await browser.open(f"{CONSOLE}/search?department=billing")).text
    assert '<option value="billing" selected>Billing</option>' in chosen
    unknown = await browser.open(f"{CONSOLE}/search?department=billling")
    assert unknown.status_code == 422
    assert "the directory has no such department" in unknown.text
    none = text_of(await browser.open(f"{CONSOLE}/search?actor=nobody"))
    assert "Nothing is like this." in none
    hostile = await browser.open(f"{CONSOLE}/search?actor=%3Cimg%20src%3Dx%3E")
    assert "<img src=x>" not in hostile.text


async def test_a_search_goes_on_where_it_ended(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.reporting.console.searches.SHOWN", 1)
    for service, event in (("intake", REGISTERED), ("dispatch", OFFERED)):
        await browser.desk.say(service, event)
    await browser.log_in("audit:read")
    first = await browser.open(f"{CONSOLE}/search?actor=crm")
    older = html.unescape(first.text.split('class="more no-print"><a class="button" href="')[1])
    following = await browser.open(older.split('"')[0])
    both = text_of(first) + text_of(following)
    assert both.count("Ticket registered") + both.count("Work order offered") >= 2


async def test_who_looked_searched_and_took_away_is_one_list(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    await browser.desk.say("intake", REGISTERED)
    await browser.log_in("audit:read", client="auditor")
    assert "Nobody has looked." in text_of(await browser.open(f"{CONSOLE}/looks"))
    for path in (f"/tickets/{T}", f"/tickets/{T}/case", "/search?actor=crm", "/audit/period"):
        await browser.open(CONSOLE + path)
    told = text_of(await browser.open(f"{CONSOLE}/looks?reader=auditor"))
    for words in ("history", "export with proof", "actor=crm", "export of a period"):
        assert words in told
    assert "None" not in told
    listed = (await browser.open(f"{CONSOLE}/looks")).text
    assert f'href="/reporting/console/tickets/{T}" title="{T}">{NUMBER}</a>' in listed
    assert "Nobody has looked." in text_of(await browser.open(f"{CONSOLE}/looks?reader=nobody"))
    monkeypatch.setattr("services.reporting.console.looks.SHOWN", 2)
    first = await browser.open(f"{CONSOLE}/looks")
    older = html.unescape(first.text.split('class="more no-print"><a class="button" href="')[1])
    following = text_of(await browser.open(older.split('"')[0]))
    assert len({line for line in ("history", "actor=crm") if line in following}) >= 1
