"""Prints how quickly the app's pages answer in Chromium, beside their budgets: python -m benchmarks.pages

The app starts with an empty data directory and its own demo; a page counts as there when its script has ended, its
title stands, nothing of it waits to be loaded, and that was painted. The browser itself looks at every change, since
Playwright asks less and less often. Needs requirements-dev.txt and the Chromium that scripts/find-chromium finds.
"""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

from tests.e2e.conftest import FLAGS, ROOT, start_app, stop_app

ROUNDS = 6
PLACE = '[data-testid="stSidebarNavLink"]'
CHOICE = '[data-testid="stButtonGroup"] button'

PAGE = """(title) => document.querySelector("h1")?.innerText === title"""
TABLE = """(rows) => {
    const heights = [...document.querySelectorAll('[data-testid="stDataFrame"]')].map((table) => table.clientHeight)
    return Math.floor(Math.max(...heights) / 35) === rows
}"""
"""Whether a page has its title, or its highest table so many rows of 35 pixels, with the header, in JavaScript.

A table tells assistive technology of its rows a quarter of a second after it has drawn them.
"""

IS_THERE = """(wanted) => {
    const app = document.querySelector('[data-testid="stApp"]')
    return app?.dataset.testScriptState === "notRunning" && !document.querySelector('[data-testid="stSkeleton"]')
        && (%s)(wanted)
}"""
"""Whether a script has ended, and what it was to draw is there."""

STOPWATCH = f"""([selector, text, wanted]) => new Promise((resolve, reject) => {{
    const isThere = {IS_THERE}
    const named = (element) => element.innerText.split("\\n").at(-1) === text
    const look = () => {{
        if (!isThere(wanted)) return
        changes.disconnect()
        requestAnimationFrame(() => setTimeout(() => resolve((performance.now() - clicked) / 1000)))
    }}
    const changes = new MutationObserver(look)
    if (isThere(wanted)) return reject(new Error(`${{wanted}} is there before the click`))
    changes.observe(document, {{subtree: true, childList: true, attributes: true}})
    setTimeout(() => reject(new Error(`${{wanted}} is not there after a minute`)), 60_000)
    const clicked = performance.now()
    ;[...document.querySelectorAll(selector)].find(named).click()
}})"""
"""Click what has a text, and return the seconds until what is wanted is there."""


def main() -> None:
    """Start the app, run the demo, and measure."""
    chromium = subprocess.run([ROOT / "scripts" / "find-chromium"], capture_output=True, text=True, check=True)
    print(f"{'what':<58}{'measured':>12}{'budget':>12}{'ratio':>9}")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        started = time.perf_counter()
        app = start_app(Path(folder))
        record("streamlit run to health", time.perf_counter() - started, 1.0)
        try:
            browser = playwright.chromium.launch(executable_path=chromium.stdout.strip(), args=FLAGS)
            measure(browser.new_page(viewport={"width": 1440, "height": 1000}), app.url)
        finally:
            stop_app(app)


def measure(page: Page, url: str) -> None:
    """Time the first visit, the demo, switches between pages and reruns of a table."""
    record("first visit on an empty data directory", timed(lambda: visit(page, url, "Overview")), 3.0)
    page.get_by_role("button", name="Start the demo").click()
    record(
        "the demo", timed(lambda: page.get_by_role("heading", name="The demo is ready").wait_for(timeout=180_000)), 60.0
    )
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


def visit(page: Page, url: str, title: str) -> None:
    """Open an address and wait until the page is there."""
    page.goto(url)
    arrive(page, title)


def arrive(page: Page, title: str) -> None:
    """Wait for a page's title and the end of its script."""
    page.wait_for_function(IS_THERE % PAGE, arg=title, polling="raf", timeout=60_000)


def switch(page: Page, name: str) -> float:
    """Choose a page in the sidebar and return the seconds until it is there."""
    seconds: float = page.evaluate(STOPWATCH % PAGE, [PLACE, name, name])
    return seconds


def choose(page: Page, count: str) -> float:
    """Choose how many items are listed, and return the seconds until they are; another number must be before."""
    seconds: float = page.evaluate(STOPWATCH % TABLE, [CHOICE, count, int(count) + 1])
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
