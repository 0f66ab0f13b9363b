"""What a source file imports and calls, read without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Found(NamedTuple):
    """A name in the source and the line on which it stands."""

    line: int
    name: str


def imports(source: str, package: str) -> Iterator[Found]:
    """Give each imported module by its full name; `package` is where relative imports start."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Found(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -(node.level - 1) or None] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (Found(node.lineno, f"{base}.{alias.name}") for alias in node.names)


def calls(source: str) -> Iterator[Found]:
    """Give the last part of each called name: `now` for `datetime.now(UTC)`."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Attribute(attr=name) | ast.Name(id=name):
                    yield Found(node.lineno, name)


def package_of(path: Path, root: Path) -> str:
    """Name the package that the module at `path` is in."""
    return ".".join(path.relative_to(root).parent.parts)
