from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_personalize.conftest import Cinema, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, wait_for

Lines = list[dict[str, Any]]


def text(lines: list[Any]) -> bytes:
    return "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines).encode()


def request(ground: Ground, version: str, **options: Any) -> dict[str, Any]:
    return {
        "jobName": ground.clients.unique("batch"),
        "solutionVersionArn": version,
        "roleArn": ground.role,
        "jobInput": {"s3DataSource": {"path": f"s3://{ground.bucket}/in/users.json"}},
        "jobOutput": {"s3DataDestination": {"path": f"s3://{ground.bucket}/results/"}},
        **options,
    }


def inferred(ground: Ground, version: str, lines: list[Any], **options: Any) -> Lines:
    ground.upload("in/users.json", text(lines))
    personalize = ground.clients.personalize
    arn = personalize.create_batch_inference_job(**request(ground, version, **options))["batchInferenceJobArn"]
    describe = personalize.describe_batch_inference_job
    found = wait_for(lambda: describe(batchInferenceJobArn=arn)["batchInferenceJob"])
    assert found["status"] == "ACTIVE", found
    return output(ground)


def output(ground: Ground) -> Lines:
    body = ground.clients.s3.get_object(Bucket=ground.bucket, Key="results/users.json.out")["Body"].read()
    return [json.loads(line) for line in body.decode().splitlines()]


def test_each_line_gets_the_campaigns_answer_or_an_error_of_its_own(cinema: Cinema) -> None:
    recipe = "aws-user-personalization"
    no_json = ["{broken", "[" * 50_000, '{"userId": "\\ud800"}', '{"userId": "u0", "more": NaN}']
    lines: list[Any] = [{"userId": "u0"}, "", {"userId": "u1"}, {"userId": 5}, *no_json]
    found = inferred(cinema.ground, cinema.versions[recipe], lines, numResults=7)
    assert [line["input"] for line in found] == [{"userId": "u0"}, {"userId": "u1"}, {"userId": 5}, *no_json]
    for line, user in zip(found, ("u0", "u1"), strict=False):
        assert line["output"]["recommendedItems"] == cinema.recommend(recipe, user, numResults=7)
        assert line["output"]["scores"] == sorted(line["output"]["scores"], reverse=True)
        assert line["error"] is None
    assert found[2] == {"input": {"userId": 5}, "output": None, "error": "userId is required, as a string."}
    assert {line["error"] for line in found[3:]} == {"The line is not valid JSON."}


def test_lines_bring_the_values_of_a_filter(cinema: Cinema) -> None:
    genre = cinema.filter("INCLUDE ItemID WHERE Items.GENRES IN ($G)")
    lines = [{"userId": "u0", "filterValues": {"G": '"Comedy"'}}, {"userId": "u0"}]
    found = inferred(cinema.ground, cinema.versions["aws-user-personalization"], lines, filterArn=genre)
    assert all(item.startswith("comedy") for item in found[0]["output"]["recommendedItems"])
    assert found[1]["error"] == "a value is needed for G"


def test_rankings_and_related_items_have_their_own_lines(cinema: Cinema) -> None:
    ranking = [{"userId": "u0", "itemList": ["comedy-0", "comedy-1", "new-action"]}, {"userId": "u0"}]
    ranked = inferred(cinema.ground, cinema.versions["aws-personalized-ranking"], ranking)
    assert ranked[0]["output"]["recommendedItems"][-1] == "new-action"
    assert sum(ranked[0]["output"]["scores"][:2]) == pytest.approx(1, abs=1e-5)
    assert ranked[1]["error"] == "itemList is required, as a list of strings."
    related = inferred(cinema.ground, cinema.versions["aws-similar-items"], [{"itemId": "comedy-3"}])[0]["output"]
    assert len(related["recommendedItems"]) == 25
    assert "scores" not in related


def test_segments_are_the_users_of_the_taste(workshop: Ground) -> None:
    version = version_for(workshop, solution_for(workshop, "aws-item-affinity"))
    assert trained(workshop.clients, version)["status"] == "ACTIVE"
    personalize = workshop.clients.personalize
    metrics = personalize.get_solution_metrics(solutionVersionArn=version)["metrics"]
    assert metrics.keys() == {"hit_at_k", "recall_at_k"}
    older = workshop.filter("INCLUDE UserID WHERE Users.AGE >= $AGE")
    lines = [{"itemId": "comedy-30", "filterValues": {"AGE": "40"}}, {"itemId": "none"}]
    workshop.upload("in/users.json", text(lines))
    asked = request(workshop, version, filterArn=older, numResults=3)
    arn = personalize.create_batch_segment_job(**asked)["batchSegmentJobArn"]
    describe = personalize.describe_batch_segment_job
    found = wait_for(lambda: describe(batchSegmentJobArn=arn)["batchSegmentJob"])
    assert found["status"] == "ACTIVE", found
    first, second = output(workshop)
    numbers = [int(user[1:]) for user in first["output"]["recommendedUsers"]]
    assert first["output"]["usersList"] == first["output"]["recommendedUsers"]
    assert len(numbers) == 3
    assert all(number % 2 == 1 and number >= 20 for number in numbers)
    assert second["output"] is None


