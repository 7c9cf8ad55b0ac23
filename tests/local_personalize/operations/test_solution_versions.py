from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Clients
from tests.local_personalize.conftest import (
    Cinema,
    campaign_for,
    interaction_rows,
    solution_for,
    trained,
    version_for,
)
from tests.local_personalize.operations.conftest import Ground, csv, wait_for

METRICS = {
    "coverage",
    "mean_reciprocal_rank_at_25",
    *(f"normalized_discounted_cumulative_gain_at_{k}" for k in (5, 10, 25)),
    *(f"precision_at_{k}" for k in (5, 10, 25)),
}


def trained_on(ground: Ground, body: bytes, recipe: str = "aws-popularity-count", **options: Any) -> dict[str, Any]:
    """Import a file and train on it."""
    assert ground.imported(ground.dataset(), body)["status"] == "ACTIVE"
    return trained(ground.clients, version_for(ground, solution_for(ground, recipe, **options)))


def test_a_version_passes_through_its_statuses(workshop: Ground) -> None:
    personalize = workshop.clients.personalize
    solution = solution_for(workshop, "aws-popularity-count")
    version = version_for(workshop, solution, name="first")
    assert re.fullmatch(re.escape(solution) + "/[0-9a-f]{8}", version)
    before = personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]
    assert before["status"] == "CREATE PENDING"
    with pytest.raises(ClientError, match=r"CREATE (PENDING|IN_PROGRESS) state") as caught:
        personalize.get_solution_metrics(solutionVersionArn=version)
    assert caught.value.response["Error"]["Code"] == "ResourceInUseException"
    after = trained(workshop.clients, version)
    assert (after["status"], after["name"], after["trainingMode"]) == ("ACTIVE", "first", "FULL")
    assert after["trainingHours"] > 0
    assert "tunedHPOParams" not in after
    latest = personalize.describe_solution(solutionArn=solution)["solution"]["latestSolutionVersion"]
    assert latest["solutionVersionArn"] == version
    with pytest.raises(ClientError, match="is named first"):
        personalize.create_solution_version(solutionArn=solution, name="first")


def test_metrics_are_the_eight_of_the_service(cinema: Cinema) -> None:
    version = cinema.versions["aws-user-personalization"]
    metrics = cinema.clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    assert set(metrics) == METRICS
    assert all(0 <= value <= 1 for value in metrics.values())
    popular = cinema.clients.personalize.get_solution_metrics(
        solutionVersionArn=cinema.versions["aws-popularity-count"]
    )["metrics"]
    assert metrics["coverage"] > popular["coverage"]


def test_figures_of_each_test_user_stand_behind_the_metrics(cinema: Cinema) -> None:
    version = cinema.versions["aws-user-personalization"]
    url = f"{cinema.clients.endpoint.url}/_local/insights/evaluation?solutionVersionArn="
    with urllib.request.urlopen(url + version, timeout=5) as answer:
        figures = json.load(answer)
    metrics = cinema.clients.personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    column = figures["precision_at_10"]
    assert len(figures["users"]) == len(column) >= 1
    assert sum(column) / len(column) == pytest.approx(metrics["precision_at_10"], abs=1e-4)
    with pytest.raises(urllib.error.HTTPError, match="404") as caught:
        urllib.request.urlopen(f"{url}none", timeout=5)
    caught.value.close()


def test_too_few_interactions_fail_with_the_guides_words(ground: Ground) -> None:
    rows = [*interaction_rows("watch")[:600], *interaction_rows("click")[600:]]
    version = trained_on(ground, csv(rows), eventType="Watch")
    assert version["status"] == "CREATE FAILED"
    assert version["failureReason"] == ("Dataset has fewer than 1000 interactions after filtering by event type: Watch")


def test_too_few_users_fail_with_the_guides_words(ground: Ground) -> None:
    rows = [f"u{row % 24},i{row % 70},{1_600_000_000 + row},watch" for row in range(1000)]
    version = trained_on(ground, csv([*rows, "once,i1,1600000000,watch"]))
    assert version["status"] == "CREATE FAILED"
    assert version["failureReason"] == "Dataset has fewer than 25 users with at least 2 interactions each"


def test_the_smallest_allowed_data_train(ground: Ground) -> None:
    rows = [f"u{row % 25},i{row % 70},{1_600_000_000 + row},watch" for row in range(1000)]
    assert trained_on(ground, csv(rows))["status"] == "ACTIVE"


