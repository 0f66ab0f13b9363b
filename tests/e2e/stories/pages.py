"""Writes docs/stories anew: every chapter is told by a running system, embedded.

python -m tests.e2e.stories.pages
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.stories import (
    test_cable_field_service,
    test_hotline_400,
    test_hotline_400_hard_cases,
    test_hotline_400_oversight,
    test_mobile_key_account,
    test_telecom_carrier,
    test_travel_platform,
)
from tests.e2e.stories.cast import Company
from tests.e2e.stories.tale import PAGES, Story, Tale
from tests.e2e.stories.titles import STORIES
from tests.e2e.system import embedded

CHAPTERS = (
    test_hotline_400,
    test_hotline_400_hard_cases,
    test_hotline_400_oversight,
    test_cable_field_service,
    test_mobile_key_account,
    test_travel_platform,
    test_telecom_carrier,
)
"""Where they are told, in the order in which they are read."""
INDEX = PAGES / "README.md"
HEAD = """\
# 五个故事：每部规程一个

*Five stories, one for each regulation*

给客服经理看的：谁在什么时候做了什么，系统怎么回答，依据哪一条。每一步都由测试在运行中的系统上做过，单进程和五进程两种部署讲的是同一个故事；
故事变了，测试就不通过。

*For customer-service managers: who did what and when, what the system answered, by which clause.
The tests do each step on a running system, as one process and as five, and fail when it says
anything else.*

| 故事<br><sub>story</sub> | 讲什么<br><sub>about</sub> | 走过的条款<br><sub>clauses walked</sub> |
|---|---|---|
"""


def index() -> str:
    """The page that leads to the others."""
    return HEAD + "".join(f"{_line(story)}\n" for story in STORIES)


def _line(story: Story) -> str:
    numbers = sorted({number for one in story.chapters.values() for number in one.numbers})
    about = f"{story.about.zh}<br><sub>{story.about.en}</sub>"
    name = f"[{story.title.zh}]({story.pack}.md)<br><sub>{story.title.en}</sub>"
    return f"| {name} | {about} | {' '.join(numbers)} |"


def write(packs: Sequence[str]) -> None:
    """The pages of these packs, or all; and the index."""
    PAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        system = embedded(Path(folder))
        try:
            company = Company(system)
            for story in STORIES:
                if not packs or story.pack in packs:
                    _write(story, company)
        finally:
            system.stop()
    INDEX.write_text(index(), encoding="utf-8")


def _write(story: Story, company: Company) -> None:
    told = []
    for chapter in story.chapters.values():
        tale = Tale(company)
        chapter.play(tale)
        told.append(chapter.section(tale))
    story.page.write_text(story.written(told), encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:])
