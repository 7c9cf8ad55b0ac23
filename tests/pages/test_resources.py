from __future__ import annotations

import io
import re
import time
import uuid
import zipfile
from collections.abc import Callable

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from components import perform
from components.new_resource import KINDS
from services.archive import archive
from services.connection import Connection
from services.resources import list_resources
from services.statuses import FAILED
from tests.conftest import ROOT, Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def test_without_data_it_points_to_the_overview(monkeypatch: pytest.MonkeyPatch, bare: Endpoint) -> None:
    app = open_page("resources", monkeypatch, bare)
    assert not errors(app)
    assert "No dataset group yet" in told(app)


def test_everything_is_listed_with_its_status(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema, status="Active")
    assert app.pills(key="status").value == "Active", "a link says so however many there are"
    assert not errors(app)
    table = tables(app, "resources with type")[0]
    assert table["Type"].value_counts().to_dict() == {
        "Solution": 4, "Solution version": 4, "Campaign": 4, "Dataset": 2, "Import job": 2,
        "Dataset group": 1, "Event tracker": 1, "Filter": 1,
    }  # fmt: skip
    assert {status for cell in table["Status"] for status in cell} == {"ACTIVE"}
    assert any("Up to date" in caption.value for caption in app.caption)


@pytest.fixture
def group(endpoint: Endpoint) -> str:
    """A dataset group with a tracker on the endpoint that many tests share, for tests that change things."""
    personalize = endpoint.client("personalize")
    name = f"films-{uuid.uuid4().hex[:8]}"
    arn = str(personalize.create_dataset_group(name=name)["datasetGroupArn"])
    tracker = personalize.create_event_tracker(name="watch", datasetGroupArn=arn)["eventTrackerArn"]
    until(lambda: personalize.describe_event_tracker(eventTrackerArn=tracker)["eventTracker"]["status"] == "ACTIVE")
    return arn


