"""What is wrong in a draft is said in Chinese, too: no reader has a sentence without it."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from shared import notices
from shared.packs import calling, foreign, ladders, model, notation, rules, sense
from shared.packs.reading import WrongDataError, read_yaml
from shared.packs.shelf import load_packs
from shared.packs.wording import CHINESE, in_chinese
from shared.worktime import rules as calendars

READERS = (calling, foreign, ladders, model, notation, notices, rules, sense, calendars)
RAISED = {"MisplacedError", "ValueError", "WrongDataError", "CalendarInvalidError"}


def sentences(module: ModuleType) -> Iterator[str]:
    """What the module may say is wrong, each value in it an x."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in RAISED:
                # The place of what is misplaced comes first.
                yield from filter(None, map(text_of, args[-1:]))
            case ast.Assign(targets=[ast.Name(id="problem")], value=value):
                yield from filter(None, [text_of(value)])
            case ast.Return(value=ast.Constant() | ast.JoinedStr() as value):
                said = text_of(value)
                if module is foreign and said:
                    yield said
            case _:
                pass


def text_of(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(text_of(part) or "x" for part in parts)
        case _:
            return None


ALL = sorted({said for module in READERS for said in sentences(module)})


def test_sentences_are_found() -> None:
    assert len(ALL) > 40, ALL


@pytest.mark.parametrize("said", ALL)
def test_each_sentence_has_its_chinese(said: str) -> None:
    whole = f"Calendar 'x' can't be used: {said}" if said in OF_CALENDARS else said
    assert in_chinese(whole) != whole


OF_CALENDARS = set(sentences(calendars))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        (
            "rules[3].limit: '3 days' is no time: write it as 30m, 2h, 7d, 2h working or 3wd",
            "rules[3].limit: '3 days' 不是时长，请写成 30m、2h、7d、2h working 或 3wd",
        ),
        ("name: Expected `str`, got `int`", "name: 应为 str，而不是 int"),
        ("moon: unknown field; there are year", "moon: 没有此字段，可用的有 year"),
        ("Calendar 'x' can't be used: zone 'y' is unknown", "日历 'x' 不可用：没有时区 'y'"),
        ("while parsing: found {", "while parsing: found {"),
    ],
)
def test_a_sentence_keeps_its_place_and_its_values(english: str, chinese: str) -> None:
    assert in_chinese(english) == chinese


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b: c", 1),
        ("a:\n\t- b", 2),
        ("a: 1\nb: [1, 2", 2),
        ("a: 'x", 1),
        ('a: "\\q"', 1),
        ("- a\nb: 1", 2),
        ("a: 1\n---\nb: 2", 2),
        ("%FOO", 1),
        ("a: *x", 1),
        ("a: !x 1", 1),
    ],
)
def test_what_is_no_yaml_is_said_in_chinese_without_its_parsers_english(
    text: str, line: int
) -> None:
    with pytest.raises(WrongDataError) as refused:
        read_yaml(text, "draft", dict)
    assert refused.value.line == line
    assert refused.value.problem.startswith("this is no YAML (")
    assert in_chinese(refused.value.problem) == "不符合 YAML 格式，请检查缩进、引号和冒号"


def test_a_number_that_is_none_is_said(tmp_path: Path) -> None:
    """Also where no request brings it: a pack's file at the start."""
    (tmp_path / "own.yaml").write_text("name: own\nversion: !!int x\n")
    with pytest.raises(
        WrongDataError, match=r"own\.yaml, line 1: it holds a number that cannot be"
    ):
        load_packs(tmp_path)


def test_a_value_may_hold_anything() -> None:
    told = "'{0}: {x}' is no weekday: write it as monday"
    assert in_chinese(told) == "'{0}: {x}' 不是星期，请写成 monday"
    assert all(chinese.count("{}") <= english.count("(") for english, chinese in CHINESE.items())
