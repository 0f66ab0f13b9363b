"""What Prometheus reads of the line: lag in records and seconds, who stands still, what waits."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.event_store import StoreUnavailableError
from shared.messaging.envelope import Arrival
from shared.messaging.topics import PARTITIONS
from tests.unit.support.calls import COMPLAINT
from tests.until import until
from tests.whole.product import PEOPLE, PUBLISHERS, Product, running
from tests.whole.test_random_desk import MONDAY

GROUPS = {f"huiyin-{name}" for name in (*PUBLISHERS, "reporting")}
LABELS = {
    *("cluster_name", "group", "topic", "partition"),
    *("member_host", "consumer_id", "client_id"),
}
Series = list[tuple[dict[str, str], float]]


async def scrape(product: Product, name: str, **labels: str) -> Series:
    """The series of that name with these labels."""
    text = (await product.call("GET", "/metrics")).text
    # To read it all takes seconds: each route that any test here asked has its series.
    of_it = "\n".join(line for line in text.splitlines() if line.startswith(name))
    return [
        (one.labels, one.value)
        for family in text_string_to_metric_families(f"{of_it}\n")
        for one in family.samples
        if one.name == name and labels.items() <= one.labels.items()
    ]


async def value(product: Product, name: str, **labels: str) -> float:
    """The sum of the series of that name with these labels; there is one at least."""
    found = await scrape(product, name, **labels)
    assert found, (name, labels)
    return sum(one for _, one in found)


async def register(product: Product) -> None:
    """Without waiting for what follows from it."""
    headers = {"Idempotency-Key": "one"}
    answer = await product.call("POST", "/intake/v1/tickets", json=COMPLAINT, headers=headers)
    assert answer.status_code == 201, answer.text


def break_dispatch(product: Product, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whatever it hears fails."""

    async def receive(arrival: Arrival) -> None:
        del arrival
        raise error

    monkeypatch.setattr(product.line("dispatch").consumer, "_receive", receive)


async def test_a_line_at_rest_has_no_lag_and_nothing_stands_still(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY) as product:
        await register(product)
        await product.settle()
        lags = await scrape(product, "kafka_consumergroup_group_lag")
        assert all(labels.keys() == LABELS for labels, _ in lags)
        assert {labels["group"] for labels, _ in lags} == GROUPS
        assert {lag for _, lag in lags} == {0.0}
        assert {
            one for _, one in await scrape(product, "kafka_consumergroup_group_lag_seconds")
        } == {0.0}
        end = await value(product, "kafka_partition_latest_offset", topic="complaints.intake")
        assert end > 0
        for group in ("huiyin-dispatch", "huiyin-sla", "huiyin-reporting"):
            of = {"group": group, "topic": "complaints.intake"}
            assert await value(product, "kafka_consumergroup_group_offset", **of) == end
            assert await value(product, "kafka_consumergroup_group_sum_lag", group=group) == 0
        assert await scrape(product, "huiyin_consumer_alarm") == []


async def test_a_line_at_rest_says_that_it_is_well(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY) as product:
        await register(product)
        await product.settle()
        ready = await scrape(product, "huiyin_ready")
        assert [one for _, one in ready] == [1.0] * len(GROUPS)
        stores = await scrape(product, "huiyin_store_available")
        assert [one for _, one in stores] == [1.0] * len(GROUPS)
        leads = await scrape(product, "huiyin_relay_leads")
        assert {labels["service"]: one for labels, one in leads} == dict.fromkeys(PUBLISHERS, 1.0)
        for service in PUBLISHERS:
            told = await value(product, "huiyin_outbox_end_position", service=service)
            assert told == await value(product, "huiyin_outbox_published_position", service=service)
            oldest = "huiyin_outbox_oldest_unpublished_seconds"
            assert await value(product, oldest, service=service) == 0
        assert await value(product, "huiyin_dead_letters") == 0


async def test_a_consumer_that_waits_lags_in_records_and_in_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, MONDAY) as product:
        break_dispatch(product, monkeypatch, TimeoutError())
        await register(product)

        async def waits() -> bool:
            alarms = await scrape(product, "huiyin_consumer_alarm", service="dispatch")
            return any(labels["publisher"] == "intake" for labels, _ in alarms)

        await until(waits, "dispatch waits")
        product.clock.time += timedelta(seconds=90)
        of = {"group": "huiyin-dispatch", "topic": "complaints.intake"}
        lags = await scrape(product, "kafka_consumergroup_group_lag", **of)
        assert sorted(lag for _, lag in lags) == [0.0] * (PARTITIONS - 1) + [1.0]
        assert await value(product, "kafka_consumergroup_group_topic_sum_lag", **of) == 1
        assert await value(product, "kafka_consumergroup_group_lag_seconds", **of) == 90
        group = {"group": "huiyin-dispatch"}
        own = [lag for _, lag in await scrape(product, "kafka_consumergroup_group_lag", **group)]
        assert await value(product, "kafka_consumergroup_group_max_lag", **group) == max(own)
        assert await value(product, "kafka_consumergroup_group_sum_lag", **group) == sum(own)
        assert await value(product, "kafka_consumergroup_group_max_lag_seconds", **group) == 90
        alarm = {"service": "dispatch", "publisher": "intake", "reason": "TimeoutError"}
        assert await value(product, "huiyin_consumer_alarm", **alarm) == 1
        assert await value(product, "huiyin_ready", service="dispatch") == 0
        assert await value(product, "kafka_consumergroup_group_sum_lag", group="huiyin-sla") == 0


async def test_what_was_parked_is_counted_and_its_age_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, MONDAY) as product:
        break_dispatch(product, monkeypatch, LookupError())
        await register(product)
        await product.settle()
        waiting = await value(product, "huiyin_dead_letters", service="dispatch")
        assert waiting == len(await product.parked()) > 0
        await product.pass_time(timedelta(minutes=5))
        assert await value(product, "huiyin_dead_letters_oldest_seconds", service="dispatch") == 300
        assert (
            await value(product, "kafka_consumergroup_group_sum_lag", group="huiyin-dispatch") == 0
        )


async def test_a_store_that_does_not_answer_is_named_and_hides_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, MONDAY) as product:

        def is_away(*_: object) -> None:
            raise StoreUnavailableError

        backend = product.line("revisit").core.store.backend
        with monkeypatch.context() as broken:
            broken.setattr(backend, "end", is_away)
            assert await value(product, "huiyin_store_available", service="revisit") == 0
            assert await value(product, "huiyin_store_available", service="intake") == 1
            assert await scrape(product, "huiyin_dead_letters", service="revisit") == []
        assert await value(product, "huiyin_store_available", service="revisit") == 1


async def test_a_relay_that_stopped_leads_no_longer(tmp_path: Path) -> None:
    async with running(tmp_path, MONDAY) as product:
        product.line("intake").attachment.task.cancel()
        answer = await product.call(
            "POST",
            "/intake/v1/tickets",
            PEOPLE[0],
            json=COMPLAINT,
            headers={"Idempotency-Key": "two"},
        )
        assert answer.status_code == 201
        product.clock.time += timedelta(seconds=40)
        assert await value(product, "huiyin_relay_leads", service="intake") == 0
        assert await value(product, "huiyin_relay_leads", service="dispatch") == 1
        oldest = "huiyin_outbox_oldest_unpublished_seconds"
        assert await value(product, oldest, service="intake") >= 40
