"""Every failure becomes a sentence that says what happened and what to do."""

from __future__ import annotations

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    InvalidConfigError,
    NoCredentialsError,
    ParamValidationError,
    ProfileNotFound,
)  # fmt: skip

from data.problems import MovieLensProblem
from services.errors import Problem, describe_operation, explain, is_unreachable
from tests.conftest import Clients


def refusal(code: str, message: str = "Something", operation: str = "CreateCampaign") -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"RequestId": "abc"}}
    return ClientError(answer, operation)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("CreateSolutionVersion", "create the solution version"),
        ("ListCampaigns", "list campaigns"),
        ("GetRecommendations", "get recommendations"),
        ("PutEvents", "put events"),
    ],
)
def test_an_operation_is_named_in_words(operation: str, words: str) -> None:
    assert describe_operation(operation) == words


@pytest.mark.parametrize(
    ("failure", "body"),
    [
        (refusal("ResourceInUseException", "It is busy"), "It is busy. Wait until it is ready"),
        (refusal("ResourceNotFoundException"), "reload it"),
        (refusal("ResourceAlreadyExistsException"), "Choose another name"),
        (refusal("LimitExceededException", "5 campaigns"), "A quota is used up: 5 campaigns."),
        (refusal("InvalidInputException", "Name is wrong!"), "Name is wrong!"),
        (refusal("AccessDeniedException", "User: x is not authorized to perform: iam:PassRole on"), "iam:PassRole"),
        (refusal("ExpiredTokenException"), "Sign in again"),
        (refusal("ThrottlingException"), "Wait a moment"),
        (NoCredentialsError(), "Connection page"),
        (InvalidConfigError(error_msg="No such sso-session"), "Connection page"),
        (ProfileNotFound(profile="x"), "Connection page"),
        (EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), "does not answer"),
        (ParamValidationError(report="Missing required parameter"), "Missing required parameter."),
        (PermissionError(13, "Permission denied", "/x"), "Permission denied"),
        (KeyError("x"), "fault of the app"),
        (MovieLensProblem("Not there."), "Not there."),
        (Problem("Title", "Body."), "Body."),
    ],
)
def test_a_failure_says_what_to_do(failure: Exception, body: str) -> None:
    explained = explain(failure)
    assert body in explained.body
    assert explained.title


def test_the_title_names_what_was_tried_and_the_details_are_kept() -> None:
    explained = explain(refusal("InvalidInputException", "No"))
    assert explained.title == "Could not create the campaign"
    assert (explained.code, explained.message, explained.request_id) == ("InvalidInputException", "No", "abc")
    assert explain(refusal("InvalidInputException"), "start the demo").title == "Could not start the demo"


def test_only_an_unanswered_call_is_worth_repeating() -> None:
    assert is_unreachable(EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))
    assert not is_unreachable(refusal("InvalidInputException"))


def test_an_answer_of_the_service_carries_its_request_id(clients: Clients) -> None:
    arn = "arn:aws:personalize:us-east-1:123456789012:campaign/nowhere"
    with pytest.raises(clients.personalize.exceptions.ResourceNotFoundException) as refused:
        clients.personalize.describe_campaign(campaignArn=arn)
    explained = explain(refused.value)
    assert explained.title == "Could not describe the campaign"
    assert arn in explained.message
    assert explained.request_id
