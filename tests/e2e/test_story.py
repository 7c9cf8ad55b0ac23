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

import boto3
import pytest
from playwright.sync_api import Page

from tests.e2e.conftest import ROOT, App, settle

pytestmark = pytest.mark.e2e

SCREENSHOTS = ROOT / "docs" / "screenshots"
PAGES = {
    "overview": "",
    "upload": "upload-data",
    "resources": "resource-list",
    "automation": "training-workflow",
    "metrics": "compare-solutions",
    "recommendations": "recommend?user=1",
    "simulator": "watch-simulator",
    "batch": "batch-segments",
    "costs": "cost-cleanup",
    "connection": "settings-connection",
}
JUMPS = """() => {
    window.jumped = 0;
    const add = shift => { if (!shift.hadRecentInput) window.jumped += shift.value; };
    new PerformanceObserver(seen => seen.getEntries().forEach(add)).observe({type: "layout-shift"});
}"""
"""Adds up the layout shifts of a page as browsers score them; below 0.1 is called good."""
STORY_FILMS = (
    "Day the Earth Stood Still, The (1951)",
    "Silent Running (1972)",
    "Time Traveler's Wife, The (2009)",
    "Forbidden Planet (1956)",
    "Giver, The (2014)",
    "20 Million Miles to Earth (1957)",
)


def test_the_first_visitor_starts_the_demo_and_is_done_within_a_minute(app: App, visit: Any) -> None:
    page = visit(f"{app.url}/compare-solutions")
    assert sidebar(page) == [name for name, _ in menu()], "a deep link may be a server's very first request"
    page.get_by_role("heading", name="Compare solutions", level=1).wait_for()
    page.locator('[data-testid="stSidebarNavLink"]').first.press("Enter")
    page.get_by_role("heading", name="Overview", level=1).wait_for()
    page.get_by_role("button", name="Start the demo").click()
    started = time.monotonic()
    page.get_by_role("heading", name="The demo is ready").wait_for(timeout=180_000)
    took = time.monotonic() - started
    print(f"The demo took {took:.1f} s")
    page.get_by_role("button", name="Got it").click()
    settle(page)
    page.get_by_text("User-Personalization leads").first.wait_for()


def test_users_1_and_2_are_recommended_different_films_with_titles(app: App, visit: Any) -> None:
    lists = [titles(visit(f"{app.url}/recommend?user={user}")) for user in (1, 2)]
    assert all(len(films) == 25 for films in lists)
    assert len(set(lists[0]) & set(lists[1])) < 13
    assert all(not film.isdigit() for film in lists[0])


def test_six_events_turn_a_strangers_list_into_science_fiction(app: App, visit: Any) -> None:
    page = visit(f"{app.url}/watch-simulator")
    page.wait_for_url("**group=movielens**")
    before = rows(page, 0)
    page.evaluate(JUMPS)
    page.get_by_role("button", name="Play all").click()
    page.get_by_text("after 6 events").last.wait_for(timeout=60_000)
    settle(page)
    jumped = page.evaluate("window.jumped")
    print(f"The layout shifted by {jumped:.3f}")
    assert jumped < 0.15, "what is below the buttons stays where it is while a persona plays"
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
    page.get_by_role("slider").press("ArrowLeft")
    page.wait_for_url("**moment=after+5**")
    page.get_by_text("after 5 events").last.wait_for()
    settle(page)
    linked = visit(page.url)
    linked.get_by_text("after 5 events").last.wait_for()
    assert rows(linked, 0) == rows(page, 0), "a link opens the same moment of the same user"


def test_a_dialog_stays_open_while_a_training_is_watched(app: App, visit: Any) -> None:
    personalize = client(app)
    group = next(
        found["datasetGroupArn"]
        for found in personalize.list_dataset_groups()["datasetGroups"]
        if found["name"] == "movielens"
    )
    recipe = "arn:aws:personalize:::recipe/aws-user-personalization"
    solution = personalize.create_solution(name="long", datasetGroupArn=group, recipeArn=recipe, performHPO=True)
    version = personalize.create_solution_version(solutionArn=solution["solutionArn"])["solutionVersionArn"]
    page = visit(f"{app.url}/resource-list?group=movielens")
    page.get_by_text("Live · updated").wait_for()
    before = page.get_by_text("Live · updated").inner_text()
    page.get_by_role("button", name="Create").click()
    page.get_by_text("Event tracker", exact=True).last.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("This dataset group has its event tracker already").wait_for()
    page.wait_for_function("before => !document.body.innerText.includes(before)", arg=before)
    assert dialog.is_visible(), "the table was drawn anew behind the dialog"
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    if personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]["status"] != "ACTIVE":
        personalize.stop_solution_version_creation(solutionVersionArn=version)
    page.get_by_text("Up to date").wait_for(timeout=90_000)
    personalize.delete_solution(solutionArn=solution["solutionArn"])


