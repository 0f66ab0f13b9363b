"""The people of a tale, by the work that they do in it."""

from uuid import uuid4

from tests.e2e.stories.actors import Json
from tests.e2e.stories.agreeing import Agreeing
from tests.e2e.stories.answering import Answering
from tests.e2e.stories.calling_back import CallBackAgent
from tests.e2e.stories.calling_out import PhoneManager
from tests.e2e.stories.handling import Handling
from tests.e2e.stories.receiving import Receiver
from tests.e2e.stories.tale import Tale


class Handler(Handling, Agreeing, Answering):
    """Who works on work orders; each verb is one command."""


def receiver(tale: Tale, name: str, pack: str) -> Receiver:
    """Whoever takes the calls of that pack."""
    return Receiver(tale, name, tale.company.desk(pack))


def handler(tale: Tale, name: str) -> Handler:
    return Handler(tale, name, tale.company.person(name))


def caller(tale: Tale, name: str) -> CallBackAgent:
    return CallBackAgent(tale, name, tale.company.person(name))


def at_the_hotline(tale: Tale) -> Receiver:
    return receiver(tale, "zhang-min", "hotline-400")


def phone_manager(tale: Tale, name: str, pack: str = "mobile-key-account") -> PhoneManager:
    """Who looks after customers, at the system that knows their moments."""
    return PhoneManager(tale, name, tale.company.desk(pack))


def reference(tale: Tale, pack: str, customer: Json) -> str:
    """By which the pack's desk knows the customer."""
    desk = tale.company.desk(pack)
    kept = desk.post("/intake/v1/customers", customer, 201, Idempotency_Key=str(uuid4()))
    return str(kept["customer_ref"])
