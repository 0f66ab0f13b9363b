"""One person's life in all services, what the stores keep of them, and where bytes of it lie."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from tests.e2e import desk
from tests.e2e.system import Client

NAME = "欧阳清照"
CUSTOMER = {
    "name": NAME,
    "phone": "13900001234",
    "email": "qingzhao@example.org",
}
OTHER = {"name": "李易", "phone": "13955556666"}
OTHERS = 30
"""Tickets of others before and after, so that rows move between pages."""
LATER = f"{NAME}后来又说："
LONG = f"{NAME}补充：仍未修好。" * 1000
"""Many pages of the file."""
BEGINNING = 24
"""As many characters of a text lie in one page, with its salt."""
Texts = Mapping[str, str]


def saying(*fields: str) -> Texts:
    """A text for each, which nobody else says."""
    return {field: f"{NAME}亲口说的{field}" for field in fields}


def complain(client: Client) -> str:
    """A complaint with all that a register can say of a person, and what comes beside it."""
    sealed = ("content", "subject", "requested_remedy", "contact_person")
    ticket = desk.register(
        client, customer=CUSTOMER, **saying(*sealed, "product_serial", "unit_number")
    )
    at = f"/intake/v1/tickets/{ticket['ticket_id']}"
    client.post(f"{at}/supplements", {"content": LONG})
    call = {"channel": "phone", "name": NAME, "number": CUSTOMER["phone"]}
    client.post("/intake/v1/contacts", {**call, "content": f"{NAME}来电催办"}, 201)
    ticket_id: str = ticket["ticket_id"]
    return ticket_id


def consult(client: Client) -> str:
    """A consultation that was answered and published."""
    ticket = desk.register(
        client, kind="consultation", customer=CUSTOMER, content=f"{NAME}问如何过户"
    )
    at = f"/intake/v1/tickets/{ticket['ticket_id']}"
    client.post(f"{at}/answer", {"text": f"请{NAME}到营业厅"})
    client.post(f"{at}/knowledge", saying("title", "text"))
    ticket_id: str = ticket["ticket_id"]
    return ticket_id


def work(client: Client, ticket_id: str, in_round: int, said: str, *, solved: bool) -> None:
    """A department's round and its call-back, with a note wherever one can be left."""
    order = desk.work_order(client, ticket_id, in_round)
    at = f"/dispatch/v1/work-orders/{order['work_order_id']}"
    reached = {"channel": "phone", "outcome": "reached"}
    client.post(f"{at}/acceptance", {"handler": "li.na"})
    client.post(f"{at}/contact-attempts", {**reached, "note": f"{said}接通"})
    client.post(f"{at}/verification", {"finding": "substantiated", "note": f"{said}属实"})
    client.post(f"{at}/completion", {"solution": f"{said}已修好"})
    client.post(f"{at}/customer-notice", {**reached, "about": "result", "note": f"{said}知道了"})
    found = desk.revisit(client, ticket_id, in_round)
    at = f"/revisit/v1/revisits/{found['revisit_id']}"
    client.post(f"{at}/attempts", {**reached, "note": f"{said}在听"})
    client.post(f"{at}/result", {"solved": solved, "remarks": f"{said}的意见"})


def others(client: Client, tag: str) -> None:
    """Other people's tickets, at once."""
    items = [
        {**desk.COMPLAINT, "customer": OTHER, "external_id": f"{tag}-{number}"}
        for number in range(OTHERS)
    ]
    client.post("/intake/v1/tickets:batch", {"items": items})


def kept_of(data: Path, customer_ref: str) -> dict[str, set[str]]:
    """By store, each text, salt, name and hash that is kept of the person."""
    return {path.stem: set(_values(path, customer_ref)) for path in sorted(data.glob("*.db"))}


def _values(path: Path, customer_ref: str) -> Iterator[str]:
    for body in bodies(path, "vault_texts", "vault_customers"):
        if body["customer_ref"] == customer_ref:
            personal = ("text", "salt", "name", "phone", "email", "account", "phone_hash")
            yield from (body[field][:BEGINNING] for field in personal if body.get(field))


def bodies(path: Path, *tables: str) -> Iterator[dict[str, Any]]:
    """The rows of those tables that the store has; it may be open elsewhere."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        for name in (f"row_{table}" for table in tables):
            for (body,) in connection.execute(f"SELECT body FROM {name}" if name in known else ""):  # noqa: S608 - our own names
                yield msgspec.json.decode(body)


def remains(folder: Path, kept: Iterable[str]) -> list[str]:
    """Which of it lies in which file: stores, logs and whatever else there is."""
    found = []
    wanted = sorted(kept)
    # A write-ahead log before its store: what is moved meanwhile is then found in both.
    for path in sorted((one for one in folder.rglob("*") if one.is_file()), reverse=True):
        content = path.read_bytes()
        found += [f"46: {path.name}: {one}" for one in wanted if one.encode() in content]
    return found


def replay_all(data: Path) -> None:
    """Everybody has heard nothing yet; of stopped services."""
    (data / "reporting.db").unlink()
    for service in ("intake", "dispatch", "revisit"):
        with closing(sqlite3.connect(data / f"{service}.db")) as connection, connection:
            connection.execute("DELETE FROM tracking WHERE application_name LIKE 'mark/%'")
