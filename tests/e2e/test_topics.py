"""On-call sees every reader of every topic at its end, and a service that is gone as unknown."""

from typing import Any

from tests.e2e.desk import register
from tests.e2e.system import Client, System
from tests.e2e.which import only_five_processes
from tests.eventually import eventually


def states(client: Client) -> dict[tuple[str, str], str]:
    """By publisher and reader."""
    topics: list[dict[str, Any]] = client.get("/reporting/v1/topics")["topics"]
    return {
        (topic["publisher"], consumer["service"]): consumer["state"]
        for topic in topics
        for consumer in topic["consumers"]
    }


def test_every_topic_is_read_to_its_end(client: Client) -> None:
    register(client)

    def settled() -> bool:
        found = states(client)
        intake = client.get("/reporting/v1/topics")["topics"][0]
        published = intake["end"] and intake["end"] == intake["published"]
        return bool(published) and len(found) == 16 and set(found.values()) == {"current"}

    eventually(settled, "every reader at its end")


@only_five_processes
def test_a_service_that_is_gone_is_unknown_and_not_up_to_date(
    system: System,
) -> None:
    client = system.client()
    revisit = system.programs["revisit"]
    revisit.kill()
    try:

        def is_alone() -> bool:
            found = states(client)
            gone = {found["intake", "revisit"], found["revisit", "intake"]} == {"unknown"}
            return gone and found["intake", "reporting"] == "current"

        eventually(is_alone, "what it reads and says is unknown, and nothing else")
    finally:
        revisit.start()
        revisit.wait_ready()
        client.close()
