"""The simulator on a service that is slow to hear events, as AWS is: they are acknowledged, and held back."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from services.connection import Connection
from services.timeline import Pace
from tests.conftest import ROOT, Endpoint
from tests.pages.cinema import errors, tables, told

KEPT_BACK = {"host", "connection", "content-length", "transfer-encoding", "date", "server"}


class HoldsEvents(ThreadingHTTPServer):
    """Passes everything on to an endpoint, PutEvents only when it is released."""

    def __init__(self, endpoint: str) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.endpoint = endpoint
        self.held: list[urllib.request.Request] = []

    def release(self) -> None:
        """Let the endpoint have the events."""
        for request in self.held:
            urllib.request.urlopen(request, timeout=10).close()
        self.held.clear()


class _Passing(BaseHTTPRequestHandler):
    server: HoldsEvents

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in KEPT_BACK}
        request = urllib.request.Request(self.server.endpoint + self.path, body or None, headers, method=self.command)
        if self.path == "/events":
            self.server.held.append(request)
            self._send(b"", {})
            return
        with urllib.request.urlopen(request, timeout=10) as answer:
            self._send(answer.read(), dict(answer.headers))

    do_GET = do_POST = do_HEAD = _answer  # noqa: N815  (so the server finds them)

    def _send(self, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in headers.items():
            if name.lower() not in KEPT_BACK:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def distant(cinema: Endpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HoldsEvents]:
    """The cinema as an AWS account: reached by a profile that is called like the port."""
    with HoldsEvents(cinema.url) as service:
        threading.Thread(target=service.serve_forever, daemon=True).start()
        config = tmp_path / "config"
        config.write_text(f"[profile {service.server_port}]\naws_access_key_id = x\naws_secret_access_key = x\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{service.server_port}")
        monkeypatch.setattr("services.timeline.AWS", Pace(pause=0, patience=90))
        monkeypatch.chdir(ROOT)
        yield service
        service.shutdown()


def test_the_page_can_be_used_while_an_event_takes_effect(distant: HoldsEvents) -> None:
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state["session.connection"] = Connection(profile=str(distant.server_port), unlocked=True)
    app.query_params["viewer"] = "far-away"
    app.run().switch_page("pages/simulator.py").run()
    before = list(tables(app, "recommendations")[0]["Id"])

    app.button(key="simulator.play").click().run()
    assert not errors(app)
    assert "waiting for the list to change" in told(app)
    assert app.info[0].proto.title == "Waiting for event 1 to take effect"
    assert list(tables(app, "recommendations")[0]["Id"]) == before
    app.button(key="simulator.pause").click().run()
    assert len(distant.held) == 1, "nothing more is sent before the first event is heard"
    assert app.button(key="simulator.pause").label == "Stop waiting"

    distant.release()
    app.run()
    assert not errors(app)
    assert list(tables(app, "recommendations")[0]["Id"]) != before
    assert "1. **The Day the Earth Stood Still (1951)** :gray[Sci-Fi · new list within" in told(app)
    assert app.button(key="simulator.play").label == "Play all 5"

    app.button(key="simulator.next").click().run()
    app.button(key="simulator.pause").click().run()
    assert "2. **" in told(app), "an event that nobody waits for was sent all the same"
    assert "waiting for the list to change" not in told(app)
