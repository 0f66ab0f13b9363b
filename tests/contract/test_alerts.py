"""The alert rules and the board that come with the product: each alert fires when it must."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from services.cli import app
from tests.contract.alert_cases import CASES
from tests.deployed_metrics import PROMETHEUS, RULES, alerts, board

RUNBOOK = Path(__file__).parents[2] / "docs/runbook.md"
SECTIONS = re.findall(
    r"^## (\w+)\n\n(.*?)(?=^## |\Z)", RUNBOOK.read_text(), re.MULTILINE | re.DOTALL
)
Json = dict[str, Any]


def run(promtool: str, *arguments: str | Path) -> None:
    done = subprocess.run([promtool, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_promtool_reads_the_rules_and_the_configuration(promtool: str) -> None:
    run(promtool, "check", "rules", RULES)
    run(promtool, "check", "config", PROMETHEUS)


def firing(name: str, series: dict[str, str], minutes: int, *, expected: bool) -> Json:
    """A test of promtool's: whether the alert fires some time before the end."""
    fired = f'count_over_time(ALERTS{{alertname="{name}", alertstate="firing"}}[{minutes}m])'
    return {
        "name": f"{name} {'fires' if expected else 'is silent'}",
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series.items()],
        "promql_expr_test": [
            {
                "expr": f"sum({fired}) > bool 0 or vector(0)",
                "eval_time": f"{minutes}m",
                "exp_samples": [{"value": int(expected)}],
            }
        ],
    }


@pytest.mark.parametrize("name", [one["alert"] for one in alerts()])
def test_an_alert_fires_when_it_must_and_only_then(
    name: str, promtool: str, tmp_path: Path
) -> None:
    case = CASES[name]
    tests = [
        firing(name, case.fires, case.minutes, expected=True),
        firing(name, case.silent, case.minutes, expected=False),
    ]
    file = tmp_path / "tests.yaml"
    document = {"rule_files": [str(RULES)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    run(promtool, "test", "rules", file)


def test_what_an_alert_says_is_filled_in(promtool: str, tmp_path: Path) -> None:
    case = CASES["HuiyinConsumerLag"]
    [rule] = [one for one in alerts() if one["alert"] == "HuiyinConsumerLag"]
    group, topic = "huiyin-dispatch", "complaints.intake"
    said = {
        "exp_labels": {"severity": "warning", "group": group, "topic": topic},
        "exp_annotations": {
            **rule["annotations"],
            "summary": f"{group} is 10m 0s behind {topic}",
        },
    }
    test = firing("HuiyinConsumerLag", case.fires, 10, expected=True)
    test["alert_rule_test"] = [
        {"eval_time": "10m", "alertname": "HuiyinConsumerLag", "exp_alerts": [said]}
    ]
    file = tmp_path / "tests.yaml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": [test]}))
    run(promtool, "test", "rules", file)


def test_every_alert_says_how_bad_it_is_what_it_means_and_what_to_do() -> None:
    for rule in alerts():
        name = rule["alert"]
        assert rule["labels"]["severity"] in {"critical", "warning"}, name
        assert rule["annotations"]["summary"], name
        assert rule["annotations"]["description"].endswith("."), name
        assert rule["annotations"]["runbook_url"] == f"docs/runbook.md#{name.lower()}"


def test_the_runbook_has_a_section_for_each_alert_and_no_other() -> None:
    assert [name for name, _ in SECTIONS] == [rule["alert"] for rule in alerts()]
    for name, text in SECTIONS:
        for part in ("**Means.**", "**Look.**", "**Do.**"):
            assert part in text, name


def test_the_runbook_names_commands_that_there_are() -> None:
    """Each with its options: what is typed in the night is right."""
    root = get_command(app)
    for line in re.findall(r"`huiyin ([^`]+)`", RUNBOOK.read_text()):
        command: Any = root
        for word in line.split():
            command = getattr(command, "commands", {}).get(word, command)
        known = {option for one in command.params for option in one.opts}
        assert command is not root, line
        assert set(re.findall(r"--[a-z-]+", line)) <= known, line


def test_prometheus_reads_what_the_board_asks(promtool: str, tmp_path: Path) -> None:
    asked = [one["expr"] for panel in board()["panels"] for one in panel.get("targets", ())]
    queries = [
        expr.replace("$__rate_interval", "1m").replace("$group", ".*").replace("$topic", ".*")
        for expr in asked
    ]
    assert queries
    assert not [one for one in queries if "$" in one]
    rules = [{"record": f"panel:{at}", "expr": one} for at, one in enumerate(queries)]
    file = tmp_path / "board.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "board", "rules": rules}]}))
    run(promtool, "check", "rules", file)


def test_the_boards_panels_have_places_of_their_own() -> None:
    panels = board()["panels"]
    assert len({one["id"] for one in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for one in panels:
        at = one["gridPos"]
        place = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not place & taken, one["title"]
        taken |= place
