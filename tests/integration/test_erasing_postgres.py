"""A person is erased from PostgreSQL: no row of any table holds what they said."""

from pathlib import Path

import psycopg
from asgi_lifespan import LifespanManager
from httpx import ASGITransport, AsyncClient
from psycopg import sql

from services.intake.main import create_app
from shared.carrier import EmbeddedLine
from shared.keys import KeyFile
from shared.settings import Settings
from tests.unit.intake.service import COMPLAINT, TICKETS
from tests.unit.support.ears import StillClock
from tests.unit.support.examples import AT

SAID = ("欧阳清照", "13900001234", "欧阳清照家里断网三天", "欧阳清照又催了一次", "过户要双方到场")
BODY = {
    **COMPLAINT,
    "kind": "consultation",
    "customer": {"name": SAID[0], "phone": SAID[1]},
    "content": SAID[2],
}


def said_in(database: str) -> set[str]:
    """What of it stands in some row of intake's tables; bytes are shown as hexadecimal."""
    with psycopg.connect(database) as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'intake'"
        ).fetchall()
        rows = [
            row
            for (table,) in tables
            for (row,) in connection.execute(
                sql.SQL("SELECT one::text FROM intake.{} AS one").format(sql.Identifier(table))
            )
        ]
    return {one for one in SAID for row in rows if one in row or one.encode().hex() in row}


async def test_no_row_holds_what_an_erased_person_said(database: str, tmp_path: Path) -> None:
    """H-25."""
    settings = Settings(data=tmp_path, store=database, checkpoint_seconds=3600)
    app = create_app(settings, EmbeddedLine(), StillClock(AT))
    async with (
        LifespanManager(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://huiyin") as client,
    ):
        token = KeyFile(settings.keys_path).create("desk", ("admin",), AT)
        client.headers["Authorization"] = f"Bearer {token}"
        once = {"Idempotency-Key": "a"}
        at = (await client.post(TICKETS, json=BODY, headers=once)).headers["location"]
        await client.post(f"{at}/supplements", json={"content": SAID[3]})
        await client.post(f"{at}/answer", json={"text": "请到营业厅"})
        knowledge = {"title": "过户", "text": SAID[4]}
        published = await client.post(f"{at}/knowledge", json=knowledge)
        assert published.status_code == 200, published.text
        assert said_in(database) == set(SAID)
        ref = (await client.get(at)).json()["customer"]["customer_ref"]

        erased = await client.delete(f"/intake/v1/customers/{ref}")
        late = await client.post(TICKETS, json=BODY, headers={"Idempotency-Key": "b"})

        assert (erased.status_code, erased.json()["erased_by"]) == (202, ["intake"])
        assert late.status_code == 201
        assert said_in(database) == set()
        assert (await client.get(at)).json()["erased"] is True
