"""Each service's signed checkpoints come to reporting over Kafka, and agree."""

from typing import Any

from tests.e2e import desk
from tests.e2e.system import Client
from tests.e2e.which import only_five_processes
from tests.eventually import eventually

VERIFICATION = "/reporting/v1/audit/verification"


pytestmark = only_five_processes


def test_every_log_is_what_its_service_signed_for(client: Client) -> None:
    ticket_id = desk.register(client)["ticket_id"]

    def proven() -> Any:  # noqa: ANN401 - JSON
        answer = client.call("GET", f"/reporting/v1/tickets/{ticket_id}/proof")
        if answer.status_code == 404:  # not heard of yet
            return None
        found = answer.json()
        signed = {one["service"] for one in found["manifest"]["sources"] if "checkpoint" in one}
        whole = all("index" in one for one in found["items"])
        return found if whole and signed >= {"intake", "dispatch", "sla"} else None

    found = eventually(proven, "the ticket is signed for by three services", 40)
    assert all(one["stated"]["length"] <= one["length"] for one in found["manifest"]["chains"])

    def verified() -> Any:  # noqa: ANN401 - JSON
        answer = client.call("GET", VERIFICATION)
        return answer.json() if answer.status_code == 200 else None

    verdict = eventually(verified, "a verification that ends", 40)
    assert (verdict["state"], [one["faults"] for one in verdict["services"]]) == ("ok", [[]] * 5)
