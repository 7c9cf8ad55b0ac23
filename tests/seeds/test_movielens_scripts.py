"""The fourth tutorial: its scripts (import, evaluate, deploy, recommend), call by call, with what they print."""

from __future__ import annotations

import io
import json
from typing import Any

import pandas as pd
import pytest
from botocore.exceptions import ClientError

from tests.seeds.conftest import INTERACTIONS_KEY, MOVIES_KEY, until_active
from tests.seeds.worlds import FILMS

DEFAULT_CONFIG = '{"itemExplorationConfig": {"explorationWeight": "0.3", "explorationItemAgeCutOff": "30"}}'
METRICS = [
    "coverage",
    "mean_reciprocal_rank_at_25",
    "normalized_discounted_cumulative_gain_at_10",
    "normalized_discounted_cumulative_gain_at_25",
    "normalized_discounted_cumulative_gain_at_5",
    "precision_at_10",
    "precision_at_25",
    "precision_at_5",
]
USERS = "\n".join(json.dumps({"userId": str(user)}) for user in (1, 2, 3, 999))
ITEMS = "".join(json.dumps({"itemId": str(item)}) + "\n" for item in (71, 72, 73)) + "\n"


@pytest.fixture
def trained(workspace: Any) -> str:
    """A solution version of user-personalization."""
    return str(workspace.train(workspace.clients.unique("PersonalizeModel"), "aws-user-personalization"))


def test_import_dataset_prints_name_arn_and_pending(workspace: Any) -> None:
    personalize, name = workspace.clients.personalize, workspace.clients.unique("MoviesDatasetImport")
    arn = personalize.create_dataset_import_job(
        jobName=name,
        datasetArn=workspace.dataset_arn,
        dataSource={"dataLocation": f"s3://{workspace.bucket}/{INTERACTIONS_KEY}"},
        roleArn=workspace.role_arn,
    )["datasetImportJobArn"]
    described = personalize.describe_dataset_import_job(datasetImportJobArn=arn)["datasetImportJob"]
    assert described["jobName"] == name
    assert (
        described["datasetImportJobArn"]
        == arn
        == f"arn:aws:personalize:us-east-1:123456789012:dataset-import-job/{name}"
    )
    assert described["status"] == "CREATE PENDING"
    until_active(lambda: personalize.describe_dataset_import_job(datasetImportJobArn=arn)["datasetImportJob"])


def test_evaluate_and_deploy_and_ask_in_real_time(workspace: Any, trained: str) -> None:
    personalize, runtime = workspace.clients.personalize, workspace.clients.runtime
    status = personalize.describe_solution_version(solutionVersionArn=trained)["solutionVersion"]
    assert status["status"] == "ACTIVE"
    assert status["trainingHours"] > 0
    metrics = personalize.get_solution_metrics(solutionVersionArn=trained)["metrics"]
    assert sorted(metrics) == METRICS
    assert all(value == round(value, 4) for value in metrics.values())

    name = workspace.clients.unique("MoviesCampaign")
    campaign = personalize.create_campaign(
        name=name, solutionVersionArn=trained, minProvisionedTPS=1, campaignConfig=json.loads(DEFAULT_CONFIG)
    )["campaignArn"]
    described = personalize.describe_campaign(campaignArn=campaign)["campaign"]
    assert (described["name"], described["status"]) == (name, "CREATE PENDING")
    active = until_active(lambda: personalize.describe_campaign(campaignArn=campaign)["campaign"])
    assert active["campaignConfig"] == json.loads(DEFAULT_CONFIG)

    ten = runtime.get_recommendations(campaignArn=campaign, userId="1", numResults=10)["itemList"]
    films = [movie_names(workspace, int(item["itemId"])) for item in ten]
    assert len(films) == 10
    assert all(genres == "Sci-Fi|Action" for _, genres in films)
    scores = [
        item["score"]
        for item in runtime.get_recommendations(campaignArn=campaign, userId="1", numResults=FILMS)["itemList"]
    ]
    assert len(scores) == FILMS
    assert sum(scores) == pytest.approx(1, abs=1e-5), "over the whole catalogue the scores sum to one"

    updated = personalize.update_campaign(campaignArn=campaign, solutionVersionArn=trained, minProvisionedTPS=1)
    assert updated["campaignArn"] == campaign
    assert "latestCampaignUpdate" in personalize.describe_campaign(campaignArn=campaign)["campaign"]
    assert runtime.get_recommendations(campaignArn=campaign, userId="1")["itemList"], "the old version serves meanwhile"


