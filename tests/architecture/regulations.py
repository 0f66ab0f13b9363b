"""Writes docs/regulations.md: for every clause where it stands in packs, in code and in tests.

python -m tests.architecture.regulations
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
CLAUSES = ROOT / "docs" / "clauses.yaml"
DOCUMENT = ROOT / "docs" / "regulations.md"
CITATION = re.compile(r"\b[CHMTU]-\d\d\b")
TEST = re.compile(r"^(?:async )?def (test_\w+)")
HEAD = """\
# The regulations, clause by clause

Made by `make regulations` from docs/clauses.yaml and from what packs, code and tests cite.
A clause without a mark is built, and has tests that cite it; ○ is not built yet.
"""


@dataclass
class Clause:
    """One clause and who cites it."""

    regulation: str
    text: str
    is_open: bool
    packs: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def clauses() -> dict[str, Clause]:
    """All clauses by id, with what cites them. Raises KeyError for a citation of none."""
    found = {
        number: Clause(regulation, f"{one['zh']}: {one['en']}", one.get("open", False))
        for regulation, numbers in yaml.safe_load(CLAUSES.read_text(encoding="utf-8")).items()
        for number, one in numbers.items()
    }
    for number, place in _packs():
        found[number].packs.append(place)
    for number, place in _code():
        found[number].code.append(place)
    for number, place in _tests():
        found[number].tests.append(place)
    return found


def _packs() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "shared").rglob("*.yaml")):
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for number in CITATION.findall(text):
                yield number, f"{path.name}:{line}"


def _code() -> Iterator[tuple[str, str]]:
    for folder in ("services", "shared"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for number in sorted(set(CITATION.findall(path.read_text(encoding="utf-8")))):
                yield number, str(path.relative_to(ROOT))


def _tests() -> Iterator[tuple[str, str]]:
    """The function in which, or right above which, a clause is cited."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        cited: set[str] = set()
        name = ""
        for text in path.read_text(encoding="utf-8").splitlines():
            if match := TEST.match(text):
                name = match[1]
                yield from ((number, name) for number in sorted(cited))
                cited = set()
            for number in sorted(set(CITATION.findall(text))):
                if text.startswith((" ", '"')) and name:
                    yield number, name
                else:
                    cited.add(number)


def document(found: Mapping[str, Clause]) -> str:
    """The page."""
    lines = [HEAD]
    regulation = ""
    for number, clause in found.items():
        if clause.regulation != regulation:
            regulation = clause.regulation
            lines += [
                f"## {regulation}",
                "",
                "| | clause | packs | code | tests |",
                "|---|---|---|---|---|",
            ]
        mark = f"{number} ○" if clause.is_open else number
        cells = (_cell(clause.packs), _cell(clause.code), _cell(clause.tests))
        lines.append(f"| {mark} | {clause.text} | {' | '.join(cells)} |")
    return "\n".join(lines).replace("\n##", "\n\n##") + "\n"


def _cell(places: list[str]) -> str:
    return "<br>".join(f"`{place}`" for place in dict.fromkeys(places))


if __name__ == "__main__":
    DOCUMENT.write_text(document(clauses()), encoding="utf-8")
