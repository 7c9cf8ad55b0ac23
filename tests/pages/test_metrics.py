from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from components import comparison_cache
from services.metrics import VersionMetrics
from tests.conftest import Endpoint
from tests.pages.cinema import charts, errors, open_page, opened_cinema, run_until, tables, told


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, bare)
    assert not errors(app)
    assert "Nothing to compare yet" in told(app)
    assert "An example, not your data" in told(app)
    assert [chart["data"][0]["y"][0] for chart in charts(app)] == ["Your best solution"]


def test_versions_are_compared_with_the_popularity_baseline(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema, numbers="true")
    assert not errors(app)
    assert app.selectbox(key="baseline").value == "Popularity-Count"
    assert "leads on NDCG@25" in told(app)
    assert "test users" in told(app)
    listed = tables(app, "All metrics")[0]
    by_recipe = listed.set_index("Version")
    assert set(by_recipe.index) == {"User-Personalization", "Similar-Items", "Popularity-Count", "Personalized-Ranking"}
    assert by_recipe.loc["User-Personalization", "NDCG@25"] > by_recipe.loc["Popularity-Count", "NDCG@25"]
    assert (listed["Users judged"] == 12).all()
    assert any("client.get_solution_metrics(" in code.value for code in app.code)


def test_the_forest_has_a_row_for_every_version_but_the_baseline(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("metrics", monkeypatch, cinema)
    rows = {name for trace in charts(app)[0]["data"] for name in trace["y"]}
    assert rows == {"User-Personalization", "Similar-Items", "Personalized-Ranking"}


def test_a_version_with_other_metrics_is_named_and_left_out(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    segments = VersionMetrics("arn:segments", "fans/1", "aws-item-affinity", None, {"hit": 0.4})
    read = comparison_cache.metrics
    monkeypatch.setattr(comparison_cache, "metrics", lambda *asked: [*read(*asked), segments])
    app = open_page("metrics", monkeypatch, cinema)
    assert not errors(app)
    assert len(app.button_group(key="versions").options) == 4
    assert "for want of these metrics: Item affinity" in told(app)


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


def test_behind_the_mean_are_groups_and_those_for_whom_it_is_worse(
    monkeypatch: pytest.MonkeyPatch, cinema: Endpoint
) -> None:
    app = open_page("metrics", monkeypatch, cinema, close="Similar-Items", baseline="User-Personalization")
    assert not errors(app)
    losers = tables(app, "is worse than User-Personalization")[0]
    assert (losers["Difference"] < 0).all()
    assert losers["Difference"].is_monotonic_increasing
    links = [dict(parse_qsl(urlsplit(link).query)) for link in losers["List"]]
    assert links == [{"group": app.session_state["group"], "user": user} for user in losers["User"]]
    assert f"Worse for {len(losers)}, better for" in told(app)
    groups = {
        name for chart in charts(app) for trace in chart["data"] for name in trace.get("y", []) if "users" in str(name)
    }
    assert groups == {"Light users", "Medium users", "Heavy users"}


def click() -> None:
    """Do what the click on a dot does."""
    from components.comparison_charts import take_dot

    take_dot("dots", {"arn:personal": "Personal"}, "close")


def test_a_clicked_dot_is_looked_at_closely() -> None:
    app = AppTest.from_function(click)
    app.session_state["close"] = "Similar"
    for points in ([], [{"customdata": "arn:baseline"}]):
        app.session_state["dots"] = {"selection": {"points": points}}
        assert app.run().session_state["close"] == "Similar"
    app.session_state["dots"] = {"selection": {"points": [{"customdata": "arn:personal"}]}}
    assert app.run().session_state["close"] == "Personal"


def test_a_test_user_is_replayed(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema, scope="true", close="User-Personalization")
    assert not errors(app)
    replayed = tables(app, "The replayed list")[0]
    came_next = tables(app, "took next")[0]
    in_list = set(came_next.iloc[:, 0][came_next.iloc[:, 1] == "in the list"])
    assert set(replayed["Title"][replayed["Hit"] == "✓"]) == in_list
    assert "so NDCG@25 =" in told(app)


def test_settings_that_differ_stand_side_by_side(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("metrics", monkeypatch, cinema, made="true", lines="true")
    assert not errors(app)
    settings = tables(app, "settings of 4 versions")[0].set_index("Setting")
    assert settings.loc["recipe", "Similar-Items"] == "aws-similar-items"
    assert "performAutoTraining" not in settings.index


@pytest.fixture
def quiet_cinema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """A cinema to which no other test sends events of new users, so that all of its 120 users are counted."""
    with opened_cinema(tmp_path_factory.mktemp("quiet")) as endpoint:
        yield endpoint


def test_every_user_can_be_judged_and_the_figures_say_so(
    monkeypatch: pytest.MonkeyPatch, quiet_cinema: Endpoint
) -> None:
    app = open_page("metrics", monkeypatch, quiet_cinema, numbers="true")
    pair = ["Similar-Items", "Popularity-Count"]
    app.button_group(key="versions").set_value(pair).run()
    assert "of **12 test users**, a tenth of all" in told(app)
    app.button(key="metrics.measure").click().run()
    assert "Every user is being judged" in told(app)
    app.button(key="metrics.stop_measuring").click().run()
    assert not errors(app)
    app.button(key="metrics.measure").click().run()
    run_until(app, lambda: "each judged once" in told(app))
    assert not errors(app)
    assert "on all 120 users (difference" in told(app)
    listed = tables(app, "All metrics")[0]
    assert set(listed["Version"]) == set(pair)
    assert (listed["Users judged"] == 120).all()
    everyone = listed["NDCG@25"].tolist()
    app.button_group(key="judged").set_value("Test users").run()
    assert "on 12 test users (difference" in told(app)
    assert tables(app, "All metrics")[0]["NDCG@25"].tolist() != everyone