def test_batch_inference_writes_the_tutorials_lines(workspace: Any, trained: str) -> None:
    personalize, s3 = workspace.clients.personalize, workspace.clients.s3
    role_arn = workspace.clients.iam.get_role(RoleName=workspace.role_name)["Role"]["Arn"]
    s3.put_object(Bucket=workspace.bucket, Key="movie-lens/batch/input/users.json", Body=USERS.encode())
    response = personalize.create_batch_inference_job(
        solutionVersionArn=trained,
        jobName=workspace.clients.unique("BatchInferenceMovies"),
        roleArn=role_arn,
        numResults=25,
        batchInferenceJobConfig=json.loads(DEFAULT_CONFIG),
        jobInput={"s3DataSource": {"path": f"s3://{workspace.bucket}/movie-lens/batch/input/users.json"}},
        # The script doubles the slash here, and so do the objects that it writes.
        jobOutput={"s3DataDestination": {"path": f"s3://{workspace.bucket}/movie-lens/batch/results//inference/"}},
    )
    headers = response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["content-type"] == "application/x-amz-json-1.1"
    assert headers["x-amzn-requestid"] == response["ResponseMetadata"]["RequestId"]
    arn = response["batchInferenceJobArn"]
    until_active(lambda: personalize.describe_batch_inference_job(batchInferenceJobArn=arn)["batchInferenceJob"])

    body = s3.get_object(Bucket=workspace.bucket, Key="movie-lens/batch/results//inference/users.json.out")["Body"]
    lines = [json.loads(line) for line in body.read().decode().splitlines()]
    assert [line["input"] for line in lines] == [json.loads(line) for line in USERS.splitlines()]
    assert all(set(line) == {"input", "output", "error"} and line["error"] is None for line in lines)
    assert all(len(line["output"]["recommendedItems"]) == 25 == len(line["output"]["scores"]) for line in lines)
    assert all(int(item) % 2 for item in lines[0]["output"]["recommendedItems"][:10]), "user 1 watches odd films"


def test_segments_need_a_segmentation_recipe(workspace: Any, trained: str) -> None:
    personalize, s3 = workspace.clients.personalize, workspace.clients.s3
    s3.put_object(Bucket=workspace.bucket, Key="movie-lens/batch/input/items.json", Body=ITEMS.encode())
    job: dict[str, Any] = {
        "jobName": workspace.clients.unique("segments"),
        "numResults": 10,
        "roleArn": workspace.role_arn,
        "jobInput": {"s3DataSource": {"path": f"s3://{workspace.bucket}/movie-lens/batch/input/items.json"}},
        "jobOutput": {"s3DataDestination": {"path": f"s3://{workspace.bucket}/movie-lens/batch/results/segment/"}},
    }
    with pytest.raises(ClientError) as refused:
        personalize.create_batch_segment_job(solutionVersionArn=trained, **job)
    assert refused.value.response["Error"]["Code"] == "InvalidInputException"

    affinity = workspace.train(workspace.clients.unique("affinity"), "aws-item-affinity")
    arn = personalize.create_batch_segment_job(solutionVersionArn=affinity, **job)["batchSegmentJobArn"]
    until_active(lambda: personalize.describe_batch_segment_job(batchSegmentJobArn=arn)["batchSegmentJob"])
    body = s3.get_object(Bucket=workspace.bucket, Key="movie-lens/batch/results/segment/items.json.out")["Body"]
    lines = [json.loads(line) for line in body.read().decode().splitlines()]
    assert [line["input"]["itemId"] for line in lines] == ["71", "72", "73"]
    odd = [user for user in lines[0]["output"]["recommendedUsers"] if int(user) % 2]
    assert len(lines[0]["output"]["recommendedUsers"]) == 10
    assert len(odd) >= 8, "film 71, which few know, is for those who watch odd films"


def movie_names(workspace: Any, movie_id: int) -> tuple[str, str]:
    """Return title and genres, read from S3 for each film as the script does."""
    body = workspace.clients.s3.get_object(Bucket=workspace.bucket, Key=MOVIES_KEY)["Body"]
    films = pd.read_csv(io.BytesIO(body.read()))
    film = films.loc[films["movieId"] == movie_id].iloc[0]
    return str(film["title"]), str(film["genres"])
