"""Tells Amazon Personalize's requests from those for other AWS services.

/_local/...                                     progress, insights: local_routes
GET /dev?user_id=                               the fourth tutorial's API: realtime_route
signed for `personalize`, or with its target    protocol.answer in a thread
all else                                        moto (S3, IAM, STS, SSM ...) through WSGI
"""

from __future__ import annotations

import asyncio
import re
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from a2wsgi import WSGIMiddleware
from starlette.applications import Starlette
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from local_personalize import local_routes, protocol, realtime_route
from local_personalize.application import Application, Call
from local_personalize.aws_services import AwsServices
from local_personalize.jobs import Jobs
from local_personalize.operations import OPERATIONS, auto_training
from local_personalize.patience import patient, whole
from local_personalize.serving import Models
from local_personalize.store import Store

THREADS = 32
"""Requests to Personalize that are answered at once; most wait for the disk."""

DEFAULT_REGION = "us-east-1"
TARGET = b"AmazonPersonalize."
READABLE = ("x-amzn-requestid", "x-amzn-errortype", "date")
"""Headers of an answer that a page in a browser may read."""

CREDENTIAL_SCOPE = re.compile(r"Credential=[^/]+/[^/]+/([^/]+)/([^/]+)/aws4_request")


def load(data: Path, url: str) -> Application:
    """Open the state of a data directory, take up its jobs, and begin to load the other services."""
    store = Store(data / "state.db")
    app = Application(data, url, store, Jobs(store), Models(data), AwsServices(data, url))
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
    """Sends each request to Amazon Personalize or to the other services.

    Pages of this machine may call Amazon Personalize from a browser, as those of any site may on AWS; the front has
    sent away the others.
    """

    def __init__(self, app: Application) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")
        self._personalize = CORSMiddleware(
            self._answer, allow_origins=["*"], allow_methods=["POST"], allow_headers=["*"], expose_headers=READABLE
        )
        aws: Any = app.aws  # a2wsgi and Starlette have their own words for the same types
        self._realtime = realtime_route.Realtime(app)
        self._others: Any = WSGIMiddleware(aws, workers=10)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        receive = patient(receive)
        try:
            if realtime_route.is_asked(scope):
                await self._realtime(scope, receive, send)
            elif _is_for_personalize(scope):
                await self._personalize(scope, receive, send)
            else:
                await self._others(scope, await whole(receive), send)
        except TimeoutError:
            late = {"__type": "RequestTimeout", "message": "The request was not sent to its end in time."}
            await JSONResponse(late, 408, {"connection": "close"})(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        signed, target = _signed(headers), headers.get(b"x-amz-target", b"").decode("latin1") or None
        call = Call(self._app, signed[1] if signed else DEFAULT_REGION)
        body = await _body(receive)
        ask = partial(protocol.answer, call, OPERATIONS, method=scope["method"], target=target, path=scope["path"])
        began = time.perf_counter()
        reply = await asyncio.get_running_loop().run_in_executor(self._threads, partial(ask, body=body))
        self._app.usage.note(scope["path"], body, reply.status, time.perf_counter() - began)
        answered = {**reply.headers, "content-length": str(len(reply.body))}
        raw = [(name.encode(), value.encode("latin1")) for name, value in answered.items()]
        await send({"type": "http.response.start", "status": reply.status, "headers": raw})
        await send({"type": "http.response.body", "body": reply.body})


def _is_for_personalize(scope: Scope) -> bool:
    """Tell whether a request is signed for Personalize, names one of its operations, or has the path of one."""
    headers = dict(scope["headers"])
    signed = _signed(headers)
    if (signed and signed[2] == "personalize") or headers.get(b"x-amz-target", b"").startswith(TARGET):
        return True
    if scope["method"] == "OPTIONS" and b"x-amz-target" in headers.get(b"access-control-request-headers", b"").lower():
        return True
    if b"authorization" in headers or scope["method"] not in ("OPTIONS", "POST"):
        return False
    return scope["path"] in protocol.operations_by_path() or _is_for_no_one(scope, headers)


def _is_for_no_one(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Tell whether an unsigned request is none that S3 or another service could take: no form, no query, no root."""
    form = headers.get(b"content-type", b"").lower().startswith((b"multipart/form-data", b"application/x-www-form"))
    return scope["method"] == "POST" and scope["path"] != "/" and not scope["query_string"] and not form


def _signed(headers: dict[bytes, bytes]) -> re.Match[str] | None:
    """Return the credential scope of a signed request, region and service, or None."""
    return CREDENTIAL_SCOPE.search(headers.get(b"authorization", b"").decode("latin1"))


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
