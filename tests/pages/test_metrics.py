from __future__ import annotations

import json

import pytest

from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, bare)
    assert not errors(app)
    assert "Nothing to compare yet" in told(app)


def test_versions_are_compared_with_the_popularity_baseline(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema)
    assert not errors(app)
    assert app.selectbox(key="baseline").value == "Popularity-Count"
    assert "leads on NDCG@25" in told(app)
    assert "test users" in told(app)
    listed = tables(app, "All metrics")[0]
    by_recipe = listed.set_index("Version")
    assert set(by_recipe.index) == {"User-Personalization", "Similar-Items", "Popularity-Count", "Personalized-Ranking"}
    assert by_recipe.loc["User-Personalization", "NDCG@25"] > by_recipe.loc["Popularity-Count", "NDCG@25"]
    assert (listed["Test users"] == 12).all()


def test_the_forest_has_a_row_for_every_version_but_the_baseline(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("metrics", monkeypatch, cinema)
    forest = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert set(forest["data"][-1]["y"]) == {"User-Personalization", "Similar-Items", "Personalized-Ranking"}


def test_the_metric_comes_from_the_url(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema, metric="Coverage", baseline="Similar-Items")
    assert not errors(app)
    assert "on Coverage" in told(app)
    assert "nothing to pair by user" in told(app)


def test_two_versions_are_shown_metric_by_metric(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema)
    app.button_group(key="versions").set_value(["User-Personalization", "Popularity-Count"]).run()
    assert not errors(app)
    assert "User-Personalization and Popularity-Count, metric by metric" in told(app)
