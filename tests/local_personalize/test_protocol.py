"""The wire: bodies that are no requests, answers by output shape, errors in AWS's form."""

from __future__ import annotations

import json
import logging
import math
from typing import Any, cast

import pytest

from local_personalize import protocol
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException, ResourceNotFoundException, UnknownOperationException
from local_personalize.protocol import Operation, Reply, find_operation, operations_by_name, parse, serialise

CALL = Call(cast(Application, None), "us-east-1")


def ask(operations: dict[str, Operation], target: str, body: bytes = b"{}", method: str = "POST") -> Reply:
    """Ask operations that are written in the test."""
    return protocol.answer(CALL, operations, method=method, target=f"AmazonPersonalize.{target}", path="/", body=body)


def test_all_79_operations_are_known() -> None:
    assert len(operations_by_name()) == 79


def test_operations_are_found_by_target_or_path() -> None:
    assert find_operation("AmazonPersonalize.CreateSchema", "/").name == "CreateSchema"
    assert find_operation(None, "/events").name == "PutEvents"
    assert find_operation(None, "/personalize-ranking").name == "GetPersonalizedRanking"


@pytest.mark.parametrize(
    ("target", "path"), [("AmazonPersonalize.Nothing", "/"), ("Other.CreateSchema", "/"), (None, "/nothing")]
)
def test_what_is_no_operation_is_refused(target: str | None, path: str) -> None:
    with pytest.raises(UnknownOperationException):
        find_operation(target, path)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"name": NaN}',
        b'{"name": -Infinity}',
        b'{"name": "a", "name": "b"}',
        b'{"name": "\\ud800"}',
        b'{"maxResults": ' + b"9" * 5000 + b"}",
        b'{"name": ' + b"[" * 200 + b"]" * 200 + b"}",
        b"[" * 100_000,
        b'{"name": "' + b"x" * protocol.MOST_BYTES + b'"}',
    ],
    ids=lambda body: repr(body[:24]),
)
def test_a_body_that_is_no_request_is_refused_in_few_words(body: bytes) -> None:
    with pytest.raises(InvalidInputException, match="The request") as refused:
        parse(operations_by_name()["ListSchemas"], body)
    assert len(refused.value.message) < 300


def test_an_empty_body_is_an_empty_request() -> None:
    assert parse(operations_by_name()["ListSchemas"], b"") == {}


def test_infinity_written_as_a_number_is_refused() -> None:
    body = b'{"trackingId":"t","sessionId":"s","eventList":[{"eventType":"e","sentAt":1,"eventValue":1e999}]}'
    with pytest.raises(InvalidInputException, match="eventValue"):
        parse(operations_by_name()["PutEvents"], body)


def test_the_output_shape_chooses_what_leaves() -> None:
    campaign = {
        "name": "top-picks-01",
        "campaignArn": "arn:aws:personalize:us-east-1:123456789012:campaign/top-picks-01",
        "minProvisionedTPS": 1,
        "creationDateTime": 1537799250.123456,
        "failureReason": None,
        "_private": "never",
    }
    described = serialise(operations_by_name()["DescribeCampaign"].output_shape, {"campaign": campaign})
    listed = serialise(operations_by_name()["ListCampaigns"].output_shape, {"campaigns": [campaign]})
    full = {key: campaign[key] for key in ("name", "campaignArn", "minProvisionedTPS")}
    assert described == {"campaign": {**full, "creationDateTime": 1537799250.123}}
    assert listed == {"campaigns": [{key: value for key, value in described["campaign"].items() if key[0] != "m"}]}


def test_a_success_is_the_shape_in_json() -> None:
    def list_schemas(call: Call, request: dict[str, Any]) -> dict[str, Any]:
        return {"schemas": [{"name": f"{call.region} {request['maxResults']}"}], "other": 1}

    reply = ask({"ListSchemas": list_schemas}, "ListSchemas", b'{"maxResults": 3}')
    assert (reply.status, json.loads(reply.body)) == (200, {"schemas": [{"name": "us-east-1 3"}]})
    assert reply.headers["content-type"] == "application/x-amz-json-1.1"
    assert reply.headers["x-amzn-requestid"]


def test_an_operation_without_output_answers_an_empty_body() -> None:
    reply = ask(
        {"DeleteSchema": lambda call, request: None},
        "DeleteSchema",
        b'{"schemaArn": "arn:aws:personalize:us-east-1:b:c"}',
    )
    assert (reply.status, reply.body) == (200, b"")


def _missing(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    raise ResourceNotFoundException("Resource Arn x does not exist.")


def test_an_error_that_the_operation_does_not_declare_is_invalid_input() -> None:
    reply = ask({"ListSchemas": _missing}, "ListSchemas")
    assert (reply.status, reply.headers["x-amzn-errortype"]) == (400, "InvalidInputException")
    assert json.loads(reply.body)["message"] == "Resource Arn x does not exist."


def test_a_resource_of_another_region_is_not_there() -> None:
    arn = "arn:aws:personalize:eu-west-1:123456789012:schema/s"
    reply = ask({"DeleteSchema": lambda call, request: {}}, "DeleteSchema", json.dumps({"schemaArn": arn}).encode())
    assert reply.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert json.loads(reply.body)["message"] == f"Resource Arn {arn} does not exist."


def test_a_service_error_has_code_and_message_where_sdks_look() -> None:
    reply = ask({"DeleteSchema": _missing}, "DeleteSchema", b'{"schemaArn": "arn:aws:personalize:us-east-1:b:c"}')
    assert reply.status == 400
    assert reply.headers["x-amzn-errortype"] == "ResourceNotFoundException"
    assert json.loads(reply.body) == {
        "__type": "ResourceNotFoundException",
        "message": "Resource Arn x does not exist.",
    }


@pytest.mark.parametrize("wrong", [ZeroDivisionError("secret"), math.nan])
def test_a_defect_is_logged_and_answered_as_internal_failure(
    wrong: Exception | float, caplog: pytest.LogCaptureFixture
) -> None:
    def get_recommendations(call: Call, request: dict[str, Any]) -> dict[str, Any]:
        if isinstance(wrong, Exception):
            raise wrong
        return {"itemList": [{"itemId": "1", "score": wrong}]}

    with caplog.at_level(logging.ERROR):
        reply = protocol.answer(
            CALL,
            {"GetRecommendations": get_recommendations},
            method="POST",
            target=None,
            path="/recommendations",
            body=b"{}",
        )
    assert (reply.status, reply.headers["x-amzn-errortype"]) == (500, "InternalFailure")
    assert b"secret" not in reply.body
    assert "Traceback" in caplog.text


def test_an_operation_that_is_not_there_is_named() -> None:
    reply = ask({}, "ListSchemas")
    assert (reply.status, reply.headers["x-amzn-errortype"]) == (400, "UnknownOperationException")
    assert b"ListSchemas" in reply.body


def test_only_post_is_an_operation() -> None:
    assert ask({}, "ListSchemas", method="GET").headers["x-amzn-errortype"] == "UnknownOperationException"
