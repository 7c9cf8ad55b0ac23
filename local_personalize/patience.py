"""Bounds how long a client may take to ask, so that slow ones hold neither sockets for ever nor threads at all.

PatientProtocol   closes a connection whose request does not begin, or whose head does not end, in HEAD_SECONDS
patient           a body's next part must come within BODY_SECONDS
whole             a body as it came, read before a thread is given to it
"""

from __future__ import annotations

import asyncio

import h11
from starlette.types import Message, Receive
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 30.0
BODY_SECONDS = 30.0


class PatientProtocol(H11Protocol):
    """uvicorn's protocol, which waits for the head of a request just so long."""

    _limit: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a new connection."""
        super().connection_made(transport)
        self._limit = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def data_received(self, data: bytes) -> None:
        """Take a part of a request; the part of a head that is not the last must be followed in time."""
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._forget_limit()
        elif self._limit is None:
            self._limit = self.loop.call_later(HEAD_SECONDS, self.transport.close)

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
