from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.conftest import RECIPE, interaction_rows, settled
from tests.local_personalize.operations.conftest import Ground, csv, gone, role_for, wait_for


@pytest.fixture(scope="module")
def movies(shared_clients: Clients) -> Ground:
    """A VIDEO_ON_DEMAND group with interactions only, their event type in lower case, as the first tutorial has it."""
    name = shared_clients.unique("movies")
    shared_clients.s3.create_bucket(Bucket=name)
    group = shared_clients.personalize.create_dataset_group(name=name, domain="VIDEO_ON_DEMAND")["datasetGroupArn"]
    ground = Ground(shared_clients, name, group, name, role_for(shared_clients, name, name))
    assert ground.imported(ground.dataset(), csv(interaction_rows()))["status"] == "ACTIVE"
    return ground


def create(ground: Ground, recipe: str, **options: Any) -> str:
    name = ground.clients.unique("recommender")
    answer = ground.clients.personalize.create_recommender(
        name=name, datasetGroupArn=ground.group, recipeArn=f"{RECIPE}{recipe}", **options
    )
    return str(answer["recommenderArn"])


def described(ground: Ground, arn: str) -> dict[str, Any]:
    return dict(ground.clients.personalize.describe_recommender(recommenderArn=arn)["recommender"])


def ready(ground: Ground, arn: str) -> dict[str, Any]:
    return settled(lambda: described(ground, arn))


def listed(ground: Ground, arn: str, **asked: Any) -> list[str]:
    answer = ground.clients.runtime.get_recommendations(recommenderArn=arn, **asked)
    return [entry["itemId"] for entry in answer["itemList"]]


@pytest.fixture(scope="module")
def top_picks(movies: Ground) -> str:
    arn = create(movies, "aws-vod-top-picks")
    assert described(movies, arn)["status"] == "CREATE PENDING"
    found = ready(movies, arn)
    assert found["status"] == "ACTIVE", found
    return arn


def test_top_picks_leave_out_what_was_watched(movies: Ground, top_picks: str) -> None:
    watched = {row.split(",")[1] for row in interaction_rows() if row.startswith("u0,")}
    items = listed(movies, top_picks, userId="u0", numResults=100)
    assert not watched & set(items)
    assert items[0].startswith("action")
    before = len(items)
    tracker = movies.clients.personalize.create_event_tracker(name="watch", datasetGroupArn=movies.group)
    event = {"eventType": "WATCH", "itemId": items[0], "sentAt": 1_700_000_000}
    movies.clients.events.put_events(trackingId=tracker["trackingId"], userId="u0", sessionId="s", eventList=[event])
    after = listed(movies, top_picks, userId="u0", numResults=100)
    assert items[0] not in after
    assert len(after) == before - 1


def test_metrics_are_in_the_description(movies: Ground, top_picks: str) -> None:
    metrics = described(movies, top_picks)["modelMetrics"]
    assert "normalized_discounted_cumulative_gain_at_10" in metrics
    assert len(metrics) == 8


def test_a_stopped_recommender_does_not_answer_until_it_is_started(movies: Ground, top_picks: str) -> None:
    personalize = movies.clients.personalize
    personalize.stop_recommender(recommenderArn=top_picks)
    assert ready(movies, top_picks)["status"] == "INACTIVE"
    with pytest.raises(ClientError, match="its status is INACTIVE"):
        listed(movies, top_picks, userId="u0")
    with pytest.raises(ClientError, match="not in ACTIVE state"):
        personalize.stop_recommender(recommenderArn=top_picks)
    personalize.start_recommender(recommenderArn=top_picks)
    assert ready(movies, top_picks)["status"] == "ACTIVE"
    assert listed(movies, top_picks, userId="u0")


def test_an_update_changes_the_configuration(movies: Ground, top_picks: str) -> None:
    config = {"minRecommendationRequestsPerSecond": 3}
    movies.clients.personalize.update_recommender(recommenderArn=top_picks, recommenderConfig=config)
    settled(lambda: described(movies, top_picks)["latestRecommenderUpdate"])
    assert described(movies, top_picks)["recommenderConfig"]["minRecommendationRequestsPerSecond"] == 3


def test_of_retrained_models_one_is_kept_beside_the_newest(movies: Ground) -> None:
    personalize = movies.clients.personalize
    arn = create(movies, "aws-vod-most-popular")
    ready(movies, arn)
    trained = [model_of(movies, arn)]
    for columns in ({}, {"INTERACTIONS": []}):
        config = {"trainingDataConfig": {"excludedDatasetColumns": columns}}
        personalize.update_recommender(recommenderArn=arn, recommenderConfig=config)
        assert settled(lambda: described(movies, arn)["latestRecommenderUpdate"])["status"] == "ACTIVE"
        assert listed(movies, arn, userId="u0")
        trained.append(model_of(movies, arn))
    assert [model for model in trained if model.exists()] == trained[-2:]
    personalize.delete_recommender(recommenderArn=arn)
    gone(lambda: described(movies, arn), personalize)
    assert not any(model.exists() for model in trained)


def model_of(ground: Ground, arn: str) -> Path:
    data = ground.clients.endpoint.data
    with closing(sqlite3.connect(data / "state.db")) as connection:
        (doc,) = connection.execute("SELECT doc FROM resources WHERE arn = ?", (arn,)).fetchone()
    return data / "models" / json.loads(doc)["_model"]


def test_because_you_watched_needs_both_ids(movies: Ground) -> None:
    arn = create(movies, "aws-vod-because-you-watched-x")
    assert ready(movies, arn)["status"] == "ACTIVE"
    with pytest.raises(ClientError, match="userId is required"):
        listed(movies, arn, itemId="comedy-0")
    items = listed(movies, arn, itemId="comedy-0", userId="u0", numResults=10)
    assert sum(item.startswith("comedy") for item in items) == 10
    movies.clients.personalize.delete_recommender(recommenderArn=arn)
    arns = lambda: [  # noqa: E731
        one["recommenderArn"]
        for one in movies.clients.personalize.list_recommenders(datasetGroupArn=movies.group)["recommenders"]
    ]
    wait_for(lambda: {"status": "there" if arn in arns() else "ACTIVE"})


def test_use_cases_belong_to_their_domain(movies: Ground, ground: Ground) -> None:
    for group, recipe in (
        (movies, "aws-ecomm-recommended-for-you"),
        (movies, "aws-sims"),
        (ground, "aws-vod-top-picks"),
    ):
        with pytest.raises(ClientError, match="is not a use case of the domain"):
            create(group, recipe)


def test_too_few_events_of_the_type_fail_with_the_guides_words(movies: Ground) -> None:
    name = movies.clients.unique("shop")
    group = movies.clients.personalize.create_dataset_group(name=name, domain="ECOMMERCE")["datasetGroupArn"]
    shop = Ground(movies.clients, name, group, movies.bucket, movies.role)
    assert shop.imported(shop.dataset(), csv(interaction_rows("View")))["status"] == "ACTIVE"
    failed = ready(shop, create(shop, "aws-ecomm-popular-items-by-purchases"))
    assert failed["status"] == "CREATE FAILED"
    assert failed["failureReason"] == (
        "Dataset has fewer than 1000 interactions after filtering by event type: purchase"
    )
    viewed = create(shop, "aws-ecomm-popular-items-by-views")
    assert ready(shop, viewed)["status"] == "ACTIVE"
    assert len(listed(shop, viewed, userId="anyone")) == 25
