"""`python -m services.cli`: the `huiyin` command where its script is not on the path."""

from services.cli import app

app()
