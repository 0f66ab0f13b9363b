"""The image's health check: what `docker inspect` shows of a service that is not ready."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

DOCKERFILE = Path(__file__).parents[2] / "deploy" / "Dockerfile"
REASON = "The store does not answer: see whether its database runs."


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Service(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health/ready" else 404)
            self.end_headers()
            self.wfile.write(REASON.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def checked(port: int) -> subprocess.CompletedProcess[str]:
    found = re.search(
        r"^HEALTHCHECK .*?CMD (\[.*?\])$", DOCKERFILE.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    _, *arguments = json.loads(found[1])
    environment = {**os.environ, "HUIYIN_PORT": str(port)}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_who_is_ready_is_healthy_and_who_is_not_says_why() -> None:
    with answering(200) as port:
        assert checked(port).returncode == 0
    with answering(503) as port:
        found = checked(port)
        assert (found.returncode, found.stderr.strip()) == (1, REASON)