def open_group(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str) -> AppTest:
    """Open the page with a dataset group chosen."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MARQUEE_DATA", str(endpoint.data))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state["group"] = group.rsplit("/", 1)[-1]
    return app.run().switch_page("pages/resources.py").run()


def there(endpoint: Endpoint, group: str) -> bool:
    """Tell whether a dataset group exists."""
    listed = endpoint.client("personalize").get_paginator("list_dataset_groups").paginate().search("datasetGroups[]")
    return group in [found["datasetGroupArn"] for found in listed]


def until(done: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def fill(app: AppTest, **fields: str) -> None:
    """Open the dialog for a new solution with these fields filled in."""
    for name, value in fields.items():
        app.session_state[f"new.{name}"] = value
    app.session_state["resources.create"] = KINDS["Solution"]
    app.run()


def test_a_solution_is_created_from_the_dialog(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str) -> None:
    monkeypatch.setattr(perform, "DOUBLE_CLICK", 60.0)
    app = open_group(monkeypatch, endpoint, group)
    for _ in range(2):  # a double click
        fill(app, **{"recipe": "aws-sims", "solution_aws-sims": "sims"})
        app.button(key="new.submit_create_solution").click().run()
        assert not errors(app)
    listed = endpoint.client("personalize").list_solutions(datasetGroupArn=group)["solutions"]
    assert [(found["name"], found["recipeArn"].rsplit("/", 1)[-1]) for found in listed] == [("sims", "aws-sims")]


def test_a_name_that_cannot_be_is_not_sent(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str) -> None:
    app = open_group(monkeypatch, endpoint, group)
    fill(app, **{"recipe": "aws-sims", "solution_aws-sims": "no spaces, please"})
    assert app.button(key="new.submit_create_solution").disabled
    assert "Letters, digits, - and _" in told(app)


def test_a_refusal_of_the_service_is_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str
) -> None:
    recipe = "arn:aws:personalize:::recipe/aws-sims"
    endpoint.client("personalize").create_solution(name="taken", datasetGroupArn=group, recipeArn=recipe)
    app = open_group(monkeypatch, endpoint, group)
    fill(app, **{"recipe": "aws-sims", "solution_aws-sims": "taken"})
    app.button(key="new.submit_create_solution").click().run()
    assert len(errors(app)) == 1
    assert errors(app)[0].endswith("Choose another name.")


def test_the_name_offered_is_free_in_every_dataset_group(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str
) -> None:
    personalize = endpoint.client("personalize")
    elsewhere = personalize.create_dataset_group(name=f"books-{uuid.uuid4().hex[:8]}")["datasetGroupArn"]
    recipe = "arn:aws:personalize:::recipe/aws-trending-now"
    taken = {found["name"] for found in personalize.get_paginator("list_solutions").paginate().search("solutions[]")}
    if "trending-now" not in taken:
        personalize.create_solution(name="trending-now", datasetGroupArn=elsewhere, recipeArn=recipe)
    app = open_group(monkeypatch, endpoint, group)
    fill(app, recipe="aws-trending-now")
    offered = app.text_input(key="new.solution_aws-trending-now").value
    assert offered.startswith("trending-now-")
    assert offered not in taken


def test_what_failed_is_shown_with_its_reason(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str) -> None:
    personalize = endpoint.client("personalize")
    recipe = "arn:aws:personalize:::recipe/aws-sims"
    solution = personalize.create_solution(name="empty", datasetGroupArn=group, recipeArn=recipe)["solutionArn"]
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    deadline = time.monotonic() + 60
    while personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]["status"] != FAILED:
        assert time.monotonic() < deadline
        time.sleep(0.2)
    app = open_group(monkeypatch, endpoint, group)
    assert len(errors(app)) == 1
    assert tables(app, "resources with type")[0].iloc[0]["Doing"] == errors(app)[0] != ""


def test_deleting_the_group_deletes_what_is_in_it_first(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str
) -> None:
    app = open_group(monkeypatch, endpoint, group)
    # Another one is shown afterwards, whatever else runs.
    endpoint.client("personalize").create_dataset_group(name=f"stays-{uuid.uuid4().hex[:8]}")
    name = group.rsplit("/", 1)[-1]
    app.session_state["resources.delete"] = group
    app.run()
    assert "1. Event tracker **watch**" in told(app)
    assert f"2. Dataset group **{name}**" in told(app)
    assert app.button(key="resources.delete_now").disabled
    app.session_state["resources.delete"] = group
    app.text_input(key="resources.confirm").input(name).run()
    app.session_state["resources.delete"] = group
    app.button(key="resources.delete_now").click().run()
    assert not app.exception
    assert not any(error.proto.title.startswith("Could not") for error in app.error), "another group is shown now"
    assert [toast.value for toast in app.toast] == [f"Dataset group {name} and what depended on it (1) deleted"]
    until(lambda: not there(endpoint, group))
    assert endpoint.client("personalize").list_event_trackers(datasetGroupArn=group)["eventTrackers"] == []
    app.switch_page("pages/overview.py").run()
    assert not errors(app)
    assert re.search(rf"Dataset group \*\*{name}\*\*.*DELETED.*just now", told(app))


def test_the_drawer_shows_what_describe_says(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema)
    campaign = cinema.client("personalize").list_campaigns()["campaigns"][0]
    arn = campaign["campaignArn"]
    app.selectbox(key="resources.action").select(f"Details · Campaign {campaign['name']}").run()
    assert not errors(app)
    assert app.selectbox(key="resources.action").value is None, "the same can be chosen again"
    codes = [code.value for code in app.code]
    assert arn in codes
    assert any('"minProvisionedTPS": 1' in code for code in codes)
    assert any("client.create_campaign(" in code and "solutionVersionArn=" in code for code in codes)
    assert any("aws personalize describe-campaign --region us-east-1" in code for code in codes)
    assert "Set up as the service has it by default" in told(app), "one TPS is the default"
    assert "Min provisioned TPS" not in [name for table in app.table for name in table.value.index]
    solution = cinema.client("personalize").list_solutions()["solutions"][0]["solutionArn"]
    app.session_state["resources.open"] = solution
    app.run()
    [newest] = [table.value.loc["Latest solution version"].iloc[0] for table in app.table if len(table.value) > 2]
    assert re.fullmatch(r"[0-9a-f]{8} · ACTIVE", newest)


def test_a_link_opens_the_drawer_and_only_once(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    arn = cinema.client("personalize").list_campaigns()["campaigns"][0]["campaignArn"]
    app = open_page("resources", monkeypatch, cinema, open=arn)
    assert not errors(app)
    assert arn in [code.value for code in app.code]
    app.run()
    assert arn not in [code.value for code in app.code]
    assert "open" not in app.query_params


def test_only_what_differs_from_the_defaults_is_listed(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    solution = cinema.client("personalize").list_solutions()["solutions"][0]["solutionArn"]
    app = open_page("resources", monkeypatch, cinema, open=solution)
    [settings] = [table.value for table in app.table if "performAutoTraining" in table.value.index]
    assert settings.iloc[:, 0].to_dict() == {"performAutoTraining": "False"}


def test_what_is_typed_last_is_what_is_sent(monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str) -> None:
    app = open_group(monkeypatch, endpoint, group)
    fill(app, **{"recipe": "aws-sims", "solution_aws-sims": "before"})
    app.text_input(key="new.solution_aws-sims").set_value("after")
    app.button(key="new.submit_create_solution").click().run()
    assert not errors(app)
    assert [
        found["name"] for found in endpoint.client("personalize").list_solutions(datasetGroupArn=group)["solutions"]
    ] == ["after"]


def test_a_plan_says_what_it_saves_and_which_calls_it_takes(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    listed = cinema.client("personalize").list_solutions()["solutions"]
    solution = next(found["solutionArn"] for found in listed if found["name"] == "popularity")
    app = open_page("resources", monkeypatch, cinema)
    app.session_state["resources.delete"] = solution
    app.run()
    assert "Saves about" in told(app)
    assert "Settings, metrics, and the calls" in told(app)
    assert "resources.export" not in [button.key for button in app.button], "no dataset goes"
    lines = next(code.value for code in app.code if "delete-campaign" in code.value).splitlines()
    assert ["delete-campaign" in lines[0], "delete-solution" in lines[-1]] == [True, True]


def test_a_copy_of_a_solution_has_the_metrics_of_its_versions(cinema: Endpoint) -> None:
    personalize = cinema.client("personalize")
    solution = personalize.list_solutions()["solutions"][0]["solutionArn"]
    connection = Connection(endpoint=cinema.url)
    listed = list_resources(
        connection, personalize.describe_solution(solutionArn=solution)["solution"]["datasetGroupArn"]
    )
    going = [found for found in listed if solution in (found.arn, found.parent)]
    with zipfile.ZipFile(io.BytesIO(archive(connection, going))) as copy:
        [row] = pd.read_csv(io.BytesIO(copy.read("metrics.csv"))).to_dict("records")
    version = next(found for found in going if found.kind == "solution-version")
    metrics = personalize.get_solution_metrics(solutionVersionArn=version.arn)["metrics"]
    assert row == pytest.approx({"version": version.name, "recipe": version.recipe, **metrics})


def test_a_campaign_is_renamed_and_updated(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema)
    personalize = cinema.client("personalize")
    listed = personalize.list_campaigns()["campaigns"]
    arn = next(found["campaignArn"] for found in listed if found["name"] == "popular")
    before = personalize.list_tags_for_resource(resourceArn=arn)["tags"]
    app.session_state["resources.update"] = arn
    app.run()
    assert not errors(app)
    assert app.text_input(key="update.name").value == "Popular with everyone"
    app.session_state["resources.update"] = arn
    app.text_input(key="update.name").set_value("Hits")
    app.button(key="update.save").click().run()
    assert not errors(app)
    tags = {tag["tagKey"]: tag["tagValue"] for tag in personalize.list_tags_for_resource(resourceArn=arn)["tags"]}
    assert tags == {"marquee:name": "Hits", "marquee:order": "3", "marquee:mode": "popular"}
    personalize.tag_resource(resourceArn=arn, tags=before)
    app.session_state["resources.update"] = arn
    app.run()
    app.session_state["resources.update"] = arn
    app.button(key="update.deploy").click().run()
    assert not errors(app)
    assert "latestCampaignUpdate" in personalize.describe_campaign(campaignArn=arn)["campaign"]
    until(lambda: update_of(cinema, arn) == "ACTIVE")


def update_of(cinema: Endpoint, arn: str) -> str:
    campaign = cinema.client("personalize").describe_campaign(campaignArn=arn)["campaign"]
    return str(campaign["latestCampaignUpdate"]["status"])


def test_the_drawer_leads_to_parents_and_children(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema)
    campaign = cinema.client("personalize").list_campaigns()["campaigns"][0]["campaignArn"]
    version = cinema.client("personalize").describe_campaign(campaignArn=campaign)["campaign"]["solutionVersionArn"]
    app.session_state["resources.open"] = campaign
    app.run()
    app.session_state["resources.open"] = campaign
    app.button(key=f"resources.goto_{version}").click().run()
    assert not errors(app)
    assert version in [code.value for code in app.code]


def test_what_somebody_else_deleted_is_no_error(
    monkeypatch: pytest.MonkeyPatch, endpoint: Endpoint, group: str
) -> None:
    app = open_group(monkeypatch, endpoint, group)
    app.session_state["resources.open"] = group + "-gone"
    app.run()
    assert not errors(app)
    assert "It is not there, or not any more" in told(app)
    personalize = endpoint.client("personalize")
    tracker = personalize.list_event_trackers(datasetGroupArn=group)["eventTrackers"][0]["eventTrackerArn"]
    personalize.delete_event_tracker(eventTrackerArn=tracker)
    until(lambda: not personalize.list_event_trackers(datasetGroupArn=group)["eventTrackers"])
    app.session_state["resources.deleting"] = [tracker, group]
    app.run()
    assert not errors(app)
    assert not there(endpoint, group)
