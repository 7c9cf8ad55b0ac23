"""Semantic-Similarity through boto3: trained on texts alone, steered by the campaign."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import campaign_for, item_rows, settled, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, csv, ground_for

RECIPE = "aws-semantic-similarity"
TEXTS = {
    "space": "a ship of {} flies among the stars of a distant galaxy",
    "love": "the summer wedding of {} by the sea ends in a romance",
}
NAMES = ("robots", "sailors", "strangers", "twins")


def dataset_of_texts(ground: Ground) -> str:
    """Create an Items dataset with a name, a textual field and a time, and return its ARN."""
    fields: list[dict[str, Any]] = [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TITLE", "type": "string", "itemName": True},
        {"name": "DESCRIPTION", "type": "string", "textual": True},
        {"name": "CREATION_TIMESTAMP", "type": "long"},
    ]
    record = {"type": "record", "name": "Items", "namespace": "com.amazonaws.personalize.schema", "fields": fields}
    personalize, name = ground.clients.personalize, ground.clients.unique("texts")
    schema = personalize.create_schema(name=name, schema=json.dumps({**record, "version": "1.0"}))["schemaArn"]
    created = personalize.create_dataset(name=name, schemaArn=schema, datasetGroupArn=ground.group, datasetType="Items")
    return str(created["datasetArn"])


@pytest.fixture(scope="module")
def version(shared_clients: Clients) -> str:
    """A version that learned from eight texts, without any interactions; love-twins is the newest."""
    ground = ground_for(shared_clients)
    rows = [
        f"{kind}-{name},The {name},{text.format(name)},{1_600_000_000 + (kind == 'love') * place}"
        for kind, text in TEXTS.items()
        for place, name in enumerate(NAMES)
    ]
    job = ground.imported(dataset_of_texts(ground), csv(rows, "ITEM_ID,TITLE,DESCRIPTION,CREATION_TIMESTAMP"))
    assert job["status"] == "ACTIVE", job
    found = trained(shared_clients, version_for(ground, solution_for(ground, RECIPE)))
    assert found["status"] == "ACTIVE", found
    return str(found["solutionVersionArn"])


def related(clients: Clients, campaign: str, item: str) -> list[dict[str, Any]]:
    answer = clients.runtime.get_recommendations(campaignArn=campaign, itemId=item, numResults=7)
    return list(answer["itemList"])


def test_items_about_the_same_are_related_without_interactions(shared_clients: Clients, version: str) -> None:
    campaign = campaign_for(shared_clients, version)
    for kind in TEXTS:
        found = related(shared_clients, campaign, f"{kind}-sailors")
        assert {entry["itemId"] for entry in found[:3]} == {f"{kind}-{name}" for name in NAMES if name != "sailors"}
        assert not any("score" in entry for entry in found)


def test_a_campaign_prefers_fresh_items_where_it_says_so(shared_clients: Clients, version: str) -> None:
    campaign = campaign_for(shared_clients, version, campaignConfig={"rankingInfluence": {"FRESHNESS": 1.0}})
    assert related(shared_clients, campaign, "space-sailors")[0]["itemId"] == "love-twins"


def test_without_texts_the_training_fails(clients: Clients, ground: Ground) -> None:
    assert ground.imported(ground.dataset("Items"), csv(item_rows(), "ITEM_ID,GENRES,YEAR"))["status"] == "ACTIVE"
    arn = version_for(ground, solution_for(ground, RECIPE))
    failed = settled(lambda: clients.personalize.describe_solution_version(solutionVersionArn=arn)["solutionVersion"])
    assert failed["status"] == "CREATE FAILED"
    assert failed["failureReason"] == f"{RECIPE} needs an Items dataset with a textual field."
