from __future__ import annotations

import pytest

from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, bare)
    assert not errors(app)
    assert "No dataset group yet" in told(app)


def test_a_known_user_gets_titles_beside_the_history(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", count="10")
    assert not errors(app)
    listed = tables(app, "recommendations")[0]
    assert len(listed) == 10
    assert list(listed["#"]) == list(range(1, 11))
    assert listed["Score"].is_monotonic_decreasing
    # User 4 likes Sci-Fi: 4 % 4 is the first taste.
    assert sum("Sci-Fi" in genres for genres in listed["Genres"]) >= 4
    history = tables(app, "The newest")[0]
    assert len(history) == 11
    assert "What user 4 watched" in told(app)
    assert any("recommendation id" in caption.value for caption in app.caption)


def test_two_strangers_get_the_same_list_and_no_history(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    first = open_page("recommendations", monkeypatch, cinema, user="777")
    second = open_page("recommendations", monkeypatch, cinema, user="🎬 somebody else")
    assert not errors(first)
    assert not errors(second)
    assert list(tables(first, "recommendations")[0]["Title"]) == list(tables(second, "recommendations")[0]["Title"])
    assert "Nothing is known of this user" in told(first)


def test_a_second_campaign_stands_beside_the_first(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", second="popular", count="10")
    assert not errors(app)
    left, right = tables(app, "recommendations")
    common = len(set(left["Id"]) & set(right["Id"]))
    assert f"**{common} of 10** items are in both lists" in told(app)
    assert sum(move != "Only here" for move in right["Move"]) == common
    assert "Score" not in right  # popularity gives none


def test_similar_items_leave_the_item_itself_out(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Similar items", count="5")
    assert not errors(app)
    item = app.selectbox(key="recommend.item").value
    listed = tables(app, "recommendations")[0]
    assert len(listed) == 5
    assert item not in set(listed["Id"])


def test_reranking_keeps_the_set_and_changes_the_order(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="Re-rank a list")
    other = open_page("recommendations", monkeypatch, cinema, user="5", view="Re-rank a list")
    assert not errors(app)
    mine, theirs = tables(app, "recommendations")[0], tables(other, "recommendations")[0]
    assert set(mine["Id"]) == set(theirs["Id"])
    assert list(mine["Id"]) != list(theirs["Id"])
    assert app.get("plotly_chart")


def test_a_filter_lets_only_chosen_genres_in(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("recommendations", monkeypatch, cinema, user="4", view="With a filter", count="5")
    assert not errors(app)
    plain, kept = tables(app, "recommendations")
    assert plain["Genres"].tolist() != [["Children"]] * 5
    assert kept["Genres"].tolist() == [["Children"]] * 5  # the first of the catalogue's genres


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"campaign": "no-such-campaign"}, "no fitting campaign “no-such-campaign”; for-you is shown instead"),
        ({"user": "x" * 300}, "A user id has at most 256 characters; this one has 300."),
        ({"user": "   "}, "Pick a user, or type any id"),
    ],
)
def test_nonsense_in_the_url_gets_one_sentence(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint, query: dict[str, str], sentence: str
) -> None:
    app = open_page("recommendations", monkeypatch, cinema, **query)
    assert not errors(app)
    assert sentence in told(app)
