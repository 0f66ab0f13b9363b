"""When two bodies under one key are the same request."""

from shared.http import Body
from shared.http.callers import fingerprint_of

SECRET = b"secret"


class Customer(Body):
    name: str
    phone: str | None = None


class Complaint(Body):
    content: str
    severity: str = "general"
    customer: Customer


class LaterCustomer(Body):
    email: str | None = None
    phone: str | None = None
    name: str


class LaterComplaint(Body):
    customer: LaterCustomer
    content: str
    severity: str = "general"
    tier: str = "standard"


SENT = '{"content": "断网", "customer": {"name": "张晓明"}}'


def fingerprint(sent: str, model: type[Body] = Complaint) -> str:
    return fingerprint_of(SECRET, model.model_validate_json(sent))


def test_a_retry_after_a_release_with_new_optional_fields_is_the_same_request() -> None:
    assert fingerprint(SENT, LaterComplaint) == fingerprint(SENT)


def test_a_default_may_be_said_or_left_out() -> None:
    said = '{"severity": "general", "customer": {"phone": null, "name": "张"}, "content": "断"}'
    left_out = '{"content": "断", "customer": {"name": "张"}}'

    assert fingerprint(said) == fingerprint(left_out)


def test_another_value_is_another_request() -> None:
    assert fingerprint(SENT.replace("断网", "断网。")) != fingerprint(SENT)
