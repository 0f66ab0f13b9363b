from pathlib import Path

import pytest

from tests.e2e.stories.pages import CHAPTERS, INDEX, index
from tests.e2e.stories.tale import Story, sections
from tests.e2e.stories.titles import STORIES


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.pack)
def test_a_page_is_its_head_and_its_chapters_in_order(story: Story) -> None:
    told = sections(story.page)
    assert list(told) == [*story.chapters], "make stories"
    page = story.page.read_text(encoding="utf-8")
    assert page == story.written(list(told.values())), "make stories"


def test_the_index_leads_to_every_story() -> None:
    assert INDEX.read_text(encoding="utf-8") == index(), "make stories"


def test_every_module_of_chapters_is_read() -> None:
    modules = {path.stem for path in Path(__file__).parent.glob("test_*.py")} - {"test_pages"}
    assert {module.__name__.rpartition(".")[2] for module in CHAPTERS} == modules
