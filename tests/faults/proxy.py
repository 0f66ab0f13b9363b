"""A TCP proxy that a test puts before a broker or a database, to spoil what passes through it."""

import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

CHUNK = 64 * 1024


class Link:
    """One connection carried through, in two directions."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server
        self.swallowing = False

    def cut(self) -> None:
        """End it for both sides at once."""
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Carries what comes to `port` on to the target; its attributes may be changed at any time."""

    def __init__(self, port: int, host: str = "127.0.0.1") -> None:
        self.delay = 0.0
        """Seconds for each piece, in each direction."""
        self.refusing = False
        """New connections are cut at once."""
        self.dropping_requests = False
        self.dropping_replies = False
        """What is sent is lost while the connection stands: a partition in one direction."""
        self.swallowed = threading.Event()
        """Set when a reply was swallowed and its connection cut."""
        self._target = (host, port)
        self._swallow_to: bytes | None = None
        self._links: list[Link] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.refusing = True
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """End all connections; new ones are carried."""
        links, self._links = self._links, []
        for link in links:
            link.cut()

    def swallow_reply_to(self, request: bytes) -> None:
        """Carry the next request that holds these bytes, wait for its reply, and cut instead."""
        self.swallowed.clear()
        self._swallow_to = request

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self._carry_on(client)

    def _carry_on(self, client: socket.socket) -> None:
        try:
            if self.refusing:
                raise ConnectionRefusedError
            server = socket.create_connection(self._target)
        except OSError:
            client.close()
            return
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link = Link(client, server)
        self._links.append(link)
        for carry in (self._carry_requests, self._carry_replies):
            threading.Thread(target=carry, args=(link,), daemon=True).start()

    def _carry_requests(self, link: Link) -> None:
        with suppress(OSError):
            while data := link.client.recv(CHUNK):
                time.sleep(self.delay)
                if self._swallow_to is not None and self._swallow_to in data:
                    self._swallow_to = None
                    link.swallowing = True
                if not self.dropping_requests:
                    link.server.sendall(data)
        self._end(link, link.client)

    def _carry_replies(self, link: Link) -> None:
        with suppress(OSError):
            while data := link.server.recv(CHUNK):
                time.sleep(self.delay)
                if link.swallowing:
                    self.swallowed.set()
                    break
                if not self.dropping_replies:
                    link.client.sendall(data)
        self._end(link, link.server)

    def _end(self, link: Link, mine: socket.socket) -> None:
        link.cut()
        mine.close()
        with suppress(ValueError):
            self._links.remove(link)
