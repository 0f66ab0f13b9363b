"""A tale is told while it happens: who did what, and what the system answered."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from pathlib import Path

import yaml

from tests.e2e.stories.cast import Company
from tests.e2e.stories.diary import told
from tests.e2e.stories.words import Words

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "stories"
CLAUSES = ROOT / "docs" / "clauses.yaml"
STEPS = (
    Words("时间", "when"),
    Words("谁", "who"),
    Words("做了什么", "did what"),
    Words("系统的回答", "the system's answer"),
)
SYSTEM = Words("系统", "the system")
CITATION = re.compile(r"[CHMTU]-\d\d")
Chapter = Callable[["Tale"], None]


@dataclass
class Tale:
    """One chapter: what was told so far, and the company in which it happens."""

    company: Company
    lines: list[str] = field(default_factory=list)
    _open_table: tuple[Words, ...] = ()

    def tells(self, zh: str, en: str) -> None:
        """What no step says."""
        self._close_table()
        self.lines += [zh, "", f"*{en}*", ""]

    def step(self, at: datetime | None, who: Words, did: Words, answered: Words) -> None:
        """What somebody did, and what came of it."""
        self.row(STEPS, told(at) if at else Words("", ""), who, did, answered)

    def shows(self, did: Words, answered: Words) -> None:
        """What the system says to whoever looks."""
        self.step(None, SYSTEM, did, answered)

    def row(self, headers: Sequence[Words], *cells: Words) -> None:
        """One more row of the table with these headers, or the first of a new one."""
        if self._open_table != tuple(headers):
            self._close_table()
            self._open_table = tuple(headers)
            self.lines += [_row(headers), "|" + "---|" * len(headers)]
        self.lines.append(_row(cells))

    def _close_table(self) -> None:
        if self._open_table:
            self.lines.append("")
        self._open_table = ()

    def text(self) -> str:
        return "\n".join(self.lines).strip() + "\n"


def _row(cells: Sequence[Words]) -> str:
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(words: Words) -> str:
    if words.zh == words.en:
        return words.zh
    return f"{words.zh}<br><sub>{words.en}</sub>"


@dataclass(frozen=True)
class Told:
    """What stands over a chapter; `play` makes it happen."""

    title: str
    english: str
    numbers: tuple[str, ...]
    play: Chapter

    def section(self, tale: Tale) -> str:
        """The chapter as its page has it."""
        texts = clause_texts()
        cited = " · ".join(f"**{number}** {texts[number]}" for number in self.numbers)
        return f"## {self.title}\n\n*{self.english}*\n\n> {cited}\n\n{tale.text()}"


@dataclass
class Story:
    """All that is told of one regulation; its page has a head and a section for each chapter."""

    pack: str
    title: Words
    about: Words
    chapters: dict[str, Told] = field(default_factory=dict)
    """By title, in the order in which they are read."""

    @property
    def page(self) -> Path:
        return PAGES / f"{self.pack}.md"

    def chapter(self, title: str) -> Callable[[Chapter], Chapter]:
        """A test that tells a chapter: its docstring cites the clauses and says it in English.

        What it tells must be what the page says, on every carrier.
        """

        def tells(play: Chapter) -> Chapter:
            cited, _, english = " ".join((play.__doc__ or "").split()).partition(": ")
            numbers = tuple(CITATION.findall(cited))
            told = Told(title, english[:1].upper() + english[1:], numbers, play)
            self.chapters[title] = told

            @wraps(play)
            def test(tale: Tale) -> None:
                play(tale)
                told_now = told.section(tale)
                assert told_now == sections(self.page).get(title), (
                    f"{self.page.relative_to(ROOT)} tells it otherwise: `make stories` writes it"
                )

            return test

        return tells

    def head(self) -> str:
        """What stands over the chapters."""
        return (
            f"# {self.title.zh}\n\n*{self.title.en}*\n\n{self.about.zh}\n\n*{self.about.en}*\n\n"
            "由测试写成：每一步都在运行中的系统上做过。各条款的出处见"
            "[规程对照表](../regulations.md)。\n\n"
            "*Written by the tests: each step was done on a running system, over its API alone; "
            "the clauses stand in [the table of the regulations](../regulations.md).*\n"
        )

    def written(self, sections_told: Sequence[str]) -> str:
        """The whole page."""
        return "\n".join([self.head(), *sections_told])


def sections(page: Path) -> dict[str, str]:
    """What the page says under each of its headings."""
    return dict(_sections(page.read_text(encoding="utf-8"))) if page.exists() else {}


def _sections(text: str) -> Iterator[tuple[str, str]]:
    for section in re.split(r"\n(?=## )", text)[1:]:
        yield section.partition("\n")[0].removeprefix("## "), section.strip() + "\n"


def clause_texts() -> dict[str, str]:
    """In Chinese, by number."""
    regulations = yaml.safe_load(CLAUSES.read_text(encoding="utf-8"))
    return {
        number: clause["zh"]
        for clauses in regulations.values()
        for number, clause in clauses.items()
    }
