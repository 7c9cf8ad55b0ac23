"""Every rule that botocore's models declare for the 79 operations is kept, in AWS's words."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import OperationModel

from local_personalize.errors import InvalidInputException
from local_personalize.protocol import operations_by_name
from local_personalize.validation import validate
from tests.local_personalize.shapes import placed, sample, violations

OPERATIONS = sorted(operations_by_name().values(), key=lambda operation: operation.name)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_a_fitting_request_passes_unchanged(operation: OperationModel) -> None:
    request = sample(operation.input_shape)
    assert validate(operation.input_shape, request) == request


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_single_violation_is_refused_by_name(operation: OperationModel) -> None:
    request = sample(operation.input_shape)
    found = list(violations(operation.input_shape))
    assert found or not operation.input_shape.members
    for path, value in found:
        named = ".".join("1.member" if step == 0 else str(step) for step in path)
        with pytest.raises(InvalidInputException, match="validation error") as refusal:
            validate(operation.input_shape, placed(request, path, value))
        assert f"at '{named}' failed to satisfy constraint: Member must" in refusal.value.message


def refusal(operation: str, request: dict[str, Any]) -> str:
    """Return what is said against a request."""
    with pytest.raises(InvalidInputException) as refused:
        validate(operations_by_name()[operation].input_shape, request)
    return refused.value.message


def test_the_words_are_those_of_aws() -> None:
    assert refusal("CreateDatasetGroup", {"name": "my films"}) == (
        "1 validation error detected: Value 'my films' at 'name' failed to satisfy constraint: Member must satisfy "
        r"regular expression pattern: ^[a-zA-Z0-9][a-zA-Z0-9\-_]*"
    )
    assert refusal("CreateDatasetGroup", {"name": "films", "domain": "FILMS"}) == (
        "1 validation error detected: Value 'FILMS' at 'domain' failed to satisfy constraint: Member must satisfy enum "
        "value set: [ECOMMERCE, VIDEO_ON_DEMAND]"
    )
    assert refusal("GetRecommendations", {"numResults": -1}) == (
        "1 validation error detected: Value '-1' at 'numResults' failed to satisfy constraint: Member must have value "
        "greater than or equal to 0"
    )
    assert refusal("CreateSchema", {"schema": "{}"}) == (
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"
    )


def test_several_faults_are_told_at_once_and_long_values_cut() -> None:
    message = refusal("CreateDatasetGroup", {"name": "x" * 5000, "domain": "FILMS"})
    assert message.startswith("2 validation errors detected: Value 'xxx")
    assert "; Value 'FILMS' at 'domain'" in message
    assert len(message) < 600


def test_members_of_lists_are_counted_from_one() -> None:
    events = [{"eventType": "watch", "sentAt": 1.0}, {"eventType": "", "sentAt": 1.0}]
    message = refusal("PutEvents", {"trackingId": "t", "sessionId": "s", "eventList": events})
    assert "'eventList.2.member.eventType' failed to satisfy constraint: Member must have length greater" in message


def test_what_the_model_calls_sensitive_is_not_repeated() -> None:
    message = refusal("PutEvents", {"trackingId": "t", "sessionId": "s", "userId": "u" * 300, "eventList": []})
    assert "Value at 'userId' failed to satisfy constraint" in message
    assert "uuu" not in message


def test_times_come_as_seconds_or_iso_text() -> None:
    shape = operations_by_name()["PutEvents"].input_shape

    def sent(value: Any) -> Any:
        request = {"trackingId": "t", "sessionId": "s", "eventList": [{"eventType": "watch", "sentAt": value}]}
        return validate(shape, request)["eventList"][0]["sentAt"]

    assert sent(1537799250) == 1537799250.0
    assert sent("2018-09-24T14:27:30Z") == 1537799250.0
    for wrong in ("yesterday", True, 1e30, [1]):
        with pytest.raises(InvalidInputException, match="sentAt"):
            sent(wrong)


def test_unknown_members_and_nulls_are_dropped() -> None:
    shape = operations_by_name()["CreateDatasetGroup"].input_shape
    assert validate(shape, {"name": "films", "domain": None, "colour": "red"}) == {"name": "films"}