def test_two_people_do_not_see_one_anothers_choices(app: App, visit: Any) -> None:
    first = visit(f"{app.url}/recommend?user=1&group=movielens")
    second = visit(f"{app.url}/recommend?user=2&group=movielens")
    first.locator('[data-testid="stSidebarNavLink"]').filter(has_text="Watch simulator").click()
    settle(first)
    settle(second)
    assert "user=2" in second.url
    assert titles(second) == titles(visit(f"{app.url}/recommend?user=2&group=movielens"))


def test_a_link_opens_the_drawer_of_a_resource(app: App, visit: Any) -> None:
    arn = client(app).list_campaigns()["campaigns"][0]["campaignArn"]
    page = visit(f"{app.url}/resource-list?group=movielens&open={arn}")
    page.get_by_role("dialog").get_by_text(arn).first.wait_for()
    assert "The call that made it" in page.get_by_role("dialog").inner_text()


def test_every_page_fits_a_narrow_window(app: App, visit: Any, tmp_path: Path) -> None:
    page = visit(app.url, width=800)
    for name, path in PAGES.items():
        page.goto(f"{app.url}/{path}")
        settle(page)
        wide = page.evaluate("document.querySelector('[data-testid=\"stMain\"]').scrollWidth - 1")
        assert wide <= page.evaluate("document.querySelector('[data-testid=\"stMain\"]').clientWidth"), name
        shoot(page, f"{name}-narrow", Path(os.environ.get("MARQUEE_SCREENSHOTS", tmp_path)))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_shown_without_an_error(app: App, visit: Any, scheme: str) -> None:
    for name, path in PAGES.items():
        if name == "simulator" and scheme == "light":
            continue  # the story has taken that picture
        page = visit(f"{app.url}/{path}", scheme=scheme)
        shoot(page, f"{name}-{scheme}")


def test_the_app_goes_on_after_its_endpoint_was_killed(app: App, visit: Any) -> None:
    page = visit(f"{app.url}/recommend?user=1&group=movielens")
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


def test_a_file_is_mended_at_a_click_and_imported(app: App, visit: Any, tmp_path: Path) -> None:
    # The last test: its dataset group is the newest, which pages show unless a link names another.
    page = visit(f"{app.url}/upload-data")
    choose_group(page, "mine")
    rows = [f"{user},{film},{1_500_000_000 + film}000" for user in range(40) for film in range(30)]
    path = tmp_path / "clicks.csv"
    path.write_text("\n".join(["customer,sku,time", *rows]))
    page.locator('input[type="file"]').set_input_files(path)
    page.get_by_role("button", name="Convert to seconds").click()
    page.get_by_role("button", name="Import 1,200 rows").click()
    page.get_by_text("Next: train on it").wait_for(timeout=120_000)
    page.get_by_role("link", name="Next: train on it").click()
    page.get_by_role("heading", name="Resources", level=1).wait_for()
    page.get_by_text("Up to date").wait_for()
    listed = page.locator('[data-testid="stDataFrame"] table[role="grid"]').inner_text()
    assert "mine-interactions" in listed
    assert listed.count("ACTIVE") == 3, "group, dataset and import"


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
    """Download the first list of a page as CSV and return its titles."""
    with page.expect_download() as waiting:
        page.get_by_test_id("stDownloadButton").get_by_role("button").first.click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    return [row["Title"] for row in csv.DictReader(io.StringIO(text))]


def science_fiction(films: list[str]) -> int:
    """Count the rows that have the genre."""
    return sum("Sci-Fi" in film for film in films)


def choose_group(page: Page, name: str) -> None:
    """Type the name of a new dataset group into the field of the upload page."""
    field = page.locator('[data-testid="stMain"]').get_by_role("combobox", name="Dataset group")
    field.click()
    field.fill(name)
    field.press("Enter")
    page.get_by_text(f"Goes into a new dataset group {name}").wait_for()
    settle(page)


def client(app: App) -> Any:
    """Return a boto3 client of the app's endpoint."""
    port = json.loads((app.data / "server.json").read_text())["port"]
    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client("personalize", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}", **keys)


def shoot(page: Page, name: str, folder: Path = SCREENSHOTS) -> None:
    """Save a picture of the whole page for README and docs: the page scrolls inside its frame, so that must fit it."""
    width = page.evaluate("window.innerWidth")
    page.set_viewport_size({"width": width, "height": 900})
    settle(page)
    height = page.evaluate("""document.querySelector('[data-testid="stMain"]').scrollHeight""")
    page.set_viewport_size({"width": width, "height": max(900, min(int(height), 2600))})
    settle(page)
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=folder / f"{name}.png")
