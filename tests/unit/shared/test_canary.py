"""What tells the system's own ticket from all others, and the name that nobody else can have."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from shared.canary import (
    CANARY,
    FIRST_ID,
    begun_at,
    canary_id,
    is_canary,
    last_id_by,
)
from shared.directory import load_directory, read_directory
from shared.ids import new_id
from shared.keys import KeyFile
from shared.messaging.topics import PARTITIONS, partition_of
from shared.packs import WrongDataError, canary_pack, load_packs, shipped
from shared.routing import Matter, Route
from shared.settings import WrongSettingError, load_settings

EVERY = timedelta(minutes=5)
NOW = datetime(2026, 11, 30, 8, 2, 30, tzinfo=UTC)
BEGUN = datetime(2026, 11, 30, 8, tzinfo=UTC)


def intervals(count: int) -> list[UUID]:
    return [canary_id(BEGUN + number * EVERY, EVERY) for number in range(count)]


def test_the_id_tells_a_canary_from_every_other_ticket() -> None:
    for ticket_id in intervals(50):
        assert is_canary(ticket_id)
        assert is_canary(str(ticket_id))
        assert str(ticket_id) >= FIRST_ID
    for ticket_id in (new_id(), uuid4()):
        assert not is_canary(ticket_id)
        assert not is_canary(str(ticket_id))


def test_all_that_post_agree_on_the_interval_and_so_on_the_canary() -> None:
    assert begun_at(NOW, EVERY) == begun_at(NOW + timedelta(minutes=2), EVERY) == BEGUN
    assert canary_id(begun_at(NOW, EVERY), EVERY) == canary_id(BEGUN, EVERY)


def test_a_later_canary_has_a_greater_id_whatever_the_interval() -> None:
    ids = intervals(50)
    assert ids == sorted(ids)
    assert canary_id(BEGUN + EVERY, timedelta(minutes=2)) > ids[0]


def test_the_greatest_id_by_a_moment_is_that_of_the_interval_in_which_it_lies() -> None:
    first, second = intervals(2)
    assert str(first) < last_id_by(NOW) < str(second)


def test_canaries_go_through_the_partitions_in_turn() -> None:
    """A partition that stands still is seen within as many intervals as there are partitions."""
    partitions = [partition_of(one) for one in intervals(PARTITIONS)]
    assert sorted(partitions) == list(range(PARTITIONS))


def test_its_pack_is_none_of_the_regulations() -> None:
    assert canary_pack().name == CANARY
    assert CANARY not in shipped().names


def test_no_pack_of_an_operator_takes_its_name(tmp_path: Path) -> None:
    (tmp_path / "canary.yaml").write_text("extends: hotline-400\nname: canary\nversion: 1\n")
    with pytest.raises(WrongDataError, match="the system's own"):
        load_packs(tmp_path)


@pytest.mark.parametrize("client", ["canary", "Canary", " CANARY "])
def test_no_key_names_it(tmp_path: Path, client: str) -> None:
    keys = KeyFile(tmp_path / "keys.json")
    with pytest.raises(ValueError, match="the system's own"):
        keys.create(client, ("admin",), NOW)
    assert keys.all() == []


def test_its_department_is_nobodys_and_nobody_is_called_on() -> None:
    directory = load_directory()
    matter = Matter(pack=CANARY, kind="service_request", severity="simple", tier="standard")
    assert directory.route(matter, NOW) == Route(CANARY, None, CANARY)
    assert directory.department(CANARY) is None, "no ticket can be handed to it"

    class Nobody:
        department = CANARY
        handler = None
        first_owner = CANARY

    assert directory.addressees(["department_manager"], Nobody(), NOW) == (CANARY,)


def test_no_department_of_a_directory_takes_its_code() -> None:
    text = """
deputy_general_manager: boss
quality_centre: canary
departments:
  - { code: canary, name: { zh: 心跳, en: Canary }, supervisor: a, manager: b }
routing: { otherwise: canary }
"""
    with pytest.raises(WrongDataError, match="the system's own"):
        read_directory(text, "directory.yaml")


@pytest.mark.parametrize(("seconds", "interval"), [(0, None), (120, 120), (300, 300)])
def test_how_often_is_a_setting(seconds: int, interval: int | None) -> None:
    expected = interval and timedelta(seconds=interval)
    assert load_settings(canary_seconds=seconds).canary_interval == expected


def test_a_clock_that_runs_ahead_posts_no_more_of_them() -> None:
    sped_up = load_settings(canary_seconds=300, clock_speed=1000)
    assert sped_up.canary_interval == timedelta(seconds=300_000)
    assert load_settings(canary_seconds=300, clock_speed=0.5).pace == 1


@pytest.mark.parametrize("seconds", [-1, 1, 119, 86_401])
def test_an_interval_in_which_none_could_come_back_stops_the_start(seconds: int) -> None:
    with pytest.raises(WrongSettingError, match="HUIYIN_CANARY_SECONDS is wrong"):
        load_settings(canary_seconds=seconds)
