from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.conftest import Endpoint
from tests.local_personalize.conftest import RECIPE, Cinema
from tests.local_personalize.operations.conftest import Ground


def create(ground: Ground, **options: Any) -> str:
    name = ground.clients.unique("solution")
    return str(
        ground.clients.personalize.create_solution(name=name, datasetGroupArn=ground.group, **options)["solutionArn"]
    )


def test_a_solution_is_active_at_once_and_keeps_its_configuration(ground: Ground) -> None:
    config = {"algorithmHyperParameters": {"hidden_dimension": "64"}, "eventValueThreshold": "0.5"}
    arn = create(ground, recipeArn=f"{RECIPE}aws-user-personalization", eventType="watch", solutionConfig=config)
    solution = ground.clients.personalize.describe_solution(solutionArn=arn)["solution"]
    assert solution["status"] == "ACTIVE"
    assert solution["solutionConfig"] == config
    assert (solution["eventType"], solution["performHPO"], solution["performAutoTraining"]) == ("watch", False, True)
    assert "latestSolutionVersion" not in solution


def test_without_a_configuration_an_empty_one_is_described(ground: Ground) -> None:
    arn = create(ground, recipeArn=f"{RECIPE}aws-sims")
    assert ground.clients.personalize.describe_solution(solutionArn=arn)["solution"]["solutionConfig"] == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "recipeArn is required"),
        ({"performAutoML": True, "recipeArn": f"{RECIPE}aws-hrnn"}, "recipeArn must be omitted"),
        ({"recipeArn": f"{RECIPE}aws-vod-top-picks"}, "create a recommender"),
        ({"recipeArn": f"{RECIPE}aws-none"}, "does not exist"),
        ({"recipeArn": f"{RECIPE}aws-hrnn", "solutionConfig": {"eventValueThreshold": "high"}}, "not a number"),
        (
            {"recipeArn": f"{RECIPE}aws-hrnn", "solutionConfig": {"algorithmHyperParameters": {"bptt": "99"}}},
            "The value 99 of bptt is not among 2 to 32",
        ),
        (
            {"recipeArn": f"{RECIPE}aws-hrnn", "solutionConfig": {"algorithmHyperParameters": {"depth": "9"}}},
            "depth is not a hyperparameter",
        ),
    ],
)
def test_configurations_that_do_not_fit_are_refused(ground: Ground, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ClientError) as caught:
        create(ground, **options)
    assert message in caught.value.response["Error"]["Message"]


def test_the_trend_is_looked_for_as_often_as_amazons_notebook_writes_it(ground: Ground) -> None:
    config = {"featureTransformationParameters": {"trend_discovery_frequency": "30 minutes"}}
    arn = create(ground, recipeArn=f"{RECIPE}aws-trending-now", solutionConfig=config)
    assert ground.clients.personalize.describe_solution(solutionArn=arn)["solution"]["solutionConfig"] == config


def test_update_shows_what_changed(ground: Ground) -> None:
    arn = create(ground, recipeArn=f"{RECIPE}aws-sims")
    ground.clients.personalize.update_solution(solutionArn=arn, performAutoTraining=False)
    solution = ground.clients.personalize.describe_solution(solutionArn=arn)["solution"]
    assert solution["performAutoTraining"] is False
    assert solution["latestSolutionUpdate"]["status"] == "ACTIVE"


def test_solutions_are_listed_by_group(ground: Ground) -> None:
    arns = {create(ground, recipeArn=f"{RECIPE}aws-sims") for _ in range(3)}
    listed = ground.clients.personalize.list_solutions(datasetGroupArn=ground.group)["solutions"]
    assert {solution["solutionArn"] for solution in listed} == arns


def test_a_deployed_solution_cannot_be_deleted(cinema: Cinema) -> None:
    solution = cinema.versions["aws-user-personalization"].rsplit("/", 1)[0]
    with pytest.raises(ClientError, match="is in use by") as caught:
        cinema.clients.personalize.delete_solution(solutionArn=solution)
    assert caught.value.response["Error"]["Code"] == "ResourceInUseException"


def test_a_group_has_room_for_ten_solutions(start_endpoint: Callable[[Path], Endpoint], data_dir: Path) -> None:
    personalize = start_endpoint(data_dir).client("personalize")
    group = personalize.create_dataset_group(name="full")["datasetGroupArn"]
    for number in range(10):
        personalize.create_solution(name=f"s{number}", datasetGroupArn=group, recipeArn=f"{RECIPE}aws-sims")
    with pytest.raises(ClientError, match="More than 10 resources in ACTIVE state") as caught:
        personalize.create_solution(name="s10", datasetGroupArn=group, recipeArn=f"{RECIPE}aws-sims")
    assert caught.value.response["Error"]["Code"] == "LimitExceededException"
