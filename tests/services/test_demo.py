"""The demo fills an empty service, and goes on where it was stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from services import datasets, demo
from services.call_log import heard
from services.connection import Connection
from services.errors import Problem
from services.progress import Cancelled, Progress, Step
from services.resources import list_resources
from tests.conftest import Endpoint
from tests.services import sample_films


def kinds(connection: Connection) -> list[tuple[str, str, str]]:
    group = connection.client("personalize").list_dataset_groups()["datasetGroups"][0]["datasetGroupArn"]
    found = list_resources(connection, group)
    names = {"dataset-import-job": "", "solution-version": ""}
    return sorted((each.kind, names.get(each.kind, each.name), each.status) for each in found)


COMPLETE = sorted(
    [
        ("campaign", "for-you", "ACTIVE"),
        ("campaign", "popular", "ACTIVE"),
        ("campaign", "rank", "ACTIVE"),
        ("campaign", "similar-films", "ACTIVE"),
        ("dataset", "movielens-interactions", "ACTIVE"),
        ("dataset", "movielens-items", "ACTIVE"),
        ("dataset-group", "movielens", "ACTIVE"),
        *[("dataset-import-job", "", "ACTIVE")] * 2,
        ("event-tracker", "watch", "ACTIVE"),
        ("solution", "personalized-ranking", "ACTIVE"),
        ("solution", "popularity", "ACTIVE"),
        ("solution", "similar-items", "ACTIVE"),
        ("solution", "user-personalization", "ACTIVE"),
        *[("solution-version", "", "ACTIVE")] * 4,
    ]
)


class StopAt(Progress):
    """Progress that is cancelled when a step begins whose text has certain words."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self._words = words

    def begin(self, text: str) -> Step:
        if self._words in text:
            self.cancel()
        return super().begin(text)


@pytest.fixture
def endpoint(data_dir: Path, start_endpoint: Callable[[Path], Endpoint]) -> Endpoint:
    return start_endpoint(data_dir)


@pytest.fixture
def connection(endpoint: Endpoint) -> Connection:
    return Connection(endpoint=endpoint.url)


def test_it_makes_everything_and_goes_on_after_stops_and_failures(
    connection: Connection, endpoint: Endpoint, tmp_path: Path
) -> None:
    films = sample_films.write_latest(tmp_path / "ml")
    for words in ("Upload items", "Train similar", "Deploy"):
        with pytest.raises(Cancelled):
            demo.run_demo(connection, StopAt(words), given=str(films), cache=tmp_path / "cache")
    wait_for_versions(connection)
    fail_campaign(connection, endpoint)
    progress = Progress()
    with heard(progress.hear):
        demo.run_demo(connection, progress, given=str(films), cache=tmp_path / "cache")
    assert kinds(connection) == COMPLETE
    assert all(step.ended for step in progress.steps())
    calls = {(call.operation, call.subject): call.count for call in progress.calls()}
    assert calls["DeleteCampaign", "for-you"] == calls["CreateCampaign", "for-you"] == 1
    with heard(progress.hear):
        connection.client("personalize").list_batch_inference_jobs()
        connection.client("personalize").list_batch_inference_jobs()
    assert (progress.calls()[-1].operation, progress.calls()[-1].count) == ("ListBatchInferenceJobs", 2)
    campaigns = connection.client("personalize").list_campaigns()["campaigns"]
    arn = next(campaign["campaignArn"] for campaign in campaigns if campaign["name"] == "for-you")
    answer = connection.client("personalize-runtime").get_recommendations(campaignArn=arn, userId="2", numResults=10)
    assert len(answer["itemList"]) == 10
    again = Progress()
    with heard(again.hear):
        demo.run_demo(connection, again, given=str(films), cache=tmp_path / "cache")
    assert kinds(connection) == COMPLETE
    assert [call.operation for call in again.calls() if call.operation.startswith("Create")] == ["CreatePolicy"] * 2
    assert [call.operation for call in again.calls() if call.refused] == ["CreatePolicy"] * 2, "both are there already"


def wait_for_versions(connection: Connection) -> None:
    """Wait for the trainings that a stopped demo left running."""
    pages = connection.client("personalize").get_paginator("list_solution_versions").paginate()
    for version in pages.search("solutionVersions[].solutionVersionArn"):
        datasets.wait(connection, "solution_version", version, Progress())


def fail_campaign(connection: Connection, endpoint: Endpoint) -> None:
    """Put a campaign that failed where the demo would deploy one, by a model that cannot be read for a while."""
    personalize = connection.client("personalize")
    pages = personalize.get_paginator("list_solution_versions").paginate()
    version = next(pages.search("solutionVersions[?contains(solutionVersionArn, 'user-')].solutionVersionArn"))
    about = endpoint.data / "models" / version.rsplit("/", 1)[1] / "meta.json"
    good = about.read_text()
    about.write_text(json.dumps({name: value for name, value in json.loads(good).items() if name != "format"}))
    arn = personalize.create_campaign(name="for-you", solutionVersionArn=version)["campaignArn"]
    with pytest.raises(Problem, match="format 1"):
        datasets.wait(connection, "campaign", arn, Progress())
    about.write_text(good)
