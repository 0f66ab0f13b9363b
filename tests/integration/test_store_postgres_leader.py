import time
from contextlib import closing

import psycopg
import pytest

from shared.event_store import StoreUnavailableError
from shared.eventsourcing_store import postgres_leader
from shared.eventsourcing_store.postgres import PostgresBackend


def test_an_instance_that_stopped_asking_loses_its_lead_to_one_that_asks(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_leader, "SILENCE_SECONDS", 1)
    with (
        closing(PostgresBackend(database, "intake", [])) as frozen,
        closing(PostgresBackend(database, "intake", [])) as other,
    ):
        assert frozen.leads()
        asked_at = time.monotonic()
        while not other.leads():
            assert time.monotonic() < asked_at + 20, "the lead stays with one that is frozen"

        with pytest.raises(StoreUnavailableError):
            frozen.leads()
        assert not frozen.leads()


def test_who_lost_the_connection_leads_again_where_nobody_else_does(database: str) -> None:
    with closing(PostgresBackend(database, "intake", [])) as backend:
        assert backend.leads()
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks WHERE locktype = 'advisory'"
            )
        with pytest.raises(StoreUnavailableError):
            backend.leads()

        assert backend.leads()


def test_services_of_one_database_lead_each_for_itself(database: str) -> None:
    with (
        closing(PostgresBackend(database, "intake", [])) as intake,
        closing(PostgresBackend(database, "dispatch", [])) as dispatch,
    ):
        assert intake.leads()
        assert dispatch.leads()
