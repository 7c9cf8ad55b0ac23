"""The door of the endpoint: light enough to open at once, while what is behind it still loads.

    /_local/health    this process lives
    /_local/attach    {"pid"}: an app that uses this endpoint
    all else          server.build's application, as soon as it is loaded

Only this machine is answered: the socket is on loopback, and Host and Origin must say so too, or a web page
elsewhere could reach in through the browser (DNS rebinding).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from local_personalize import VERSION
from local_personalize.parents import Parents


class Front:
    """The ASGI application that the web server runs."""

    def __init__(self, data: Path, url: str, parents: Parents, inner: Future[ASGIApp]) -> None:
        self._about = {"status": "ok", "version": VERSION, "pid": os.getpid(), "data": str(data), "url": url}
        self._parents = parents
        self._inner = inner
        self._own: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/_local/health": self._health,
            "/_local/attach": self._attach,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if _is_foreign(scope):
            await PlainTextResponse("This endpoint answers its own machine alone.", 403)(scope, receive, send)
        elif scope["path"] in self._own:
            response = await self._own[scope["path"]](Request(scope, receive))
            await response(scope, receive, send)
        else:
            inner = self._inner.result() if self._inner.done() else await asyncio.wrap_future(self._inner)
            await inner(scope, receive, send)

    async def _health(self, request: Request) -> Response:
        return JSONResponse(self._about)

    async def _attach(self, request: Request) -> Response:
        try:
            pid = (await request.json())["pid"]
        except (ValueError, KeyError, TypeError, RecursionError):
            pid = None
        if type(pid) is not int or pid <= 0:
            return JSONResponse({"message": 'Expected {"pid": number of a process}'}, 400)
        self._parents.add(pid)
        return JSONResponse({"attached": pid})


def _is_foreign(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    host, origin = headers.get(b"host", b"").decode("latin1"), headers.get(b"origin", b"").decode("latin1")
    return not is_loopback(f"//{host}") or bool(origin and not is_loopback(origin))


def is_loopback(url: str) -> bool:
    """Tell whether a URL's host is this machine by definition: 127.0.0.1, ::1, localhost or a name below it."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in ("127.0.0.1", "::1", "localhost") or host.endswith(".localhost")
