"""The running app, and a browser that fails the test on any error in its console."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).parents[2]
CHROMIUM = os.environ.get("MARQUEE_CHROMIUM")
MOVIELENS = os.environ.get("MARQUEE_MOVIELENS")
BESIDE = ROOT.parent / "shared" / "movielens" / "ml-latest-small"
"""Where a copy of MovieLens may lie beside the project; without it the app finds its data itself."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True, slots=True)
class App:
    """The app's server and its data directory."""

    url: str
    data: Path
    process: subprocess.Popen[bytes]


def start_app(folder: Path) -> App:
    """Serve the app with a home and a data directory of its own, and wait until it is healthy."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    movielens = MOVIELENS or (str(BESIDE) if BESIDE.exists() else None)
    environment = {
        **{name: value for name, value in os.environ.items() if name != "MARQUEE_DATA"},
        "HOME": str(folder),
        **({"MARQUEE_MOVIELENS": movielens} if movielens else {}),
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "app.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--server.headless", "true"], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
    app = App(f"http://127.0.0.1:{port}", folder / ".marquee", process)
    limit = time.monotonic() + 60
    while time.monotonic() < limit and process.poll() is None:
        try:
            urllib.request.urlopen(f"{app.url}/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return app
    raise AssertionError((folder / "app.log").read_text())


def stop_app(app: App) -> None:
    """End the app; its endpoint leaves by itself."""
    app.process.send_signal(signal.SIGTERM)
    app.process.wait(20)


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app that all browser tests share; the first test fills it."""
    running = start_app(tmp_path_factory.mktemp("app"))
    yield running
    stop_app(running)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Any]:
    """Open pages: visit(url, scheme="light", width=1440); errors in the console fail the test at its end."""
    errors: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(message.text)

    def open_page(url: str, scheme: str = "light", width: int = 1440, height: int = 1000) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        contexts.append(context)
        context.set_default_timeout(60_000)
        page = context.new_page()
        page.on("console", note)
        page.goto(url)
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors, errors


STILL = """() => new Promise((resolve, reject) => {
    const ended = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
        && !document.querySelector('[data-testid="stSkeleton"]')
    const changes = new MutationObserver(() => begin())
    const end = () => (ended() ? (changes.disconnect(), resolve()) : begin())
    let timer
    const begin = () => {
        clearTimeout(timer)
        timer = setTimeout(end, 400)
    }
    changes.observe(document, {subtree: true, childList: true, attributes: true, characterData: true})
    setTimeout(() => reject(new Error("The page does not come to rest")), 60_000)
    begin()
})"""
"""Wait until the script has ended, nothing is still loaded, and nothing has changed for 0.4 s."""


def settle(page: Page) -> None:
    """Wait until the script has run and what it draws is there; fail where the app has failed."""
    page.wait_for_selector('[data-testid="stSidebarNavLink"]', timeout=60_000)
    page.evaluate(STILL)
    for failure in ('[data-testid="stException"]', "text=This is a fault of the app"):
        assert page.query_selector(failure) is None, page.inner_text("body")
