"""Tells Amazon Personalize's requests from those for other AWS services.

/_local/...                                     progress, insights: local_routes
signed for `personalize`, or with its target    protocol.answer in a thread
all else                                        moto (S3, IAM, STS, SSM ...) through WSGI
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from local_personalize import local_routes, protocol
from local_personalize.application import Application, Call
from local_personalize.aws_services import AwsServices
from local_personalize.jobs import Jobs
from local_personalize.operations import OPERATIONS, auto_training
from local_personalize.serving import Models
from local_personalize.store import Store

THREADS = 32
"""Requests to Personalize that are answered at once; most wait for the disk."""

DEFAULT_REGION = "us-east-1"
CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/([^/]+)/aws4_request")


def load(data: Path, url: str) -> Application:
    """Open the state of a data directory, take up its jobs, and begin to load the other services."""
    store = Store(data / "state.db")
    app = Application(data, url, store, Jobs(store), Models(data), AwsServices(data / "aws"))
    app.aws.start()
    app.jobs.start(app)
    auto_training.start(app, app.jobs.stopping)
    return app


def close(app: Application) -> None:
    """Stop what load started."""
    app.jobs.close()
    app.store.close()


def build(app: Application) -> ASGIApp:
    """Return the ASGI application of one endpoint."""
    return Starlette(routes=[*local_routes.routes(app), Mount("/", app=Gateway(app))])


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


async def _body(receive: Receive) -> bytes:
    """Read a request's body; of one that is too long just enough is kept to see that."""
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        chunk, more = message.get("body", b""), message.get("more_body", False)
        if size <= protocol.MOST_BYTES:
            chunks.append(chunk)
            size += len(chunk)
    return b"".join(chunks)
