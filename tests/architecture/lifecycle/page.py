"""Writes docs/lifecycle.md: how subjects go from state to state, drawn from their deciders.

python -m tests.architecture.lifecycle.page
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from tests.architecture.lifecycle.deciders import MACHINES
from tests.architecture.lifecycle.exploring import (
    Effect,
    Explored,
    Machine,
    MovedTo,
    Outcome,
    Refused,
    explore,
)
from tests.architecture.lifecycle.status import STATUS
from tests.architecture.regulations import ROOT

DOCUMENT = ROOT / "docs" / "lifecycle.md"
HEAD = """\
# 生命周期 · Lifecycles

本页由程序生成（`make lifecycle`）：对每一种状态尝试全部命令，记录结果。
Made by `make lifecycle`: every command is tried in every state that can be reached, and this is
what it came to.

表中：`→ 状态` 转入该状态；`✓` 已记录，状态不变；`·` 无事可做（重复，或已有定论）；
其余为拒绝时的错误代码。
In the tables: `→ state` goes there; `✓` is recorded and moves nothing; `·` is nothing to do (a
repeat, or somebody went further already); anything else is the code of the problem with which it is
refused. Where a cell says more than one thing, it depends on what the command says, or on what was
done before.
"""


def document() -> str:
    """The page."""
    return "\n".join([HEAD, *(_section(one) for one in (STATUS, *MACHINES))])


def _section(machine: Machine[Any]) -> str:
    explored = explore(machine)
    parts = [
        f"## {machine.title}",
        f"{machine.zh}\n\n{machine.en}",
        _diagram(machine, explored),
        _unmoving(explored),
        _table(machine, explored),
    ]
    return "\n\n".join(parts) + "\n"


def _diagram(machine: Machine[Any], explored: Explored) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    start = machine.label(machine.initial)
    lines += [
        f'    state "{machine.labels[label]} {label}" as {label}'
        for label in _labels(machine, explored)
        if label != start
    ]
    for (source, target), commands in sorted(explored.edges().items(), key=_place(machine)):
        by = ", ".join(_sorted(map(words, commands)))
        lines.append(f"    {'[*]' if source == start else source} --> {target}: {by}")
    return "\n".join([*lines, "```"])


def _place(machine: Machine[Any]) -> Any:  # noqa: ANN401 - a key for sorting
    order = list(machine.labels)
    return lambda edge: tuple(order.index(label) for label in edge[0])


def _labels(machine: Machine[Any], explored: Explored) -> list[str]:
    reached = {label for _, label in explored.outcomes}
    unnamed = reached - set(machine.labels)
    if unnamed:
        raise KeyError(f"{machine.title}: states without a name: {sorted(unnamed)}")
    return [label for label in machine.labels if label in reached]


def _unmoving(explored: Explored) -> str:
    names = _sorted(map(words, explored.recorded()))
    if not names:
        return "每条命令都改变状态。 Every command changes the state."
    return f"只作记录、不改变状态 · Recorded, and change nothing in the state: {', '.join(names)}."


def _table(machine: Machine[Any], explored: Explored) -> str:
    labels = _labels(machine, explored)
    commands = sorted({command for command, _ in explored.outcomes}, key=words)
    lines = [
        "| | " + " | ".join(f"{machine.labels[label]}<br>{label}" for label in labels) + " |",
        "|---" * (len(labels) + 1) + "|",
    ]
    for command in commands:
        cells = [_cell(explored.outcomes.get((command, label), ())) for label in labels]
        lines.append(f"| {words(command)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(outcomes: Iterable[Outcome]) -> str:
    order = (MovedTo, Effect, Refused)
    said = sorted((order.index(type(one)), _said(one)) for one in outcomes)
    return "<br>".join(text for _, text in said)


def _said(outcome: Outcome) -> str:
    match outcome:
        case MovedTo(label=label):
            return f"→ {label}"
        case Refused(code=code):
            return f"`{code}`"
        case _:
            return str(outcome.value)


def words(command: type) -> str:
    """`AcceptWorkOrder` as `accept work order`."""
    return re.sub(r"(?<!^)(?=[A-Z])", " ", command.__name__).lower()


def _sorted(names: Iterable[str]) -> Sequence[str]:
    return sorted(set(names))


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
