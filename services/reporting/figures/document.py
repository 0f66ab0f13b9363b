"""Writes docs/figures.md: every figure with its written definition (U-15).

python -m services.reporting.figures.document
"""

from pathlib import Path

from services.reporting.figures.registry import Figure, Goal, figures

DOCUMENT = Path(__file__).parents[3] / "docs" / "figures.md"
UNITS = {"count": "件数 count", "share": "百分比 share", "mean": "平均值 mean"}
MEASURES = {"h": "小时 h", "min": "分钟 min", "points": "分 points", None: ""}
HEAD = """\
# 统计口径 The figures and their definitions

Made by `python -m services.reporting.figures.document` from the definitions.yaml beside it, which
the API and the pages quote, too. A matter counts in the period in which the customer got in touch,
by the day of its pack's zone; an outbound task in that in which it is due. What becomes known later
restates the figure.
一件事项计入客户来访当日所在的期间（按规章包的时区）；外呼任务计入到期当日。事后得知的事实会更正数据。

| 指标 figure | 条款 clauses | 单位 unit | 目标 goal | 口径 definition |
|---|---|---|---|---|
"""


def goal_text(figure: Figure, goal: Goal | None) -> str:
    """As people write it: ≥ 85 %."""
    if goal is None:
        return ""
    signs = ((">", goal.more_than), ("≥", goal.at_least), ("≤", goal.at_most))
    sign, value = next(one for one in signs if one[1] is not None)
    return f"{sign} {value:.0%}" if figure.unit == "share" else f"{sign} {value:g}"


def document() -> str:
    """The page."""
    return HEAD + "".join(_line(figure) for figure in figures().values())


def _line(figure: Figure) -> str:
    unit = f"{UNITS[figure.unit]} {MEASURES[figure.measured_in]}".strip()
    cells = (
        f"{figure.title.zh}<br>{figure.title.en}<br>`{figure.name}`",
        " ".join(figure.clauses),
        unit,
        goal_text(figure, figure.goal),
        f"{figure.definition.zh}<br>{figure.definition.en}",
    )
    return f"| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(document(), encoding="utf-8")
