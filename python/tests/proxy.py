"""A proxy between a client and the service that simulates network faults and counts requests."""

from __future__ import annotations

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

REFUSAL = b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class Proxy:
    def __init__(self, target: str) -> None:
        self.target: str | None = target
        """The service that connections go to. None: they are refused."""
        self.streams_pass = True
        """Whether event streams are let through."""
        self.swallow: bytes | None = None
        """The connection is cut after the next request with this text reached the service, so its
        answer is lost."""
        self.answer: bytes | None = None
        """What the next request gets instead of an answer of the service."""
        self.before: tuple[bytes, Callable[[], object]] | None = None
        """A text, and what runs before the next request with it reaches the service."""
        self.replace: tuple[bytes, bytes] | None = None
        """Replaces a text in event streams. Both have the same length."""
        self.requests: list[bytes] = []
        """All requests but event streams."""
        self.open_streams = 0
        self.streams = 0
        self.refused_streams = 0
        self._sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Cuts all connections, like an unplugged cable."""
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.target = None
        self._listener.close()
        self.cut()

    def count(self, text: str) -> int:
        return sum(text.encode() in request for request in self.requests)

    def wait_for_streams(self, count: int) -> None:
        for _ in range(400):
            if self.open_streams == count:
                return
            time.sleep(0.02)
        raise AssertionError(f"{self.open_streams} streams are open, not {count}")

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        if self.target is None:
            client.close()
            return
        parts = urlsplit(self.target)
        try:
            upstream = socket.create_connection((parts.hostname, parts.port))
        except OSError:
            client.close()
            return
        pair = {client, upstream}
        self._sockets |= pair
        try:
            self._pump(client, upstream)
        except OSError:
            pass
        finally:
            self._sockets -= pair
            for one in pair:
                one.close()

    def _pump(self, client: socket.socket, upstream: socket.socket) -> None:
        is_stream = False
        is_swallowing = False
        try:
            while True:
                readable, _, _ = select.select([client, upstream], [], [])
                for one in readable:
                    data = one.recv(65_536)
                    if not data or (one is upstream and is_swallowing):
                        return
                    if one is client:
                        if b"text/event-stream" in data.lower():
                            if not self.streams_pass:
                                self.refused_streams += 1
                                client.sendall(REFUSAL)
                                return
                            is_stream = True
                            self.streams += 1
                            self.open_streams += 1
                        else:
                            if self.answer is not None and b"{" in data:
                                client.sendall(self.answer)
                                self.answer = None
                                return
                            self.requests.append(data)
                        if self.swallow is not None and self.swallow in data:
                            self.swallow = None
                            is_swallowing = True
                        if self.before is not None and self.before[0] in data:
                            run = self.before[1]
                            self.before = None
                            run()
                    elif is_stream and self.replace is not None:
                        data = data.replace(*self.replace)
                    (upstream if one is client else client).sendall(data)
        finally:
            if is_stream:
                self.open_streams -= 1
