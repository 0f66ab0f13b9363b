"""A small HTTP load generator of our own: keep-alive connections, real bodies, exact latencies.

One process on uvloop, a bare protocol and requests from a template: it must cost little beside the
server, which shares the machine with it.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator
from itertools import count
from typing import Any, Self

import uvloop

BODY = {
    "kind": "complaint",
    "content": "宽带断网三天，报修两次无人上门，客服每次都说二十四小时内处理。",
    "customer": {"name": "张晓明", "phone": "13812345678"},
    "category": "broadband",
    "product": "fibre-500",
    "channel": "phone",
}


class Connection(asyncio.Protocol):
    """One kept-alive HTTP/1.1 connection; one request at a time."""

    _transport: asyncio.WriteTransport
    _answer: asyncio.Future[tuple[int, bytes]]

    def __init__(self) -> None:
        self._received = b""

    @classmethod
    async def open(cls, port: int) -> Self:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, "127.0.0.1", port)
        return connection

    async def send(self, request: bytes) -> tuple[int, bytes]:
        """The answer's status and body."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvloop's is of no base
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Waits for a head with its length, and for so much of a body."""
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]) if end else 0
        if end and len(body) == length:
            self._received = b""
            self._answer.set_result((int(head[9:12]), body))

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("closed"))

    def close(self) -> None:
        self._transport.close()


def get(path: str, key: str) -> bytes:
    """A GET request."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n\r\n".encode()


def registrations(key: str) -> Iterator[bytes]:
    """POST requests, each with a new customer and idempotency key."""
    body = json.dumps(BODY, ensure_ascii=False).encode()
    head = (
        f"POST /intake/v1/tickets HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {key}\r\n"
        f"Idempotency-Key: {time.time_ns()}-%08d\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    template = head.encode() + body.replace(b"13812345678", b"138%08d")
    for number in count(time.time_ns() // 1000):  # no customer of an earlier run comes again
        yield template % (number % 100_000_000, number % 100_000_000)


class Load:
    """Registers tickets over a number of connections and keeps each one's latency."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._requests = registrations(key)
        self.latencies: list[float] = []
        self.failed = 0

    async def saturate(self, connections: int, seconds: float) -> float:
        """As fast as the server answers; returns answers per second."""
        started = time.perf_counter()

        async def worker() -> None:
            connection = await Connection.open(self._port)
            while time.perf_counter() < started + seconds:
                await self._register(connection, time.perf_counter())
            connection.close()

        await asyncio.gather(*(worker() for _ in range(connections)))
        return len(self.latencies) / (time.perf_counter() - started)

    async def steady(self, rate: float, connections: int, seconds: float) -> float:
        """At a fixed rate, latency counted from when each was due (no coordinated omission)."""
        free: asyncio.Queue[Connection] = asyncio.Queue()
        for _ in range(connections):
            free.put_nowait(await Connection.open(self._port))
        started = time.perf_counter()

        async def one(due: float) -> None:
            connection = await free.get()
            await self._register(connection, due)
            free.put_nowait(connection)

        tasks = []
        for number in range(int(rate * seconds)):
            due = started + number / rate
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.append(asyncio.create_task(one(due)))
        await asyncio.gather(*tasks)
        return len(self.latencies) / (time.perf_counter() - started)

    async def _register(self, connection: Connection, due: float) -> None:
        status, _ = await connection.send(next(self._requests))
        self.latencies.append(time.perf_counter() - due)
        self.failed += status != 201


def percentiles(seconds: list[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    ordered = sorted(seconds)
    return {f"p{n}_ms": ordered[len(ordered) * n // 100] * 1000 for n in (50, 99)}


def main() -> None:
    """Prints what it saw as one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--key", default="none")
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rate", type=float, help="requests a second; without: as fast as it goes")
    given = parser.parse_args()
    load = Load(given.port, given.key)
    if given.rate:
        rate = uvloop.run(load.steady(given.rate, given.connections, given.seconds))
    else:
        rate = uvloop.run(load.saturate(given.connections, given.seconds))
    seen = {"per_second": rate, "failed": load.failed, **percentiles(load.latencies)}
    print(json.dumps(seen))  # noqa: T201


if __name__ == "__main__":
    main()
