"""A person is erased: no file holds a byte of what they said any more, whatever is replayed."""

from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from services.intake.rows import WORDS
from shared.messaging.topics import PUBLISHERS
from tests.e2e import desk
from tests.e2e.system import Client, System, create_key
from tests.eventually import eventually
from tests.faults import person
from tests.faults.api_launch import launcher
from tests.faults.histories import REST_TIME, Logged, log_of
from tests.faults.ledger import check
from tests.faults.systems import only, restart, wait_for_crash
from tests.faults.watcher import Watcher

SERVICES_WITH_TEXTS = ("intake", "dispatch", "revisit")


def data_of(system: System) -> Path:
    return Path(only(system).environment["HUIYIN_DATA"])


def live(system: System, client: Client) -> tuple[str, set[str]]:
    """A person complains and is worked for; returns the ticket and all that is kept of them."""
    person.others(client, "before")
    ticket_id = person.complain(client)
    person.consult(client)
    person.work(client, ticket_id, 1, person.NAME, solved=False)
    person.others(client, "after")
    kept = person.kept_of(data_of(system), ref_of(system, ticket_id))
    assert all(kept[service] for service in SERVICES_WITH_TEXTS)
    assert {*person.CUSTOMER.values()} <= kept["intake"]
    everything = set().union(*kept.values())
    lying = {one.rpartition(": ")[2] for one in person.remains(data_of(system).parent, everything)}
    assert lying == everything, "the search would find it"
    return ticket_id, everything


def operators_client(system: System) -> Client:
    """One who may know who people are, and erase them."""
    return system.client(create_key(only(system).environment, "operator", "admin"))


def ref_of(system: System, ticket_id: str) -> str:
    """Whose ticket it is."""
    with closing(operators_client(system)) as operator:
        return str(desk.ticket(operator, ticket_id)["customer"]["customer_ref"])


def person_of(system: System, ticket_id: str) -> str:
    """The path of whose ticket it is."""
    return f"/intake/v1/customers/{ref_of(system, ticket_id)}"


def erase(system: System, ticket_id: str) -> None:
    """Returns when every service has said that nothing is left."""
    path = person_of(system, ticket_id)
    operator = operators_client(system)
    assert operator.call("DELETE", path).status_code in {200, 202}
    eventually(lambda: operator.call("DELETE", path).status_code == 200, "erased everywhere")
    gone = operator.call("GET", path)
    assert (gone.status_code, gone.json()["code"]) == (410, "erased")
    operator.close()


def go_on(client: Client, ticket_id: str) -> None:
    """The erased person's ticket is worked on to its end, and they complain anew."""
    at = f"/intake/v1/tickets/{ticket_id}"
    client.post(f"{at}/supplements", {"content": f"{person.LATER}还是不行"})
    person.work(client, ticket_id, 2, person.LATER, solved=True)
    desk.wait_for_status(client, ticket_id, "closed")
    desk.register(client, customer=person.CUSTOMER, content=f"{person.LATER}又断了")


def logs_of(system: System) -> Mapping[str, list[Logged]]:
    """All but what each service signs for from time to time."""
    return {
        service: [one for one in log_of(system, service) if one.name != "checkpoint-signed"]
        for service in PUBLISHERS
    }


def settle(client: Client) -> None:
    eventually(lambda: not Watcher(client).unread(), "rest", REST_TIME)


def erased_and_gone_on(system: System) -> tuple[str, set[str]]:
    """The whole life, up to a stopped system; returns the ticket and what may be nowhere."""
    client = system.client()
    ticket_id, kept = live(system, client)
    erase(system, ticket_id)
    go_on(client, ticket_id)
    settle(client)
    client.close()
    system.stop()
    return ticket_id, {*kept, person.NAME, person.LATER}


def test_nothing_of_an_erased_person_is_left_whatever_is_replayed(
    run: Callable[..., System],
) -> None:
    """H-25: confidential to the end; the records stay whole and traceable."""
    system = run()
    ticket_id, kept = erased_and_gone_on(system)
    data = data_of(system)

    check(person.remains(data.parent, kept))
    words = {one["word"] for one in person.bodies(data / "intake.db", WORDS.name)}
    assert words == set()
    logs = logs_of(system)
    for service in PUBLISHERS:
        assert [one.name for one in logs[service]].count("texts-erased") == 1

    person.replay_all(data)
    system.start()
    client = system.client()
    settle(client)
    history = desk.kinds(desk.whole_history(client, ticket_id))
    assert {"ticket-registered", "rectification-ordered", "ticket-closed"} <= set(history)
    assert desk.ticket(client, ticket_id)["status"] == "closed"
    client.close()
    system.stop()

    check(person.remains(data.parent, kept))
    assert logs_of(system) == logs, "a replay says nothing anew"


def test_an_erasure_goes_on_where_a_crash_interrupted_it(run: Callable[..., System]) -> None:
    """First intake dies of it, then the next service; nobody asks again."""
    system = run(launcher("before-deleting@1"))
    client = system.client()
    ticket_id, kept = live(system, client)
    operator = operators_client(system)
    path = person_of(system, ticket_id)
    with pytest.raises(httpx.TransportError):
        operator.call("DELETE", path)
    wait_for_crash(only(system))

    restart(only(system), launcher("before-deleting@2"))
    wait_for_crash(only(system))
    restart(only(system))
    only(system).wait_ready()

    eventually(lambda: operator.call("GET", path).json()["complete"], "erased everywhere")
    settle(client)
    operator.close()
    client.close()
    system.stop()
    check(person.remains(data_of(system).parent, {*kept, person.NAME}))
    for log in logs_of(system).values():
        assert [one.name for one in log].count("texts-erased") == 1


def test_what_known_bugs_leave_behind_is_found(run: Callable[..., System]) -> None:
    """Two of them at once: each leaves texts of its own."""
    system = run(launcher("keeps-texts", "keeps-late-texts"))
    _, kept = erased_and_gone_on(system)

    found = person.remains(data_of(system).parent, kept)
    left = {one.rpartition(": ")[2] for one in found}
    assert person.LATER in left, "late texts were not noticed"
    assert {*person.saying("content").values()} <= left, "kept texts were not noticed"


@pytest.mark.faults
def test_what_is_deleted_lightly_is_found(run: Callable[..., System]) -> None:
    system = run(launcher("deletes-lightly"))
    _, kept = erased_and_gone_on(system)

    check(person.remains(data_of(system).parent, kept), "46")
