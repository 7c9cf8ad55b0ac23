"""The HTTP side of the endpoint: tells Amazon Personalize's requests from those for other AWS services.

    /_local/...                                     this endpoint's own: health, attach, progress, insights
    signed for `personalize`, or with its target    protocol.answer in a thread
    all else                                        moto (S3, IAM, STS, SSM ...) through WSGI

Only this machine is answered: the socket is on loopback, and Host and Origin must say so too, or a web page
elsewhere could reach in through the browser (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local_personalize import VERSION, protocol
from local_personalize.application import Application, Call
from local_personalize.operations import OPERATIONS
from local_personalize.parents import Parents

THREADS = 32
"""Requests that are answered at once; most wait for the disk."""

DEFAULT_REGION = "us-east-1"
CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/([^/]+)/aws4_request")


def build(app: Application, parents: Parents) -> ASGIApp:
    """Return the ASGI application of one endpoint; it starts and closes nothing itself."""
    routes = [
        Route("/_local/health", _health(app)),
        Route("/_local/attach", _attach(parents), methods=["POST"]),
        *_local_routes(app),
        Mount("/", app=Gateway(app)),
    ]
    return OnlyThisMachine(Starlette(routes=routes))


def _local_routes(app: Application) -> list[Any]:
    import importlib.util  # until local_routes.py is there

    if importlib.util.find_spec("local_personalize.local_routes") is None:
        return []
    from local_personalize import local_routes

    return list(local_routes.routes(app))


class Gateway:
    """Sends each request to Amazon Personalize or to the other services."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        aws: Any = app.aws  # a2wsgi and Starlette have their own words for the same types
        self._others: Any = WSGIMiddleware(aws, workers=10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        headers = dict(scope["headers"])
        signed = CREDENTIAL_SCOPE.search(headers.get(b"authorization", b"").decode("latin1"))
        target = headers.get(b"x-amz-target", b"").decode("latin1") or None
        if (signed and signed[2] == "personalize") or (target or "").startswith("AmazonPersonalize."):
            call = Call(self._app, signed[1] if signed else DEFAULT_REGION)
            await self._personalize(call, target, scope, receive, send)
        else:
            await self._others(scope, receive, send)

    async def _personalize(self, call: Call, target: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(receive)
        ask = partial(protocol.answer, call, OPERATIONS, method=scope["method"], target=target, path=scope["path"])
        reply = await asyncio.get_running_loop().run_in_executor(self._threads, partial(ask, body=body))
        headers = {**reply.headers, "content-length": str(len(reply.body))}
        raw = [(name.encode(), value.encode("latin1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": reply.body})


class OnlyThisMachine:
    """Refuses requests that name another host or come from another site's page."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what comes from here."""
        headers = dict(scope.get("headers", []))
        host, origin = headers.get(b"host", b"").decode("latin1"), headers.get(b"origin", b"").decode("latin1")
        foreign = not is_loopback(f"//{host}") or (origin and not is_loopback(origin))
        if scope["type"] == "http" and (foreign or scope["path"].startswith("/moto-api")):
            await PlainTextResponse("This endpoint answers its own machine alone.", 403)(scope, receive, send)
        else:
            await self._inner(scope, receive, send)


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is this machine by definition: 127.0.0.1, ::1, localhost or a name below it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")


async def _body(receive: Receive) -> bytes:
    """Read a request's body; of one that is too long just enough is kept to see that."""
    chunks, size, more = [], 0, True
    while more:
        message = await receive()
        chunk, more = message.get("body", b""), message.get("more_body", False)
        if size <= protocol.MOST_BYTES:
            chunks.append(chunk)
            size += len(chunk)
    return b"".join(chunks)


def _health(app: Application) -> Any:
    async def health(request: Request) -> JSONResponse:
        state = {"status": "ok", "version": VERSION, "pid": os.getpid(), "data": str(app.data), "url": app.url}
        return JSONResponse(state)

    return health


def _attach(parents: Parents) -> Any:
    async def attach(request: Request) -> JSONResponse:
        try:
            pid = (await request.json())["pid"]
        except (ValueError, KeyError, TypeError):
            pid = None
        if not isinstance(pid, int) or isinstance(pid, bool) or pid <= 0:
            return JSONResponse({"message": 'Expected {"pid": number of a process}'}, 400)
        parents.add(pid)
        return JSONResponse({"attached": pid})

    return attach
