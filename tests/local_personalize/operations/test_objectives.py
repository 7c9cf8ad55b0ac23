"""Solutions with an optimizationObjective, through the operations."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.conftest import (
    campaign_for,
    interaction_rows,
    item_rows,
    solution_for,
    trained,
    version_for,
)
from tests.local_personalize.operations.conftest import Ground, csv, ground_for

PERSONAL, RANKING = "aws-user-personalization", "aws-personalized-ranking"
COLUMNS: dict[str, Any] = {"PRICE": "float", "YEAR": ["null", "int"], "GENRES": "string"}


def price(item_id: str) -> float:
    """Return a price that has nothing to do with how often an item is taken."""
    return 1.0 + sum(map(ord, item_id)) * 37 % 101


@pytest.fixture(scope="module")
def shop(shared_clients: Clients) -> Ground:
    ground = ground_for(shared_clients)
    assert ground.imported(ground.dataset(), csv(interaction_rows()))["status"] == "ACTIVE"
    items = [row.split(",") for row in item_rows()]
    rows = [f"{item},{price(item)},{year},{genres}" for item, genres, year in items]
    dataset = ground.dataset("Items", {"ITEM_ID": "string", **COLUMNS})
    assert ground.imported(dataset, csv(rows, ",".join(["ITEM_ID", *COLUMNS])))["status"] == "ACTIVE"
    return ground


def wanting(attribute: str, sensitivity: str | None = None, **training: Any) -> dict[str, Any]:
    told = {} if sensitivity is None else {"objectiveSensitivity": sensitivity}
    data = {"trainingDataConfig": training} if training else {}
    return {"optimizationObjective": {"itemAttribute": attribute, **told}, **data}


def deployed(shop: Ground, recipe: str, config: dict[str, Any]) -> tuple[str, dict[str, float]]:
    version = version_for(shop, solution_for(shop, recipe, solutionConfig=config))
    described = trained(shop.clients, version)
    assert described["status"] == "ACTIVE", described
    metrics = shop.clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    return campaign_for(shop.clients, version), metrics


def test_a_high_sensitivity_recommends_dearer_items_and_the_metric_tells(shop: Ground) -> None:
    means, rewards = [], []
    for config in ({}, wanting("PRICE", "OFF"), wanting("PRICE", "HIGH")):
        campaign, metrics = deployed(shop, PERSONAL, config)
        answers = [
            shop.clients.runtime.get_recommendations(campaignArn=campaign, userId=f"u{user}", numResults=5)["itemList"]
            for user in range(5)
        ]
        means.append(sum(price(entry["itemId"]) for answer in answers for entry in answer) / 25)
        rewards.append(metrics.get("average_rewards_at_k", -1.0))
    assert rewards[0] == -1
    assert means[0] == means[1] < means[2] - 5
    assert all(0 <= reward <= 1 for reward in rewards[1:])


def test_rankings_pursue_it_too(shop: Ground) -> None:
    campaign, _ = deployed(shop, RANKING, wanting("PRICE", "HIGH"))
    given = sorted({row.split(",")[1] for row in interaction_rows() if row.split(",")[1].startswith("action")})
    ranked = shop.clients.runtime.get_personalized_ranking(campaignArn=campaign, userId="u0", inputList=given)
    prices = [price(entry["itemId"]) for entry in ranked["personalizedRanking"]]
    half = len(prices) // 2
    assert sum(prices[:half]) > 1.3 * sum(prices[half:])


@pytest.mark.parametrize(
    ("recipe", "config", "message"),
    [
        (PERSONAL, wanting("WEIGHT"), "WEIGHT is not a column of an Items dataset"),
        (PERSONAL, wanting("GENRES", "LOW"), "GENRES must have a numerical type"),
        (PERSONAL, wanting("YEAR", "LOW"), "YEAR must have a numerical type and can't be null"),
        ("aws-similar-items", wanting("PRICE", "LOW"), "only with the recipes aws-user-personalization"),
        (PERSONAL, {"optimizationObjective": {"objectiveSensitivity": "LOW"}}, "needs an itemAttribute"),
        (PERSONAL, wanting("PRICE", "EXTREME"), "EXTREME"),
        (PERSONAL, wanting("PRICE", excludedDatasetColumns={"ITEMS": ["PRICE"]}), "must be among the columns used"),
        (PERSONAL, wanting("PRICE", includedDatasetColumns={"Items": ["GENRES"]}), "must be among the columns used"),
    ],
)
def test_an_objective_that_cannot_be_is_refused(
    shop: Ground, recipe: str, config: dict[str, Any], message: str
) -> None:
    with pytest.raises(ClientError, match=message) as caught:
        solution_for(shop, recipe, solutionConfig=config)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