def test_only_events_of_the_type_and_value_are_trained_on(ground: Ground) -> None:
    fields = {"USER_ID": "string", "ITEM_ID": "string", "TIMESTAMP": "long", "EVENT_TYPE": "string"}
    dataset = ground.dataset("Interactions", {**fields, "EVENT_VALUE": "float"})
    low = [f"{row},0.2" for row in interaction_rows("rating")[:200]]
    high = [f"{row},0.9" for row in interaction_rows("RATING")]
    clicks = [f"u1,clicked-only,{1_600_000_000 + row},click,1" for row in range(300)]
    unloved = [f"u{row},unloved,1600000000,rating,0.2" for row in range(40)]
    body = csv([*low, *high, *clicks, *unloved], "USER_ID,ITEM_ID,TIMESTAMP,EVENT_TYPE,EVENT_VALUE")
    assert ground.imported(dataset, body)["status"] == "ACTIVE"
    config = {"eventValueThreshold": "0.5"}
    solution = solution_for(ground, "aws-popularity-count", eventType="rating", solutionConfig=config)
    version = version_for(ground, solution)
    assert trained(ground.clients, version)["status"] == "ACTIVE"
    campaign = campaign_for(ground.clients, version)
    answer = ground.clients.runtime.get_recommendations(campaignArn=campaign, numResults=500)
    items = {entry["itemId"] for entry in answer["itemList"]}
    assert items == {row.split(",")[1] for row in interaction_rows()}


def test_a_training_can_be_stopped(workshop: Ground) -> None:
    personalize = workshop.clients.personalize
    version = version_for(workshop, solution_for(workshop, "aws-user-personalization", performHPO=True))
    describe = lambda: personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]  # noqa: E731
    wait_for(describe, ("CREATE IN_PROGRESS",))
    personalize.stop_solution_version_creation(solutionVersionArn=version)
    assert describe()["status"] in ("CREATE STOPPING", "CREATE STOPPED")
    assert wait_for(describe, ("CREATE STOPPED", "ACTIVE"))["status"] == "CREATE STOPPED"
    with pytest.raises(ClientError, match="only a creation can be stopped"):
        personalize.stop_solution_version_creation(solutionVersionArn=version)


def test_hyperparameters_are_searched_where_asked(workshop: Ground) -> None:
    ranges = {"integerHyperParameterRanges": [{"name": "hidden_dimension", "minValue": 40, "maxValue": 60}]}
    config = {
        "hpoConfig": {
            "algorithmHyperParameterRanges": ranges,
            "hpoResourceConfig": {"maxNumberOfTrainingJobs": "2", "maxParallelTrainingJobs": "1"},
        }
    }
    solution = solution_for(workshop, "aws-user-personalization", performHPO=True, solutionConfig=config)
    version = trained(workshop.clients, version_for(workshop, solution))
    assert version["status"] == "ACTIVE"
    tuned = version["tunedHPOParams"]["algorithmHyperParameters"]
    assert tuned.keys() == {"hidden_dimension"}
    assert 40 <= int(tuned["hidden_dimension"]) <= 60


def test_auto_ml_keeps_the_better_of_its_recipes(workshop: Ground) -> None:
    recipes = [f"arn:aws:personalize:::recipe/{name}" for name in ("aws-popularity-count", "aws-user-personalization")]
    name = workshop.clients.unique("automl")
    solution = workshop.clients.personalize.create_solution(
        name=name,
        datasetGroupArn=workshop.group,
        performAutoML=True,
        solutionConfig={"autoMLConfig": {"recipeList": recipes, "metricName": "coverage"}},
    )["solutionArn"]
    version = trained(workshop.clients, version_for(workshop, solution))
    assert version["recipeArn"] == recipes[1]  # popularity shows everyone the same 25 of 81 items
    described = workshop.clients.personalize.describe_solution(solutionArn=solution)["solution"]
    assert described["autoMLResult"] == {"bestRecipeArn": recipes[1]}


def test_update_needs_a_full_version(workshop: Ground) -> None:
    solution = solution_for(workshop, "aws-user-personalization")
    with pytest.raises(ClientError, match="UPDATE training mode needs an ACTIVE") as caught:
        version_for(workshop, solution, trainingMode="UPDATE")
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert trained(workshop.clients, version_for(workshop, solution))["status"] == "ACTIVE"
    updated = trained(workshop.clients, version_for(workshop, solution, trainingMode="UPDATE"))
    assert (updated["status"], updated["trainingMode"]) == ("ACTIVE", "UPDATE")


def test_versions_of_an_unknown_solution_are_not_found(clients: Clients) -> None:
    with pytest.raises(ClientError) as caught:
        clients.personalize.list_solution_versions(
            solutionArn="arn:aws:personalize:us-east-1:123456789012:solution/none"
        )
    assert caught.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_deleted_solution_takes_its_versions_and_models_along(workshop: Ground) -> None:
    personalize = workshop.clients.personalize
    solution = solution_for(workshop, "aws-popularity-count")
    version = version_for(workshop, solution)
    trained(workshop.clients, version)
    model = workshop.clients.endpoint.data / "models" / version.rsplit("/", 1)[1]
    assert model.is_dir()
    personalize.delete_solution(solutionArn=solution)
    wait_for(lambda: {"status": "ACTIVE" if not _exists(workshop, version) else "there"})
    assert not model.exists()


def _exists(ground: Ground, version: str) -> bool:
    try:
        ground.clients.personalize.describe_solution_version(solutionVersionArn=version)
    except ClientError as failure:
        return failure.response["Error"]["Code"] != "ResourceNotFoundException"
    return True
