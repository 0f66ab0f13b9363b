"""What sla knew and said live, and what its stores come to when it is built from them anew."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e import desk
from tests.e2e.rebuilding import End, Logs, Replayed, at_rest, logs_of, stopped, unlike
from tests.e2e.system import Client, System, embedded

Rebuilt = tuple[Replayed, Logs, End]


def tell_some_stories(client: Client) -> None:
    """Solved in the second round, answered at once, withdrawn, and forgotten for thirty days."""
    twice = desk.register(client)["ticket_id"]
    desk.handle(client, twice)
    desk.conclude(client, twice, solved=False, score=1)
    desk.wait_for_round(client, twice, 2)
    desk.handle(client, twice, 2)
    desk.conclude(client, twice, 2, solved=True)
    desk.wait_for_status(client, twice, "closed")
    answered = desk.register(client, severity="simple")["ticket_id"]
    client.post(f"/intake/v1/tickets/{answered}/answer", {"text": "已重置端口。"})
    withdrawn = desk.register(client)["ticket_id"]
    client.post(f"/intake/v1/tickets/{withdrawn}/withdrawal", {"reason": "客户撤诉"})
    long_ago = (datetime.now(UTC) - timedelta(days=30)).isoformat()
    desk.register(client, received_at=long_ago)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Rebuilt:
    system: System = embedded(tmp_path_factory.mktemp("rebuilt"))
    try:
        client = system.client()
        tell_some_stories(client)
        live = at_rest(client)
        client.close()
        end = stopped(system)
    finally:
        system.kill()
    return live, logs_of(system), end


def test_sla_built_anew_from_the_stores_knows_and_says_what_the_live_one_did(
    rebuilt: Rebuilt,
) -> None:
    """I8."""
    live, logs, end = rebuilt
    assert live["tickets"] == 4
    assert unlike(live, logs, end) == []


@pytest.mark.parametrize("forgotten", ["ticket-withdrawn.v1", "customer-notified.v1"])
def test_a_record_that_a_replay_would_lose_is_noticed(rebuilt: Rebuilt, forgotten: str) -> None:
    """I13."""
    live, logs, end = rebuilt
    fewer = {
        service: [logged for logged in log if logged.event.name != forgotten]
        for service, log in logs.items()
    }
    found = unlike(live, fewer, end)
    assert any("other facts" in one for one in found)
    assert any("was said to be" in one for one in found)


def test_a_word_of_sla_that_nothing_stands_behind_is_noticed(rebuilt: Rebuilt) -> None:
    """I13."""
    live, logs, end = rebuilt
    silent = [logged for logged in logs["sla"] if logged.event.name != "clock-met.v1"]
    assert unlike(live, {**logs, "sla": silent}, end)
