"""Prints how quickly the app's pages answer in Chromium, beside their budgets: python -m benchmarks.pages

With --minutes N visitors then click through all pages for that long, a new one every minute, and the memory of the
app's server is printed.

The app starts with an empty data directory and its own demo; a page counts as there when its script has ended, its
title stands, nothing of it waits to be loaded, and that was painted. The browser itself looks at every change, since
Playwright asks less and less often. Needs requirements-dev.txt and the Chromium that scripts/find-chromium finds.
"""

from __future__ import annotations

import argparse
import itertools
import re
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from tests.e2e.conftest import FLAGS, ROOT, App, start_app, stop_app

ROUNDS = 6
PLACE = '[data-testid="stSidebarNavLink"]'
CHOICE = '[data-testid="stButtonGroup"] button'

IS_THERE = """(title) => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app?.dataset.testScriptState === "notRunning" && document.querySelector("h1")?.innerText === title
        && !document.querySelector('[data-testid="stSkeleton"]')
}"""
"""Whether a page is there, in JavaScript."""

STOPWATCH = f"""([selector, text, title]) => new Promise((resolve, reject) => {{
    const isThere = {IS_THERE}
    const app = document.querySelector('[data-testid="stApp"]')
    const named = (element) => element.innerText.split("\\n").at(-1) === text
    // Where the title does not tell a new run from the old one, its state has to; a busy browser may pass over that.
    let hasRun = document.querySelector("h1").innerText !== title
    const look = () => {{
        hasRun ||= app.dataset.testScriptState !== "notRunning"
        if (!hasRun || !isThere(title)) return
        changes.disconnect()
        requestAnimationFrame(() => setTimeout(() => resolve((performance.now() - clicked) / 1000)))
    }}
    const changes = new MutationObserver(look)
    changes.observe(document, {{subtree: true, childList: true, attributes: true}})
    setTimeout(() => reject(new Error(`${{title}} is not there after a minute`)), 60_000)
    const clicked = performance.now()
    ;[...document.querySelectorAll(selector)].find(named).click()
}})"""
"""Click what has a text, and return the seconds until the script has run and a page is there."""

MEMORY = 600
"""Megabytes that the app's server may take after an hour of clicking."""


def main() -> None:
    """Start the app, run the demo, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0, help="how long visitors click")
    minutes = parser.parse_args().minutes
    chromium = subprocess.run([ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=True)
    print(f"{'what':<58}{'measured':>12}{'budget':>12}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        started = time.perf_counter()
        app = start_app(Path(folder))
        record("streamlit run to health", time.perf_counter() - started, 1.0)
        try:
            browser = playwright.chromium.launch(executable_path=chromium.stdout.strip(), args=FLAGS)
            measure(browser.new_page(viewport={"width": 1440, "height": 1000}), app.url)
            wander(browser, app, minutes)
        finally:
            stop_app(app)


def measure(page: Page, url: str) -> None:
    """Time the first visit, the demo, switches between pages and reruns of a table."""
    record("first visit on an empty data directory", timed(lambda: visit(page, url, "Overview")), 3.0)
    page.get_by_role("button", name="Start the demo").click()
    record("the demo", timed(lambda: page.get_by_text("The demo is ready").wait_for(timeout=180_000)), 60.0)
    names = [text.split("\n")[-1] for text in page.locator(PLACE).all_inner_texts()]
    for name in names:  # the first opening of a page imports and caches
        switch(page, name)
    # Each page comes from the one before it, as for a visitor who goes through them.
    rounds = [[switch(page, name) for name in names] for _ in range(ROUNDS)]
    taken = dict(zip(names, zip(*rounds, strict=True), strict=True))
    record("page switch, p95", float(np.quantile(list(taken.values()), 0.95)), 0.5)
    for name, seconds in taken.items():
        print(f"    {name:<54}{np.median(seconds) * 1000:>9.0f} ms{'at most':>12} {max(seconds) * 1000:.0f} ms")
    switch(page, "Recommendations")
    reruns = [choose(page, count) for _ in range(2 * ROUNDS) for count in ("10", "25")][1::2]
    record("rerun to a table of 25 rows, median", float(np.median(reruns)), 0.3)
    record("rerun to a table of 25 rows, p95", float(np.quantile(reruns, 0.95)), 0.3)


def wander(browser: Browser, app: App, minutes: float) -> None:
    """Let one visitor after the other click through the pages, and print what the server's memory is after each."""
    users, end, clicks = itertools.count(1), time.monotonic() + minutes * 60, 0
    while (started := time.monotonic()) < end:
        page = browser.new_page(viewport={"width": 1440, "height": 1000})
        visit(page, app.url, "Overview")
        names = [text.split("\n")[-1] for text in page.locator(PLACE).all_inner_texts()]
        while time.monotonic() < min(started + 60, end):
            for name in names:
                switch(page, name)
            visit(page, f"{app.url}/recommend?user={next(users)}", "Recommendations")
            clicks += len(names) + 1
        page.close()
        used = megabytes(app)
        left = max(end - time.monotonic(), 0) / 60
        what = f"memory after {clicks} pages, {left:.0f} minutes to go"
        print(f"{what:<58}{used:>9.0f} MB{MEMORY:>9} MB{used / MEMORY:>9.2f}", flush=True)


def megabytes(app: App) -> float:
    """Return the memory that the app's server holds, on Linux."""
    status = Path(f"/proc/{app.process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1000  # type: ignore[index]


def visit(page: Page, url: str, title: str) -> None:
    """Open an address and wait until the page is there."""
    page.goto(url)
    arrive(page, title)


def arrive(page: Page, title: str) -> None:
    """Wait for a page's title and the end of its script."""
    page.wait_for_function(IS_THERE, arg=title, polling="raf", timeout=60_000)


def switch(page: Page, name: str) -> float:
    """Choose a page in the sidebar and return the seconds until it is there."""
    seconds: float = page.evaluate(STOPWATCH, [PLACE, name, name])
    return seconds


def choose(page: Page, count: str) -> float:
    """Choose how many items are listed, and return the seconds until they are."""
    seconds: float = page.evaluate(STOPWATCH, [CHOICE, count, "Recommendations"])
    return seconds


def timed(action: Callable[[], object]) -> float:
    """Return the seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def record(what: str, seconds: float, budget: float) -> None:
    """Print one line of the table."""
    print(f"{what:<58}{seconds * 1000:>9.0f} ms{budget * 1000:>9.0f} ms{seconds / budget:>9.2f}", flush=True)


if __name__ == "__main__":
    main()
