"""The demo fills an empty service, and goes on where it was stopped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services import demo
from services.connection import Connection
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
def connection(data_dir: Path, start_endpoint: Callable[[Path], Endpoint]) -> Connection:
    return Connection(endpoint=start_endpoint(data_dir).url)


def test_it_makes_everything_and_goes_on_after_a_stop(connection: Connection, tmp_path: Path) -> None:
    films = sample_films.write_latest(tmp_path / "ml")
    for words in ("Upload items", "Train similar", "Deploy"):
        with pytest.raises(Cancelled):
            demo.run_demo(connection, StopAt(words), given=str(films), cache=tmp_path / "cache")
    progress = Progress()
    demo.run_demo(connection, progress, given=str(films), cache=tmp_path / "cache")
    assert kinds(connection) == COMPLETE
    assert all(step.ended for step in progress.steps())
    campaigns = connection.client("personalize").list_campaigns()["campaigns"]
    arn = next(campaign["campaignArn"] for campaign in campaigns if campaign["name"] == "for-you")
    answer = connection.client("personalize-runtime").get_recommendations(campaignArn=arn, userId="2", numResults=10)
    assert len(answer["itemList"]) == 10
    demo.run_demo(connection, Progress(), given=str(films), cache=tmp_path / "cache")
    assert kinds(connection) == COMPLETE
