"""`make demo` touches nothing that it did not make."""

import os
import socket
from pathlib import Path

import pytest

from deploy import demo


def refused(capsys: pytest.CaptureFixture[str], error: pytest.ExceptionInfo[SystemExit]) -> str:
    assert error.value.code == demo.WRONG_USE
    sentence = capsys.readouterr().err.strip()
    assert len(sentence.splitlines()) == 1
    return sentence


def test_a_folder_of_its_own_is_made_and_emptied_the_next_time(tmp_path: Path) -> None:
    data = tmp_path / "data" / "demo"
    demo.claim(data).close()
    (data / "intake.db").write_text("old")
    (data / "more").mkdir()
    (data / "more" / "file").write_text("old")
    demo.claim(data).close()
    assert [path.name for path in data.iterdir()] == [demo.MARKER]


def test_somebody_elses_folder_stays_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "intake.db").write_text("real")
    with pytest.raises(SystemExit) as error:
        demo.claim(tmp_path)
    assert "was not made by a demonstration" in refused(capsys, error)
    assert [path.name for path in tmp_path.iterdir()] == ["intake.db"]


def test_a_link_to_somebody_elses_folder_is_not_followed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real = tmp_path / "real"
    demo.claim(real).close()
    (tmp_path / "demo").symlink_to(real)
    with pytest.raises(SystemExit) as error:
        demo.claim(tmp_path / "demo")
    assert "is no folder" in refused(capsys, error)


def test_two_do_not_share_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with demo.claim(tmp_path / "demo"), pytest.raises(SystemExit) as error:
        demo.claim(tmp_path / "demo")
    assert "stop it first" in refused(capsys, error)


def test_the_operators_stores_and_keys_are_not_its_own(tmp_path: Path) -> None:
    given = {
        "PATH": os.defpath,
        "HUIYIN_STORE": "postgresql://real",
        "HUIYIN_KEYS_FILE": "/etc/huiyin/keys.json",
        "HUIYIN_DATA": "data",
        "HUIYIN_PORT": "8010",
    }
    assert demo.own_environment(given, tmp_path, 11_520) == {
        "PATH": os.defpath,
        "HUIYIN_PORT": "8010",
        "HUIYIN_DATA": str(tmp_path),
        "HUIYIN_CLOCK_SPEED": "11520",
    }


def test_a_month_takes_no_longer_than_four_minutes() -> None:
    assert demo.DAYS == 30
    assert demo.MINUTES <= 4


@pytest.mark.parametrize(
    ("days", "minutes", "said"),
    [
        (30, 4.0, "30 days of complaints pass in 4 minutes."),
        (1, 1.0, "1 day of complaints pass in 1 minute."),
        (2, 0.5, "2 days of complaints pass in 0.5 minutes."),
    ],
)
def test_the_welcome_says_how_much_passes_in_how_long(
    days: int, minutes: float, said: str, tmp_path: Path
) -> None:
    assert said in demo.welcome("http://127.0.0.1:8010", "hy_key", tmp_path, days, minutes)


def test_the_welcome_leads_to_the_consoles(tmp_path: Path) -> None:
    said = demo.welcome("http://127.0.0.1:8010", "hy_key", tmp_path, 30, 4)
    assert "http://127.0.0.1:8010/reporting/console\n" in said


def test_a_taken_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as error:
        demo.address({"HUIYIN_PORT": str(taken.getsockname()[1])})
    assert "stop who uses it" in refused(capsys, error)


@pytest.mark.parametrize("port", ["many", "0", "70000", "-1"])
def test_what_is_no_port_is_one_sentence(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        demo.address({"HUIYIN_PORT": port})
    assert f"HUIYIN_PORT is no port: {port}." in refused(capsys, error)
