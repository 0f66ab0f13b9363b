"""The floor that every POST figure is a ratio to: one bare FastAPI route with the same body model.

Never tuned: it validates, answers 201 and stores nothing.
"""

from fastapi import FastAPI

from services.intake.models import RegisterTicketRequest

app = FastAPI()


@app.post("/intake/v1/tickets", status_code=201)
async def register(body: RegisterTicketRequest) -> dict[str, str]:
    return {"kind": body.kind}
