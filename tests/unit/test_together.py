"""Tests that share a part go to one process of `pytest -n`, and the others to any."""

from pathlib import Path

import pytest

from tests.conftest import TOGETHER, Together

ROOT = Path(__file__).parents[2]


@pytest.fixture
def scheduler() -> Together:
    """Without its workers: where a test belongs is known without them."""
    return Together.__new__(Together)


@pytest.mark.parametrize("place", TOGETHER)
def test_what_is_kept_together_is_there(place: str) -> None:
    path = ROOT / place
    assert path.is_dir() == place.endswith("/")
    assert path.is_file() or list(path.rglob("test_*.py"))


@pytest.mark.parametrize("place", TOGETHER)
def test_all_tests_of_a_place_go_to_one_worker(place: str, scheduler: Together) -> None:
    ids = (f"{place}test_a.py::test_b", f"{place}deeper/test_c.py::test_d[e]")
    assert {scheduler._split_scope(one) for one in ids} == {TOGETHER[place]}  # noqa: SLF001


def test_any_other_goes_by_itself(scheduler: Together, request: pytest.FixtureRequest) -> None:
    own = request.node.nodeid
    assert own.startswith("tests/unit/")  # what the places above are beginnings of
    assert scheduler._split_scope(own) == own  # noqa: SLF001
