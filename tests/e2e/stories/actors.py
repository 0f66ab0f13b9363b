"""People at work: each step goes over HTTP with the key of who does it, and is told."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self, TypeVar

import httpx

from tests.e2e.stories.cast import DEPARTMENTS, PEOPLE
from tests.e2e.stories.diary import on
from tests.e2e.stories.tale import Tale
from tests.e2e.stories.words import Words
from tests.e2e.system import Client
from tests.eventually import eventually

Json = dict[str, Any]
Answered = Callable[[Json], Words]
"""Says in words what the system answered."""
AGAIN = {httpx.codes.SERVICE_UNAVAILABLE, httpx.codes.PRECONDITION_FAILED}
"""Try again in a moment; look again, for somebody changed it meanwhile."""
ActorType = TypeVar("ActorType", bound="Actor")


@dataclass(frozen=True)
class Actor:
    """A person with a key; who is expected to be refused is told so, with the rule's own words."""

    tale: Tale
    name: str
    client: Client
    refusal: str | None = None

    @property
    def who(self) -> Words:
        name, department = PEOPLE[self.name]
        where = DEPARTMENTS[department]
        return Words(f"{name.zh}（{where.zh}）", f"{name.en}, {where.en}")

    def refused(self, code: str) -> Self:
        """The same person, whose next step breaks that rule."""
        return replace(self, refusal=code)

    def does(
        self,
        path: str,
        body: Json,
        at: str,
        did: Words,
        answered: Answered,
        expect: int = 200,
        version_of: str | None = None,
        **headers: str,
    ) -> Json:
        """One step; returns what the system answered, nothing where it refused.

        `version_of`: the path of what it is done to as the person has it before them.
        """
        happened = on(at)
        sent = {**body, "at": happened.isoformat()}
        if self.refusal:
            self._is_refused(path, sent, happened, did, version_of, headers)
            return {}
        answer = self._asks(path, sent, version_of, headers)
        assert answer.status_code == expect, (path, answer.status_code, answer.text)
        view: Json = answer.json()
        self.tale.step(happened, self.who, did, answered(view))
        return view

    def _is_refused(
        self,
        path: str,
        sent: Json,
        at: datetime,
        did: Words,
        version_of: str | None,
        headers: dict[str, str],
    ) -> None:
        """Asked twice, to hear it in both languages; a step that is refused leaves nothing."""
        titles = []
        for language in ("zh-CN", "en"):
            spoken = {**headers, "Accept_Language": language}
            answer = self._asks(path, sent, version_of, spoken)
            problem = answer.json()
            assert answer.status_code in {404, 409}, problem
            assert problem["code"] == self.refusal, problem
            titles.append(problem["title"])
        zh, en = titles
        self.tale.step(at, self.who, did, Words(f"**不予受理**：{zh}", f"**refused**: {en}"))

    def _asks(
        self, path: str, sent: Json, version_of: str | None, headers: dict[str, str]
    ) -> httpx.Response:
        """The answer, once it is none to try again after."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}

        def ask() -> httpx.Response | None:
            if version_of:
                named["If-Match"] = self.client.call("GET", version_of).headers["etag"]
            answer = self.client.call("POST", path, json=sent, headers=named)
            return None if answer.status_code in AGAIN else answer

        return eventually(ask, f"answer of {path}")
