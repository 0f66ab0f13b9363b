"""Packs and calendars that come in a request: what YAML can do to its reader is refused first."""

import json
from typing import Any

import yaml

from shared.notices import GivenNotice, Notice, NoticeFile
from shared.packs.model import Pack, PackCalendar
from shared.packs.reading import WrongDataError, read_yaml
from shared.packs.shelf import read_pack
from shared.packs.versions import Packs
from shared.packs.wording import Words, in_chinese

SOURCE = "draft"
LONGEST = 64 * 1024
"""Characters; a shipped pack has a tenth of it."""
DEEPEST = 32


def read_foreign_pack(draft: str | dict[str, Any], packs: Packs | None = None) -> Pack:
    """A pack as YAML text, or as JSON; it may extend one of `packs`. Raises WrongDataError."""
    return read_pack(_text_of(draft), SOURCE, packs)


def read_foreign_calendar(draft: str | dict[str, Any]) -> PackCalendar:
    """One calendar, written as in a pack. Raises WrongDataError."""
    return read_yaml(_text_of(draft), SOURCE, PackCalendar)


def read_foreign_notice(draft: str | dict[str, Any]) -> Notice:
    """One notice of days off, alone or in a file of holidays. Raises WrongDataError."""
    text = _text_of(draft)
    if not _is_file(text):
        return read_yaml(text, SOURCE, GivenNotice)
    notices = read_yaml(text, SOURCE, NoticeFile).notices
    if len(notices) != 1:
        problem = f"notices: expected one, found {len(notices)}: publish one after the other"
        raise WrongDataError(SOURCE, 1, problem)
    return notices[0]


def _is_file(text: str) -> bool:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False  # whoever reads it says what is wrong
    if not isinstance(node, yaml.MappingNode):
        return False
    return any(key.value == "notices" for key, _ in node.value)


def words_of(error: WrongDataError, draft: str | dict[str, Any]) -> Words:
    """What is wrong, as a problem's detail; of a JSON object without the line: it has none."""
    chinese, english = f"{in_chinese(error.problem)}。", error.problem
    if not isinstance(draft, str):
        return chinese, english
    return f"草稿第 {error.line} 行：{chinese}", str(error).rstrip(".")


def _text_of(draft: str | dict[str, Any]) -> str:
    """What has no aliases, which can stand for any size, no tags, and no depth to speak of."""
    text = draft if isinstance(draft, str) else json.dumps(draft, ensure_ascii=False)
    if len(text) > LONGEST:
        raise WrongDataError(SOURCE, 1, f"it is longer than {LONGEST} characters")
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            problem = _problem_of(event, depth)
            if problem:
                line = event.start_mark.line + 1 if event.start_mark else 1
                raise WrongDataError(SOURCE, line, problem)
    except yaml.YAMLError:
        return text  # whoever reads it says what is wrong
    return text


def _problem_of(event: yaml.Event, depth: int) -> str:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) is not None:
        return "a draft takes no anchors and aliases: write it out"
    if getattr(event, "tag", None) is not None:
        return "a draft takes no tags: write plain values"
    return f"nested deeper than {DEEPEST}" if depth > DEEPEST else ""
