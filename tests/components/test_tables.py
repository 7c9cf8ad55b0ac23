from __future__ import annotations

from csv import reader
from io import StringIO

import pytest

from components.item_table import SEEN, csv, items_frame, ranked_frame, shares_table
from components.resource_graph import height, places, spec
from components.resource_table import CHANGE, DELETE, DEPLOY, DETAILS, STOP, TRAIN, actions, frame, order
from components.theme import LIGHT
from services.catalog import Catalog, Item
from services.local_insights import Progress
from services.nouns import Kind
from services.recommendations import RankedItem
from services.resources import Resource

ALIEN = Item("1", "Alien", 1979, ("Horror", "Sci-Fi"))
BARE = Item("2", "2")


def made(name: str, kind: str, status: str = "ACTIVE", parent: str = "", failure: str = "") -> Resource:
    return Resource(name, kind, name, status, parent, None, None, failure=failure)


GROUP = made("g", "dataset-group")
SOLUTION = made("s", "solution", parent="g")
VERSION = made("v", "solution-version", "CREATE IN_PROGRESS", "s")
FAILED = made("w", "solution-version", "CREATE FAILED", "s", "Dataset has fewer than 25 users")


def test_a_list_shows_titles_badges_and_moves() -> None:
    table = ranked_frame([RankedItem(1, ALIEN, 0.03, "Exploration"), RankedItem(2, BARE, 0.02)], {"1"}, {"2": "New"})
    assert list(table.columns) == ["#", "Title", "Year", "Move", "Note", "Score", "Genres", "Id"]
    assert table["Note"].tolist() == [[SEEN, "Exploration"], []]
    assert table["Move"].tolist() == ["", "New"]
    assert table["Genres"].tolist() == [["Horror", "Sci-Fi"], []]


def test_columns_that_say_nothing_are_left_out() -> None:
    assert list(ranked_frame([RankedItem(1, BARE)]).columns) == ["#", "Title", "Id"]
    assert list(items_frame([ALIEN], {"When": [None]}).columns) == ["Title", "Year", "Genres", "Id"]


def test_the_csv_joins_genres_and_says_that_it_is_utf_8() -> None:
    content = csv(ranked_frame([RankedItem(1, ALIEN, 0.5)]))
    assert content.startswith(b"\xef\xbb\xbf#,"), "Excel takes it for the local encoding otherwise"
    lines = content.decode("utf-8-sig").splitlines()
    assert lines == ["#,Title,Year,Score,Genres,Id", "1,Alien,1979,0.5,Horror|Sci-Fi,1"]


@pytest.mark.parametrize("title", ["=HYPERLINK(1)", "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_no_title_is_a_formula_in_the_csv(title: str) -> None:
    listed = ranked_frame([RankedItem(1, Item("1", title))]).assign(**{title: -1.5})
    rows = list(reader(StringIO(csv(listed).decode("utf-8-sig"))))
    assert rows == [["#", "Title", "Id", f"'{title}"], ["1", f"'{title}", "1", "-1.5"]]


def test_what_failed_comes_first_and_says_why() -> None:
    shown = order([GROUP, SOLUTION, VERSION, FAILED])
    assert [resource.name for resource in shown] == ["w", "v", "g", "s"]
    table = frame(shown, {"v": Progress(0.5, "Training")})
    assert table["Doing"].tolist() == ["Dataset has fewer than 25 users", "Training", "", ""]
    assert table["Progress"].tolist()[1] == 0.5


def test_only_what_the_service_allows_is_offered() -> None:
    assert actions(SOLUTION) == [DETAILS, TRAIN, DELETE]
    assert actions(VERSION) == [DETAILS, STOP]
    assert actions(made("v", "solution-version")) == [DETAILS, DEPLOY]
    assert actions(made("c", "campaign")) == [DETAILS, CHANGE, DELETE]
    assert actions(made("j", "dataset-import-job")) == [DETAILS]
    assert actions(made("c", "campaign", "DELETE PENDING")) == [DETAILS]


def test_the_graph_puts_parents_beside_the_middle_of_their_children() -> None:
    everything = [GROUP, SOLUTION, VERSION, FAILED, made("f", "filter", parent="g")]
    assert places(everything) == {"v": (2, 0), "w": (2, 1), "s": (1, 0.5), "f": (1, 2), "g": (0, 1.25)}
    assert height(everything) > height([GROUP])
    series = spec(everything, LIGHT)["series"][0]
    assert [node["id"] for node in series["data"]] == ["g", "s", "v", "w", "f"]
    assert {"source": "s", "target": "v"} in series["links"]
    assert "create failed" in series["data"][3]["label"]["formatter"]
    assert series["data"][3]["label"]["borderColor"] == LIGHT.bad


def test_the_shares_of_several_lists_are_a_table_in_the_catalogues_word() -> None:
    table = shares_table({"Before": {"Thai": 0.5}, "Now": {"Vegan": 1.0}}, Catalog(kind=Kind("cuisine", "cuisines")))
    assert table.to_dict("list") == {"Cuisine": ["Thai", "Vegan"], "Before": [0.5, 0.0], "Now": [0.0, 1.0]}
