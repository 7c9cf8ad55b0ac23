"""A connection reaches the endpoint on this machine whatever the environment says."""

from __future__ import annotations

import pytest

from services.api_calls import python_call, shell_call
from services.connection import Connection
from services.trials import try_connection
from tests.conftest import Clients


def test_a_proxy_is_not_asked_for_this_machine(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    # A region that no other test uses, so that the client is made under this environment.
    connection = Connection(region="eu-central-1", endpoint=clients.endpoint.url)
    assert "datasetGroups" in connection.client("personalize").list_dataset_groups()


def test_every_call_that_the_pages_need_is_tried(clients: Clients) -> None:
    tried = try_connection(Connection(endpoint=clients.endpoint.url))
    assert all(trial.allowed for trial in tried)
    assert {"sts:GetCallerIdentity", "personalize:ListCampaigns", "s3:ListAllMyBuckets"} <= {t.action for t in tried}


def test_a_dead_endpoint_is_told_for_every_call() -> None:
    tried = try_connection(Connection(endpoint="http://127.0.0.1:9"))
    assert not any(trial.allowed for trial in tried)
    assert all("does not answer" in trial.failure for trial in tried)


def test_the_shown_program_does_what_it_says(clients: Clients) -> None:
    connection = Connection(endpoint=clients.endpoint.url)
    program = python_call(connection, "personalize", "list_recipes", {"maxResults": 3, "recipeProvider": "SERVICE"})
    scope: dict[str, dict[str, list[object]]] = {}
    exec(program, scope)
    assert len(scope["response"]["recipes"]) == 3


def test_the_shown_command_names_place_and_parameters() -> None:
    call = (
        "personalize-runtime",
        "get_recommendations",
        {"campaignArn": "arn:x", "numResults": 5, "context": {"A": "b"}},
    )
    assert shell_call(Connection(region="us-west-2", profile="team"), *call) == (
        "aws personalize-runtime get-recommendations --region us-west-2 --profile team "
        '--campaign-arn arn:x --num-results 5 --context \'{"A": "b"}\''
    )
    assert "--endpoint-url http://127.0.0.1:1" in shell_call(Connection(endpoint="http://127.0.0.1:1"), *call)
    odd = {"performHPO": True, "performAutoTraining": False, "userId": "-7"}
    assert shell_call(Connection(), "personalize", "create_solution", odd).endswith(
        " --perform-hpo --no-perform-auto-training --user-id=-7"
    )
    read = shell_call(Connection(), "s3", "get_object", {"Bucket": "b", "Key": "of/watch.csv"})
    assert read == "aws s3api get-object --region us-east-1 --bucket b --key of/watch.csv watch.csv"
