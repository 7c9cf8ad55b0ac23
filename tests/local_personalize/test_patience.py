"""Slow clients: each is let go in time, and meanwhile keeps no one else from an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import Message

from local_personalize import patience
from local_personalize.patience import PatientProtocol, patient, whole

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(patience, "BODY_SECONDS", 0.1)


def told(talk: Talk) -> bytes:
    """Return what a client hears from a server that answers "fine"."""

    async def meet() -> bytes:
        config = uvicorn.Config(
            PlainTextResponse("fine"), port=0, http=PatientProtocol, lifespan="off", log_config=None
        )
        server = uvicorn.Server(config)
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        try:
            port = server.servers[0].sockets[0].getsockname()[1]
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            heard = await asyncio.wait_for(talk(reader, writer), 20)
            writer.close()
            return heard
        finally:
            await server.shutdown()

    return asyncio.run(meet())


@pytest.mark.parametrize("begun", [b"", HEAD])
def test_a_head_without_end_closes_the_connection(begun: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(begun)
        return await reader.read()

    assert told(talk) == b""


def test_a_second_head_is_waited_for_as_long_as_the_first() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(HEAD + b"\r\n")
        await reader.readuntil(b"fine")
        writer.write(HEAD)
        return await reader.read()

    assert told(talk) == b""


def test_a_whole_head_is_answered_however_it_comes() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for part in (HEAD[:9], HEAD[9:], b"Connection: close\r\n\r\n"):
            writer.write(part)
            await writer.drain()
        return await reader.read()

    assert told(talk).endswith(b"fine")


def test_a_body_that_stops_is_given_up() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.raises(TimeoutError):
        asyncio.run(patient(receive)())  # type: ignore[arg-type]


def test_a_whole_body_is_given_out_as_it_came() -> None:
    parts: list[Message] = [{"body": b"a", "more_body": True}, {"body": b"b"}, {"type": "http.disconnect"}]
    left = iter(parts)

    async def receive() -> Message:
        return next(left)

    async def read() -> list[Message]:
        again = await whole(receive)
        return [await again() for _ in parts]

    assert asyncio.run(read()) == parts
