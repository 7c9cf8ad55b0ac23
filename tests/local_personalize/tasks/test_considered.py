"""Which items a training considers where there are more than the quota."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_personalize.recommenders.dataset import Interactions, Table
from local_personalize.tasks import considered
from tests.conftest import Clients, Endpoint
from tests.local_personalize.conftest import campaign_for, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import csv, ground_for, interaction_rows

ROWS = Interactions.from_columns(["u1", "u1", "u2", "u3"], ["old", "recent", "recent", "older"], [20, 50, 90, 10])
ITEMS = Table(
    ["recent", "young", "plain", "added last", "renewed", "old"],
    {"CREATION_TIMESTAMP": [5.0, 60.0, None, None, 70.0, 3.0], "YEAR": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]},
)
BY_TIME = ["recent", "renewed", "young", "old", "older", "added last", "plain"]


@pytest.mark.parametrize("most", range(1, 8))
def test_the_latest_times_are_kept_and_then_what_was_added_last(most: int) -> None:
    rows, items = considered.newest(ROWS, ITEMS, most)
    assert items is not None
    assert {*rows.item_ids, *items.ids} == set(BY_TIME[:most])
    assert [rows.item_ids[item] for item in rows.items] == [
        item for item in ("old", "recent", "recent", "older") if item in BY_TIME[:most]
    ]
    assert {rows.user_ids[user] for user in rows.users} == set(rows.user_ids)
    years = dict(zip(ITEMS.ids, ITEMS.columns["YEAR"], strict=True))
    assert [years[item] for item in items.ids] == list(items.columns["YEAR"])


def test_without_metadata_the_latest_interactions_decide() -> None:
    rows, items = considered.newest(ROWS, None, 2)
    assert (set(rows.item_ids), items) == ({"recent", "old"}, None)


@pytest.fixture
def frugal(data_dir: Path) -> Iterator[Clients]:
    """An endpoint whose trainings consider 40 items."""
    endpoint = Endpoint(data_dir, quotas={"considered-items": 40}).start()
    yield Clients.of(endpoint)
    endpoint.stop()


def test_no_more_items_than_the_quota_are_trained_and_recommended(frugal: Clients) -> None:
    ground = ground_for(frugal)
    rows = interaction_rows(1050)  # of 70 items one after the other: the last 40 are those with the latest interactions
    assert ground.imported(ground.dataset(), csv(rows))["status"] == "ACTIVE"
    version = version_for(ground, solution_for(ground, "aws-popularity-count"))
    assert trained(ground.clients, version)["status"] == "ACTIVE"
    campaign = campaign_for(ground.clients, version)
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, userId="u1", numResults=70)
    assert {entry["itemId"] for entry in answer["itemList"]} == {f"i{item}" for item in range(30, 70)}
