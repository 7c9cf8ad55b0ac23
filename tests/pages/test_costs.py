from __future__ import annotations

import time

import pytest
from streamlit.testing.v1 import AppTest

from services.connection import Connection
from services.datasets import wait as wait_until_active
from services.prices import read_prices
from services.progress import Progress
from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def metric(app: AppTest, label: str) -> str:
    return next(str(found.value) for found in app.metric if found.label == label)


def test_without_data_the_forecast_works_already(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("costs", monkeypatch, bare, rows="25000000")
    assert not errors(app)
    assert "No dataset group yet" in told(app)
    assert metric(app, "Deployed") == "0"
    assert metric(app, "Training") == "$96.00"
    app.slider(key="share").set_value(5).run()
    assert metric(app, "Training") == "$4.80"


def test_what_runs_is_priced_and_costs_nothing_here(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("costs", monkeypatch, cinema)
    assert not errors(app)
    campaigns = {found["name"] for found in cinema.client("personalize").list_campaigns()["campaigns"]}
    running = tables(app, "deployed resources")[0]
    assert set(running["Name"]) == campaigns
    assert set(running["Per hour"]) == {0.2}
    assert metric(app, "On AWS, per hour") == f"${len(campaigns) * 0.2:.2f}"
    assert any("nothing here costs money" in success.value for success in app.success)
    trained = tables(app, "training hours")[0]
    assert (trained["On disk"] > 0).all()
    assert (trained["Training hours"] >= 0).all()
    assert "Price" not in trained


def test_a_price_that_is_edited_changes_the_estimate(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("costs", monkeypatch, cinema)
    app.session_state["costs.prices_shown"] = True
    app.run()
    place = [figure.key for figure in read_prices().figures].index("tps_hour")
    app.session_state["costs.prices"] = {"edited_rows": {place: {"Figure": 1.0}}, "added_rows": [], "deleted_rows": []}
    app.run()
    campaigns = cinema.client("personalize").list_campaigns()["campaigns"]
    assert metric(app, "On AWS, per hour") == f"${len(campaigns):.2f}"
    app.switch_page("pages/handbook.py").run()
    app.switch_page("pages/costs.py").run()
    assert metric(app, "On AWS, per hour") == f"${len(campaigns):.2f}"


def test_the_plan_is_only_a_plan_until_the_name_is_typed(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("costs", monkeypatch, cinema)
    assert "1. Campaign" in told(app)
    assert "Goes along:" in told(app)
    assert app.button(key="costs.delete").disabled
    app.text_input(key="costs.confirm").input("somethingelse").run()
    assert app.button(key="costs.delete").disabled
    assert len(cinema.client("personalize").list_dataset_groups()["datasetGroups"]) == 1


@pytest.fixture
def group(bare: Endpoint) -> str:
    personalize = bare.client("personalize")
    arn = str(personalize.create_dataset_group(name="films")["datasetGroupArn"])
    tracker = personalize.create_event_tracker(name="watch", datasetGroupArn=arn)["eventTrackerArn"]
    wait_until_active(Connection(endpoint=bare.url), "event_tracker", tracker, Progress())
    return arn


def confirmed(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint) -> AppTest:
    app = open_page("costs", monkeypatch, endpoint)
    return app.text_input(key="costs.confirm").input("films").run()


def torn_down(app: AppTest) -> AppTest:
    app.button(key="costs.delete").click().run()
    deadline = time.monotonic() + 30
    while any(button.key == "costs.stop" for button in app.button):
        assert time.monotonic() < deadline
        assert not any(button.key == "costs.delete" for button in app.button)
        time.sleep(0.1)
        app.run()
    return app


def test_a_tear_down_ends_with_the_group_gone(monkeypatch: pytest.MonkeyPatch, bare: Endpoint, group: str) -> None:
    app = torn_down(confirmed(monkeypatch, bare))
    assert not errors(app)
    app.session_state["task.log"] = True
    assert "Delete event tracker watch" in told(app.run())
    assert "Nothing of it is left" in told(app)
    assert bare.client("personalize").list_dataset_groups()["datasetGroups"] == []
    app.button(key="costs.close").click().run()
    assert "No dataset group yet" in told(app)


def test_a_tear_down_that_fails_says_where_it_stopped(
    monkeypatch: pytest.MonkeyPatch, bare: Endpoint, group: str
) -> None:
    app = confirmed(monkeypatch, bare)
    recipe = "arn:aws:personalize:::recipe/aws-sims"
    bare.client("personalize").create_solution(name="late", datasetGroupArn=group, recipeArn=recipe)
    app = torn_down(app)
    assert len(errors(app)) == 1
    assert "1 of 2 are deleted, the rest is untouched." in errors(app)[0]
    assert len(bare.client("personalize").list_dataset_groups()["datasetGroups"]) == 1


def test_nonsense_in_a_link_does_no_harm(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("costs", monkeypatch, bare, rows="many", share="-5", runs="1e9", days="x")
    assert not errors(app)
