"""Lets a deep link be the first request without errors in the browser's console.

Streamlit's browser side takes the path of /compare-solutions for the folder that the app may be hosted under, asks for
/compare-solutions/_stcore/health first, and gets two 404s. It asks the right place at once when the page says where
the server is, through the object that Streamlit keeps for those who embed it.
"""

from __future__ import annotations

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEAD = b"<head>"
SERVER = "<script>window.__streamlit = {{BACKEND_BASE_URL: location.origin + {base!r}}}</script>"


class DeepLinks:
    """Names the server's address in the HTML page that every address of the app answers with."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; complete the answer if it is for a browser that opens a page."""
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self._app(scope, receive, send)
            return
        plain = [header for header in scope["headers"] if header[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, _Completing(send))


class _Completing:
    """Holds back an HTML answer until all of it is there, and sends it with the server's address."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        """Take one message of the answer."""
        if message["type"] == "http.response.start" and _is_html(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: Message) -> None:
        base = str(st.get_option("server.baseUrlPath")).strip("/")
        script = SERVER.format(base=f"/{base}" if base else "/").encode()
        body = self._body.replace(HEAD, HEAD + script, 1)
        MutableHeaders(raw=start["headers"])["content-length"] = str(len(body))
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def _is_html(message: Message) -> bool:
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/html")
