"""What people and files can say that no page may stumble over."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components import deployment_choice
from components.item_table import csv
from components.text import plain
from tests.conftest import Endpoint
from tests.pages.cinema import charts, errors, films, open_page, tables, told

HOSTILE = "=1+1 &amp; <b>*bold*</b> $x^2$ [link](http://a) :red[r]"
NONSENSE = "🦄![x](http://a)<script>alert(1)</script>{}%00../../etc"
PARAMETERS: dict[str, list[str]] = {
    "overview": ["group"],
    "resources": ["group", "status", "open"],
    "metrics": [
        "group", "metric", "baseline", "versions", "close", "tester", "judged", "split", "scope", "made", "lines",
    ],
    "recommendations": [
        "group", "user", "campaign", "second", "count", "look", "view", "if", "differences", "filter", "promoted",
        "genre", "ranking", "similar", "ordered", "like", "why", "build", "actions", "value_genre_GENRE", "without",
        "rules", "how", "rule1_do", "rule1_column", "rule1_is_text", "rule1_is_number", "rule1_number",
        "rule1_values_Items.GENRES",
    ],
    "simulator": ["group", "viewer", "at", "beside", "persona", "moment", "item"],
    "upload": ["group", "dataset", "source"],
    "batch": [
        "group", "work", "inference_version", "inference_results", "inference_filter", "input", "users", "items",
        "kinds", "path", "job", "shown", "line", "field", "segment_version", "segment_results",
    ],
    "costs": ["group", "recipe", "rows", "share", "runs", "days", "requests"],
    "connection": ["group"],
}  # fmt: skip


@pytest.mark.parametrize("page", list(PARAMETERS))
def test_nonsense_in_every_parameter_is_no_error(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, page: str) -> None:
    app = open_page(page, monkeypatch, cinema, **dict.fromkeys(PARAMETERS[page], NONSENSE))
    assert not errors(app)
    assert app.title
    assert "![x]" not in told(app), "a link must not bring pictures from elsewhere onto the page"


@pytest.fixture
def cataloguing(cinema: Endpoint) -> Iterator[Callable[[str], None]]:
    """Give the cinema another catalogue, as often as it is called; its own one comes back."""
    personalize, s3 = cinema.client("personalize"), cinema.client("s3")
    group = personalize.list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"]
    tags: Any = personalize.list_tags_for_resource(resourceArn=group)["tags"]
    s3.create_bucket(Bucket="hostile")
    numbers = itertools.count()

    def catalogue(content: str) -> None:
        key = f"movies-{next(numbers)}.csv"
        s3.put_object(Bucket="hostile", Key=key, Body=content.encode())
        tag = {"tagKey": "marquee:catalog", "tagValue": f"s3://hostile/{key}"}
        personalize.tag_resource(resourceArn=group, tags=[tag])

    yield catalogue
    personalize.tag_resource(resourceArn=group, tags=tags)


@pytest.fixture
def hostile_titles(cataloguing: Callable[[str], None]) -> None:
    """The cinema under a catalogue in which every title and genre is full of markup and formulas."""
    rows = [f'{film},"{HOSTILE} {film}",{HOSTILE}|<i>Drama</i>' for film, _, _ in films()]
    cataloguing("\n".join(["movieId,title,genres", *rows]))


def test_a_failed_page_is_tried_again_with_what_is_there_by_then(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, cataloguing: Callable[[str], None]
) -> None:
    cataloguing("no,names\n1,2\n")
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="5")
    assert "needs a column" in str(errors(app))
    cataloguing("movieId,title\n1,Mended\n")
    app.button(key="session.again").click().run()
    assert not errors(app)


@pytest.mark.usefixtures("hostile_titles")
def test_markup_in_titles_is_text_and_formulas_export_harmless(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="5", view="Similar items")
    assert not errors(app)
    listed = tables(app, "recommendations")[0]
    assert all(title.startswith(HOSTILE) for title in listed["Title"])
    assert all(f"'{HOSTILE}" in line for line in csv(listed).decode("utf-8-sig").splitlines()[1:])
    assert f"Similar to {plain(HOSTILE)}" in told(app)
    assert_no_markup(app)
    alone = open_page("recommendations", monkeypatch, cinema, user="4", count="5")
    assert not errors(alone)
    assert_no_markup(alone)


@pytest.mark.usefixtures("hostile_titles")
def test_the_simulator_shows_titles_as_text(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="hostile")
    assert app.pills(key="persona").options[0] == plain("<i>Drama</i> fan")
    app.button(key="simulator.search").click().run()
    app.selectbox(key="item").select("11").run()
    app.button(key="simulator.watch").click().run()
    app.run()
    assert not errors(app)
    assert f"**{plain(HOSTILE + ' 11')}**" in told(app)
    assert_no_markup(app)


def test_the_way_back_to_a_link_without_a_campaign_is_no_error(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("simulator", monkeypatch, cinema, viewer="back")
    # The browser's button takes the choice out of the address, and with it out of the widget that is bound to it.
    monkeypatch.setattr(deployment_choice, "_settle", lambda *_, **__: None)
    app.selectbox(key="at").set_value(None).run()
    assert not errors(app)
    assert "User back before any event" in told(app)


def assert_no_markup(app: AppTest) -> None:
    """Check that no text of the page, and no label of a figure, carries the titles unescaped."""
    assert "<b>*bold*" not in told(app)
    assert all("<b>*bold*" not in str(chart["data"]) for chart in charts(app))


def test_two_people_at_once_do_not_see_each_others_state(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    one = open_page("simulator", monkeypatch, cinema, viewer="first-of-two")
    two = open_page("simulator", monkeypatch, cinema, viewer="second-of-two")
    one.button(key="simulator.next").click().run()
    two.run()
    assert "User first-of-two after 1 event" in told(one)
    assert "User second-of-two before any event" in told(two)
    assert "1 event sent" not in "".join(expander.label for expander in two.expander)
