"""Made-up series for each alert: when it fires, and of what it must say nothing.

Values are promtool's: `1x20` is 1 twenty times more, `0+1x20` counts up, a sample each minute.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Series by name; `fires` must fire within `minutes`, `silent` must not."""

    fires: dict[str, str]
    silent: dict[str, str]
    minutes: int = 20


def lag(partition: int) -> str:
    """Lag of dispatch in one of intake's partitions."""
    return f"kafka_consumergroup_group_lag{place(partition)}"


def offset(partition: int) -> str:
    """How far dispatch is there."""
    return f"kafka_consumergroup_group_offset{place(partition)}"


def place(partition: int) -> str:
    """The labels of a partition that dispatch reads."""
    group = 'group="huiyin-dispatch", topic="complaints.intake"'
    return f'{{{group}, partition="{partition}", consumer_id="a:1"}}'


AGE = f"kafka_consumergroup_group_lag_seconds{place(3)}"
ALARM = 'huiyin_consumer_alarm{service="sla", publisher="intake", partition="3", reason="missing"}'
REQUESTS = "huiyin_http_request_duration_seconds_count"
GOOD = f'{REQUESTS}{{service="intake", route="/intake/v1/tickets", status="201"}}'
BAD = f'{REQUESTS}{{service="intake", route="/intake/v1/tickets", status="503"}}'
PROBES = f'{REQUESTS}{{service="intake", route="/health/ready", status="503"}}'
RAISED = "huiyin_escalation_lag_seconds_bucket"


def instances(name: str, first: str, second: str = "0x30") -> dict[str, str]:
    """The series of two instances of one service."""
    return {
        f'{name}{{service="intake", instance="a:8001"}}': first,
        f'{name}{{service="intake", instance="b:8001"}}': second,
    }


def raised(within: str) -> dict[str, str]:
    """Two escalations a minute, all raised within that bucket's bound."""
    bounds = ("0.5", "30", "300", "+Inf")
    return {
        f'{RAISED}{{le="{bound}"}}': "0+2x30" if place_of >= bounds.index(within) else "0x30"
        for place_of, bound in enumerate(bounds)
    }


CASES = {
    "HuiyinInstanceDown": Case(
        {'up{job="huiyin", instance="a:8001"}': "1 0x30"},
        {'up{job="huiyin", instance="a:8001"}': "1x30", 'up{job="other", instance="x"}': "0x30"},
    ),
    "HuiyinNotReady": Case(
        instances("huiyin_ready", "0x30", "1x30"),
        instances("huiyin_ready", "0 1 0 0x2 1x30", "1x30"),
    ),
    "HuiyinStoreUnavailable": Case(
        instances("huiyin_store_available", "0x30", "1x30"),
        instances("huiyin_store_available", "1x30", "1x30"),
    ),
    "HuiyinServerErrors": Case(
        {GOOD: "0+90x30", BAD: "0+10x30"}, {GOOD: "0+999x30", BAD: "0+1x30", PROBES: "0+99x30"}
    ),
    "HuiyinConsumerLag": Case({AGE: "0+60x30"}, {AGE: "0 90 0 90 0 50x30"}),
    "HuiyinConsumerStalled": Case(
        {lag(3): "7x30", offset(3): "5x30"},
        {
            lag(3): "7x30",
            offset(3): "5+1x30",  # it gains
            lag(4): "0x30",
            offset(4): "5x30",  # it has nothing to do
        },
    ),
    "HuiyinConsumerStopped": Case({ALARM: "1x30"}, {ALARM: "1 1 stale _x5 1 1 stale"}),
    "HuiyinDeadLetters": Case(
        instances("huiyin_dead_letters", "2x30", "2x30"), instances("huiyin_dead_letters", "0x30")
    ),
    "HuiyinOutboxBacklog": Case(
        instances("huiyin_outbox_oldest_unpublished_seconds", "0+60x30"),
        instances("huiyin_outbox_oldest_unpublished_seconds", "0 9 0 20 1 3x30"),
    ),
    "HuiyinRelayWithoutLeader": Case(
        instances("huiyin_relay_leads", "0x30"), instances("huiyin_relay_leads", "0x30", "1x30")
    ),
    "HuiyinCanaryLate": Case({"huiyin_canary_late": "1x30"}, {"huiyin_canary_late": "0x30"}),
    "HuiyinCheckpointLate": Case(
        instances("huiyin_checkpoint_late", "1x30"), instances("huiyin_checkpoint_late", "0x30")
    ),
    "HuiyinEscalationLag": Case(raised("300"), raised("0.5")),
    "HuiyinTicketsNotWatched": Case(
        {"huiyin_tickets_not_watched": "1x30"}, {"huiyin_tickets_not_watched": "0x30"}
    ),
    "HuiyinDeadlinesDrifted": Case(
        {"huiyin_deadlines_drifted": "3x30"}, {"huiyin_deadlines_drifted": "0x30"}
    ),
    "HuiyinPackFileChanged": Case(
        {'huiyin_pack_file_changed{pack="acme"}': "1x30"},
        {'huiyin_pack_file_changed{pack="acme"}': "0x30"},
    ),
    "HuiyinCalendarNotCovered": Case(
        {'huiyin_calendar_uncovered_years{country="cn"}': "1x99"},
        {'huiyin_calendar_uncovered_years{country="cn"}': "0x99"},
        minutes=70,
    ),
    "HuiyinTakeoverWithoutPerson": Case(
        {"huiyin_takeovers_without_person_total": "0 0 1x30"},
        {"huiyin_takeovers_without_person_total": "4x30"},
    ),
}