def test_attributes_make_segments(workshop: Ground) -> None:
    version = version_for(workshop, solution_for(workshop, "aws-item-attribute-affinity"))
    assert trained(workshop.clients, version)["status"] == "ACTIVE"
    lines = ['ITEMS.genres = "Comedy"', 'ITEMS.genres = "Action" AND ITEMS.year >= 1990', 'ITEMS.colour = "red"']
    workshop.upload("in/users.json", text([{"itemAttributes": line} for line in lines]))
    personalize = workshop.clients.personalize
    arn = personalize.create_batch_segment_job(**request(workshop, version, numResults=10))["batchSegmentJobArn"]
    describe = personalize.describe_batch_segment_job
    assert wait_for(lambda: describe(batchSegmentJobArn=arn)["batchSegmentJob"])["status"] == "ACTIVE"
    comedy, action, wrong = output(workshop)
    assert all(int(user[1:]) % 2 == 1 for user in comedy["output"]["recommendedUsers"])
    assert all(int(user[1:]) % 2 == 0 for user in action["output"]["recommendedUsers"])
    assert wrong["error"] == "itemAttributes can name fields of the Items dataset: GENRES, YEAR."
    workshop.upload("in/users.json", text([{"itemAttributes": lines[0]}] * 11))
    arn = personalize.create_batch_segment_job(**request(workshop, version))["batchSegmentJobArn"]
    failed = wait_for(lambda: describe(batchSegmentJobArn=arn)["batchSegmentJob"])
    assert failed["status"] == "CREATE FAILED"
    assert "has 11 queries; the recipe aws-item-attribute-affinity takes at most 10 a file" in failed["failureReason"]


def test_a_filter_of_events_or_items_is_none_for_a_segment_by_attributes(workshop: Ground) -> None:
    version = version_for(workshop, solution_for(workshop, "aws-item-attribute-affinity"))
    assert trained(workshop.clients, version)["status"] == "ACTIVE"
    personalize = workshop.clients.personalize
    for expression, message in (
        ('INCLUDE UserID WHERE Interactions.EVENT_TYPE IN ("watch")', "cannot be filtered by Interactions"),
        ("INCLUDE ItemID WHERE Items.YEAR > 1990", "needs a filter about UserID"),
    ):
        wrong = workshop.filter(expression)
        with pytest.raises(ClientError, match=message) as caught:
            personalize.create_batch_segment_job(**request(workshop, version, filterArn=wrong))
        assert caught.value.response["Error"]["Code"] == "InvalidInputException"


@pytest.mark.parametrize("changed", ["recipe", "output", "input"])
def test_jobs_that_do_not_fit_are_refused(cinema: Cinema, changed: str) -> None:
    asked = request(cinema.ground, cinema.versions["aws-user-personalization"])
    create, message = cinema.clients.personalize.create_batch_inference_job, "Invalid S3 output path"
    if changed == "recipe":
        create, message = cinema.clients.personalize.create_batch_segment_job, "USER_SEGMENTATION"
    elif changed == "output":
        asked["jobOutput"] = {"s3DataDestination": {"path": asked["jobInput"]["s3DataSource"]["path"]}}
    else:
        asked["jobInput"], message = {"s3DataSource": {"path": "http://bucket/key"}}, "Invalid S3 input path"
    with pytest.raises(ClientError, match=message) as caught:
        create(**asked)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"


def test_a_missing_input_fails_the_job_with_a_reason(cinema: Cinema) -> None:
    asked = request(cinema.ground, cinema.versions["aws-user-personalization"])
    asked["jobInput"] = {"s3DataSource": {"path": f"s3://{cinema.ground.bucket}/nowhere.json"}}
    arn = cinema.clients.personalize.create_batch_inference_job(**asked)["batchInferenceJobArn"]
    describe = cinema.clients.personalize.describe_batch_inference_job
    found = wait_for(lambda: describe(batchInferenceJobArn=arn)["batchInferenceJob"])
    assert found["status"] == "CREATE FAILED"
    assert "There is nothing at" in found["failureReason"]
