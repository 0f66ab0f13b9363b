"""Reads a YAML file into its model, or says in a sentence which line is wrong and why."""

import re
from collections.abc import Callable, Hashable
from typing import Any, ClassVar, TypeVar

import msgspec
import yaml

from shared.packs.notation import Duration

T = TypeVar("T")
STEP = re.compile(r"\.(\w+)|\[(\d+)\]|(\[\.\.\.\])")


class WrongDataError(ValueError):
    """A sentence that names file, line and field and says what was expected there."""

    code: ClassVar[str] = "wrong-data"

    def __init__(self, source: str, line: int, problem: str) -> None:
        super().__init__(f"{source}, line {line}: {problem}.")
        self.line = line


class _Loader(yaml.SafeLoader):
    """YAML with nothing that JSON does not have: dates stay text, a key is given once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - the parent's signature
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in seen:
                plain = isinstance(key, yaml.ScalarNode)
                problem = f"{key.value!r} is given twice" if plain else "a key is plain text"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
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
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongDataError(source, line, error.problem or "this is no YAML") from None
    except yaml.YAMLError as error:
        raise WrongDataError(source, 1, f"this is no YAML ({error})") from None
    finally:
        loader.dispose()
    try:
        return msgspec.convert(complete(data), model, dec_hook=_decode)
    except msgspec.ValidationError as error:
        problem, _, place = str(error).partition(" - at `")
        place = place.rstrip("`").removeprefix("key` in `").removeprefix("$").lstrip(".")
        raise WrongDataError(
            source, _line(node, place), f"{place}: {problem}" if place else problem
        ) from None


def _decode(wanted: type, value: Any) -> Any:  # noqa: ANN401 - any field's value
    if wanted is Duration and isinstance(value, str):
        return Duration(value)
    raise ValueError(f"Expected a time as text, got {value!r}")


def _line(node: yaml.Node | None, place: str) -> int:
    """Line of the field at a path like `clocks[0].rules[2].limit`, or of the last part found."""
    if node is None:
        return 1
    for key, number, _ in STEP.findall("." + place):
        below = None
        if key and isinstance(node, yaml.MappingNode):
            below = next((value for name, value in node.value if name.value == key), None)
        elif number and isinstance(node, yaml.SequenceNode):
            below = node.value[int(number)]
        if below is None:
            break
        node = below
    return int(node.start_mark.line) + 1
