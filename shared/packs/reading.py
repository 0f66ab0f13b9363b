"""Reads a YAML file into its model, or says in a sentence which line is wrong and why."""

import re
from collections.abc import Callable, Hashable
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from shared.packs.notation import Duration

T = TypeVar("T")
WRONG_WORD = "Invalid enum value"
UNKNOWN_FIELD = re.compile(r"Object contains unknown field `(.*)`")
STEP = re.compile(r"\.(\w+)|\[(\d+)\]|(\[\.\.\.\])")


class WrongDataError(ValueError):
    """A sentence that names file, line and field and says what was expected there.

    Without a line it is about the file or folder itself.
    """

    code: ClassVar[str] = "wrong-data"

    def __init__(self, source: str, line: int | None, problem: str) -> None:
        place = source if line is None else f"{source}, line {line}"
        self.problem = problem.rstrip(".")
        super().__init__(f"{place}: {self.problem}.")
        self.line = line


class MisplacedError(ValueError):
    """What is wrong lies at a place below the value that was judged: `rules[1].limit`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(problem)
        self.place = place


def text_of(file: Traversable, what: str) -> str:
    """The file's text; `what` names it in the sentence. Raises WrongDataError."""
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WrongDataError(source_of(file), None, f"{what} cannot be read: {reason}") from None


def source_of(file: Traversable) -> str:
    """How errors name the file: an operator's with its folder, a shipped one without."""
    return str(file) if isinstance(file, Path) else file.name


class _NotPlainError(yaml.constructor.ConstructorError):
    """YAML that is none to us; the problem is a sentence of ours."""

    problem: str


class _Loader(yaml.SafeLoader):
    """YAML with nothing that JSON does not have: dates stay text, a key is given once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the parent's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                plain = isinstance(key, yaml.ScalarNode)
                problem = f"{key.value!r} is given twice" if plain else "a key is plain text"
                raise _NotPlainError(None, None, problem, key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(
    text: str, source: str, model: type[T], complete: Callable[[Any], Any] = lambda data: data
) -> T:
    """Read one document, as `complete` leaves it; unknown fields are refused.

    Raises WrongDataError.
    """
    loader = _loader(text, source)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongDataError(source, line, _problem_of(error)) from None
    except ValueError:
        raise WrongDataError(source, 1, "it holds a number that cannot be read") from None
    finally:
        loader.dispose()
    try:
        return msgspec.convert(complete(data), model, dec_hook=decode_notation)
    except MisplacedError as error:
        place, problem = error.place, str(error)
    except msgspec.ValidationError as error:
        place, problem = _told(error, model)
    raise WrongDataError(source, _line(node, place), f"{place}: {problem}" if place else problem)


def _problem_of(error: yaml.MarkedYAMLError) -> str:
    if isinstance(error, _NotPlainError):
        return error.problem
    return f"this is no YAML ({error.problem}): check its indentation, its quotes and its colons"


def _loader(text: str, source: str) -> _Loader:
    """Over the text, of which it looks at every character first. Raises WrongDataError."""
    try:
        return _Loader(text)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        problem = "it holds a character that no YAML may hold"
        raise WrongDataError(source, line, problem) from None


def _told(error: msgspec.ValidationError, model: type) -> tuple[str, str]:
    """Where the error lies, and what is expected there."""
    problem, _, place = str(error).partition(" - at `")
    place = place.rstrip("`").removeprefix("key` in `").removeprefix("$").lstrip(".")
    if isinstance(error.__cause__, MisplacedError):
        return f"{place}.{error.__cause__.place}".lstrip("."), problem
    expected = ", ".join(_expected_at(msgspec.inspect.type_info(model), place))
    if unknown := UNKNOWN_FIELD.fullmatch(problem):
        return f"{place}.{unknown[1]}".lstrip("."), f"unknown field; there are {expected}"
    if problem.startswith(WRONG_WORD):
        return place, f"{problem}; there are {expected}"
    return place, problem


def _expected_at(info: msgspec.inspect.Type, place: str) -> list[str]:
    """The fields or the words that the model knows at a path like `clocks[0].rules[2]`."""
    for key, _, _ in STEP.findall("." + place):
        info = _below(info, key)
    if isinstance(info, msgspec.inspect.StructType):
        return [one.encode_name for one in info.fields]
    found: list[str] = []
    for one in info.types if isinstance(info, msgspec.inspect.UnionType) else (info,):
        if isinstance(one, msgspec.inspect.LiteralType):
            found += map(str, one.values)
        elif isinstance(one, msgspec.inspect.IntType):
            found.append("whole numbers")
    return found


def _below(info: msgspec.inspect.Type, key: str) -> msgspec.inspect.Type:
    """What a model has under a key; without a key, in each place of a list or a table."""
    if isinstance(info, msgspec.inspect.UnionType):
        given = (one for one in info.types if not isinstance(one, msgspec.inspect.NoneType))
        return _below(next(given), key)
    if isinstance(info, msgspec.inspect.StructType) and key:
        return next(one.type for one in info.fields if one.encode_name == key)
    if isinstance(info, msgspec.inspect.VarTupleType) and not key:
        return info.item_type
    if isinstance(info, msgspec.inspect.DictType) and not key:
        return info.value_type
    return info


def decode_notation(wanted: type, value: Any) -> Any:  # noqa: ANN401 - any field's value
    """What msgspec does not know by itself: a time is written as text. Raises ValueError."""
    if wanted is Duration and isinstance(value, str):
        return Duration(value)
    raise ValueError(f"Expected a time as text, got {value!r}")


def _line(node: yaml.Node | None, place: str) -> int:
    """Line of the field at a path like `clocks[0].rules[2].limit`, or of the last part found."""
    if node is None:
        return 1
    mark = node.start_mark
    for key, number, _ in STEP.findall("." + place):
        below = None
        if key and isinstance(node, yaml.MappingNode):
            below = next((pair for pair in node.value if pair[0].value == key), None)
        elif number and isinstance(node, yaml.SequenceNode) and int(number) < len(node.value):
            below = (node.value[int(number)],) * 2
        if below is None:
            break
        mark, node = below[0].start_mark, below[1]
    return int(mark.line) + 1
