"""The alert rules and the board below deploy/, and which metrics they name."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[1] / "deploy"
PROMETHEUS = DEPLOY / "prometheus/prometheus.yml"
RULES = DEPLOY / "prometheus/rules.yaml"
BOARD = DEPLOY / "grafana/huiyin.json"
METRIC = re.compile(r"\b(?:huiyin|kafka)_[a-z0-9_]+\b")
PART = re.compile("_(?:bucket|count|sum)$")
"""Of a histogram's name, what its series have and its family has not."""


def alerts() -> list[Any]:
    """Every alert rule."""
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def board() -> Any:  # noqa: ANN401 - Grafana's JSON
    """The board as Grafana reads it."""
    return json.loads(BOARD.read_text())


def named_families() -> set[str]:
    """The metrics that rules and board name."""
    return {PART.sub("", name) for text in _expressions() for name in METRIC.findall(text)}


def _expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in alerts())
    for panel in board()["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    yield from (one["query"]["query"] for one in board()["templating"]["list"][1:])


def exported_families(text: str) -> set[str]:
    """The metrics of a scrape, those without a series now among them."""
    return set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
