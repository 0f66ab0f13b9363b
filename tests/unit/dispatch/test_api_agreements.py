"""What dispatch's routes add to agreements with the customer."""

from typing import Any

import pytest

from shared.codec import encode
from shared.contracts.dispatch import ExtensionAgreed
from tests.unit.dispatch.desk import WorkDesk
from tests.unit.support.desk import code_of

CONSENT = {"by": "张晓明", "at": "2026-11-23T10:00:00+08:00", "means": "phone"}
LONGER: dict[str, Any] = {
    "until": "2026-12-01T18:00:00+08:00",
    "reason": "等待备件",
    "consent": CONSENT,
}
VERSION = {"If-Match": '"2"'}


async def test_who_extends_the_time_says_who_consented_when_and_how(desk: WorkDesk) -> None:
    """T-04."""
    await desk.do("acceptance")
    extended = await desk.do("extension", LONGER, VERSION)
    assert extended["extension"] == {
        "until": "2026-12-01T10:00:00Z",
        "consent_at": "2026-11-23T02:00:00Z",
        "consent_means": "phone",
    }
    shown = (await desk.show()).json()
    assert [(one["field"], one["text"]) for one in shown["texts"]] == [
        ("reason", "等待备件"),
        ("consent_by", "张晓明"),
    ]
    [event] = await desk.heard.said(ExtensionAgreed)
    assert "张晓明" not in encode(event).decode()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": "等待", "until": LONGER["until"]}, "/consent"),
        ({**LONGER, "consent": {"by": "张晓明"}}, "/consent/at"),
        ({**LONGER, "consent": {**CONSENT, "at": "2026-11-23T02:00:01Z"}}, "/consent/at"),
        ({**LONGER, "consent": {**CONSENT, "means": "smoke"}}, "/consent/means"),
        ({**LONGER, "until": "2026-11-23T02:00:00Z"}, "/until"),
        ({**LONGER, "until": "2036-11-24T02:00:00Z"}, "/until"),
    ],
)
async def test_no_longer_time_without_a_whole_consent(
    desk: WorkDesk, body: dict[str, Any], pointer: str
) -> None:
    """T-04."""
    await desk.do("acceptance")
    answer = await desk.post("extension", body, VERSION)
    assert code_of(answer) == (422, "malformed")
    assert answer.json()["errors"][0]["pointer"] == pointer
