"""Bounds how long a client may take to ask, so that slow ones hold neither sockets for ever nor threads at all.

PatientProtocol   closes a connection whose request does not begin, or whose head does not end, in HEAD_SECONDS
patient           a body's next part must come within BODY_SECONDS
whole             a body as it came, read before a thread is given to it
"""

from __future__ import annotations

import asyncio

import httptools
from starlette.types import Message, Receive
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 30.0
BODY_SECONDS = 30.0
MOST_HEAD_BYTES = 2**16
"""Bytes of a head that is not yet whole at most."""


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's protocol, which waits for the head of a request just so long, and takes no endless one."""

    _limit: asyncio.TimerHandle | None = None
    _in_head = True
    _head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        super().connection_made(transport)
        self._limit = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request; the part of a head that is not the last must be followed in time."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as asked:
            self._read_on(data[asked.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")
        if self._in_head and not self.transport.is_closing():
            self._wait_for_head(len(data))

    def _read_on(self, rest: bytes) -> None:
        """Read what follows the head of a request for another protocol as if none had been asked for (RFC 9110, 7.8).

        Java's HttpClient asks for HTTP/2 with the first request it sends.
        """
        method = self.parser.get_method()
        if method == b"CONNECT":
            self.send_400_response("This is no proxy.")
            return
        kept = [b"%b: %b\r\n" % header for header in self.headers if header[0] != b"upgrade"]
        self.parser = httptools.HttpRequestParser(self)
        self.data_received(b"%b %b HTTP/1.1\r\n%b\r\n%b" % (method, self.url, b"".join(kept), rest))

    def _wait_for_head(self, taken: int) -> None:
        self._head_bytes += taken
        if self._head_bytes > MOST_HEAD_BYTES:
            self.send_400_response("The head of the request is too long.")
        elif self._limit is None:
            self._limit = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _should_upgrade(self) -> bool:
        """Leave a request that asks for another protocol to data_received."""
        return True

    def on_message_begin(self) -> None:
        """Begin to read a head."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Answer; the connection may now take its time."""
        self._in_head, self._head_bytes = False, 0
        self._forget_limit()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of a connection."""
        self._forget_limit()
        super().connection_lost(exc)

    def _forget_limit(self) -> None:
        if self._limit is not None:
            self._limit.cancel()
            self._limit = None


def patient(receive: Receive) -> Receive:
    """Return a receive that raises TimeoutError where nothing comes for too long."""

    async def receive_in_time() -> Message:
        async with asyncio.timeout(BODY_SECONDS):
            return await receive()

    return receive_in_time


async def whole(receive: Receive) -> Receive:
    """Read a body to its end and return a receive that gives the parts out again, each once."""
    parts = [await receive()]
    while parts[-1].get("more_body", False):
        parts.append(await receive())
    parts.reverse()

    async def receive_again() -> Message:
        return parts.pop() if parts else await receive()

    return receive_again
