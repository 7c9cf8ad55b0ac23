"""A newcomer presses one button, compares two users, and turns a stranger's list into science fiction."""

from __future__ import annotations

import ast
import csv
import io
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, App, settle

pytestmark = pytest.mark.e2e

SCREENSHOTS = ROOT / "docs" / "screenshots"
PAGES = {
    "overview": "",
    "upload": "upload-data",
    "resources": "resource-list",
    "metrics": "compare-solutions",
    "recommendations": "recommend?user=1",
    "simulator": "watch-simulator",
    "batch": "batch-segments",
    "costs": "cost-cleanup",
    "connection": "settings-connection",
}
STORY_FILMS = (
    "Day the Earth Stood Still, The (1951)",
    "Silent Running (1972)",
    "Time Traveler's Wife, The (2009)",
    "Forbidden Planet (1956)",
    "Giver, The (2014)",
    "20 Million Miles to Earth (1957)",
)


def test_the_first_visitor_starts_the_demo_and_is_done_within_a_minute(app: App, visit: Any) -> None:
    page = visit(app.url)
    assert sidebar(page) == [name for name, _ in menu()], "the pages have their names from the first moment"
    page.get_by_role("button", name="Start the demo").click()
    started = time.monotonic()
    page.get_by_text("The demo is ready").wait_for(timeout=180_000)
    took = time.monotonic() - started
    print(f"The demo took {took:.1f} s")
    page.get_by_role("button", name="Close").click()
    settle(page)
    page.get_by_text("User-Personalization leads").wait_for()


def test_users_1_and_2_are_recommended_different_films_with_titles(app: App, visit: Any) -> None:
    lists = [titles(visit(f"{app.url}/recommend?user={user}")) for user in (1, 2)]
    assert all(len(films) == 25 for films in lists)
    assert len(set(lists[0]) & set(lists[1])) < 13
    assert all(not film.isdigit() for film in lists[0])


def test_six_events_turn_a_strangers_list_into_science_fiction(app: App, visit: Any) -> None:
    page = visit(f"{app.url}/watch-simulator")
    before = rows(page, 0)
    page.get_by_role("button", name="Play all").click()
    page.get_by_text("after 6 events").last.wait_for(timeout=60_000)
    settle(page)
    page.wait_for_timeout(1000)
    after = rows(page, 0)
    assert len(before) == len(after) == 10
    if all(film in page.inner_text("body") for film in STORY_FILMS):
        # The tutorial's own data: its own films, its own numbers.
        assert science_fiction(before) <= 5
        assert science_fiction(after) >= 8
    assert science_fiction(after) > science_fiction(before) + 2
    assert science_fiction(rows(page, 1)) == science_fiction(before), "somebody else's list stays as it was"
    page.get_by_text("How the list moved").wait_for()
    shoot(page, "simulator-light")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_shown_without_an_error(app: App, visit: Any, scheme: str) -> None:
    for name, path in PAGES.items():
        if name == "simulator" and scheme == "light":
            continue  # the story has taken that picture
        page = visit(f"{app.url}/{path}", scheme=scheme)
        page.wait_for_timeout(1500)
        settle(page)
        shoot(page, f"{name}-{scheme}")


def test_the_app_goes_on_after_its_endpoint_was_killed(app: App, visit: Any) -> None:
    page = visit(f"{app.url}/recommend?user=1")
    before = titles(page)
    os.kill(json.loads((app.data / "server.json").read_text())["pid"], signal.SIGKILL)
    page.reload()
    settle(page)
    page.locator('[data-testid="stDataFrame"]').nth(1).wait_for(timeout=60_000)
    assert titles(page) == before


def test_nonsense_in_links_gets_a_sentence(app: App, visit: Any) -> None:
    for path in ("recommend?user=%F0%9F%A6%84%3Cb%3E&campaign=nowhere", "compare-solutions?metric=nothing&baseline=x"):
        page = visit(f"{app.url}/{path}")
        assert "Traceback" not in page.inner_text("body")


def menu() -> list[tuple[str, str]]:
    """Return title and address of the pages, from the table in app.py."""
    tree = ast.parse((ROOT / "app.py").read_text())
    table = next(node for node in tree.body if isinstance(node, ast.Assign))
    return [(title, path) for pages in ast.literal_eval(table.value).values() for _, title, _, path in pages]


def sidebar(page: Page) -> list[str]:
    """Return the names of the pages in the sidebar, without their icons."""
    links = page.locator('[data-testid="stSidebarNavLink"]').all_inner_texts()
    return [text.split("\n")[-1] for text in links]


def rows(page: Page, table: int) -> list[str]:
    """Return the rows of a table, as a screen reader gets them."""
    frame = page.locator('[data-testid="stDataFrame"]').nth(table)
    frame.scroll_into_view_if_needed()
    frame.locator('table[role="grid"] tbody tr').first.wait_for(state="attached")
    return frame.locator('table[role="grid"] tbody tr').all_inner_texts()


def titles(page: Page) -> list[str]:
    """Download a list as CSV and return its titles."""
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return [row["Title"] for row in csv.DictReader(io.StringIO(text))]


def science_fiction(films: list[str]) -> int:
    """Count the rows that have the genre."""
    return sum("Sci-Fi" in film for film in films)


def shoot(page: Page, name: str) -> None:
    """Save a picture of the whole page for README and docs: the page scrolls inside its frame, so that must fit it."""
    height = page.evaluate("""document.querySelector('[data-testid="stMain"]').scrollHeight""")
    page.set_viewport_size({"width": 1440, "height": max(900, min(int(height), 2600))})
    page.wait_for_timeout(700)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
