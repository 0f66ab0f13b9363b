from uuid import UUID

from shared.messaging.topics import PARTITIONS, partition_of, topic_of


def test_partitions_never_change() -> None:
    subjects = [UUID(int=number) for number in range(8)]

    assert PARTITIONS == 12
    assert [partition_of(one) for one in subjects] == [1, 7, 1, 11, 8, 6, 0, 10]
    assert partition_of(UUID("0d9d7a4e-7a1e-4a53-8d3c-5f0e7b1c2a90")) == 4


def test_topics_are_named_after_their_owner() -> None:
    assert topic_of("intake") == "complaints.intake"
