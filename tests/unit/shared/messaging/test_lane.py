import pytest

from shared.messaging import lane
from shared.messaging.lane import MISSING, Lane
from shared.messaging.subscriber import PartitionFullError
from tests.unit.shared.messaging.records import EPOCH, NOW, arrival, record


def test_what_was_handled_moves_mark_and_place() -> None:
    one = Lane("intake", 4)

    assert one.handled(arrival(7, 0, offset=3), NOW) is None

    assert (one.mark, one.place, one.dirty) == (7, 4, True)
    assert [(mark.name, mark.position) for mark in one.marks(EPOCH)] == [
        (f"mark/intake/{EPOCH}/4", 7),
        (f"offset/intake/{EPOCH}/4", 4),
    ]


def test_the_embedded_carrier_has_no_place() -> None:
    one = Lane("intake", 4)

    one.handled(arrival(7), NOW)

    assert [mark.position for mark in one.marks(EPOCH)] == [7]


def test_what_is_kept_aside_is_read_again_after_a_restart() -> None:
    one = Lane("intake", 4, mark=1, place=1)
    third, fourth = arrival(3, 2, offset=1), arrival(4, 3, offset=2)
    one.hold(third)
    one.hold(fourth)
    assert MISSING in (one.alarm or "")

    one.pass_by(record(1, 0, offset=3))
    assert one.place == 1

    assert one.handled(arrival(2, 1, offset=4), NOW) is third
    assert one.place == 1  # until it is handled too
    assert one.handled(third, NOW) is fourth
    assert one.handled(fourth, NOW) is None
    assert one.mark == 4
    assert not one.alarm


def test_no_more_than_the_limit_is_kept_aside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lane, "MAX_HELD", 2)
    one = Lane("intake", 4)
    one.hold(arrival(3, 2))
    one.hold(arrival(4, 3))

    one.hold(arrival(4, 3))  # a repeat takes no room
    with pytest.raises(PartitionFullError):
        one.hold(arrival(5, 4))
