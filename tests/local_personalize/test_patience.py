"""Slow clients: each is let go in time, and meanwhile keeps no one else from an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

from local_personalize import patience
from local_personalize.patience import PatientProtocol, patient, whole

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


@pytest.fixture(autouse=True)
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test can wait for."""
    monkeypatch.setattr(patience, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(patience, "BODY_SECONDS", 0.1)


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer "fine" and what the request's body is."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(b"fine" + body)(scope, receive, send)


def told(talk: Talk) -> bytes:
    """Return what a client hears from a server that answers "fine"."""

    async def meet() -> bytes:
        config = uvicorn.Config(echo, port=0, http=PatientProtocol, lifespan="off", log_config=None)
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


@pytest.mark.parametrize("cut", [5, 30, 90, 120])
@pytest.mark.parametrize("protocol", ["h2c", "websocket"])
def test_who_asks_for_another_protocol_gets_this_one(protocol: str, cut: int) -> None:
    asked = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %b\r\n" % protocol.encode()
    post = b"POST / HTTP/1.1\r\nHost: localhost\r\n" + asked + b"Content-Length: 5\r\n\r\nhello"

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        for part in (post[:cut], post[cut:], post):
            writer.write(part)
            await asyncio.sleep(0)
        return await reader.readuntil(b"finehello") + await reader.readuntil(b"finehello")

    assert told(talk).count(b"200 OK") == 2


@pytest.mark.parametrize(
    "begun", [HEAD + b"X-Long: " + b"x" * 2**16, b"CONNECT localhost:1 HTTP/1.1\r\n\r\n", b"\x16\x03\x01"]
)
def test_what_is_no_request_is_told_so_at_once(begun: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        writer.write(begun)
        return await reader.read()

    assert told(talk).startswith(b"HTTP/1.1 400 Bad Request")


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
