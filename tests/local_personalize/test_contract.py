"""All 79 operations over HTTP: whatever is sent, the answer is one that AWS's models declare."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest
from botocore.model import OperationModel
from hypothesis import given, settings
from hypothesis import strategies as st

from local_personalize.errors import InvalidInputException
from local_personalize.protocol import operations_by_name, parse
from local_personalize.validation import validate
from tests.conftest import Endpoint
from tests.local_personalize.shapes import sample

MODELS = sorted(operations_by_name().values(), key=lambda operation: operation.name)
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=testing/20260101/us-east-1/personalize/aws4_request, SignedHeaders=host, Signature=0"
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


def send(endpoint: Endpoint, operation: OperationModel, request: Any) -> tuple[int, str, bytes]:
    """Send a request past boto3's own checks; returns status, code and body."""
    path = operation.http["requestUri"]
    headers = {"Authorization": SIGNED}
    if operation.metadata["protocol"] == "json":
        headers["X-Amz-Target"] = f"AmazonPersonalize.{operation.name}"
    connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
    connection.request("POST", path, json.dumps(request), headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response.status, response.getheader("x-amzn-errortype", ""), content


def declared(operation: OperationModel) -> set[str]:
    """Return the codes that an operation may answer with."""
    return {shape.name for shape in operation.error_shapes} | {"InvalidInputException"}


@pytest.mark.parametrize("sparse", [True, False], ids=["required", "all"])
@pytest.mark.parametrize("operation", MODELS, ids=lambda operation: operation.name)
def test_a_fitting_request_gets_a_modelled_answer(endpoint: Endpoint, operation: OperationModel, sparse: bool) -> None:
    status, code, body = send(endpoint, operation, sample(operation.input_shape, sparse=sparse))
    if status == 200:
        answer = json.loads(body) if body else {}
        assert answer == validate(operation.output_shape, answer)
    else:
        assert (status, json.loads(body)["__type"]) == (400, code)
        assert code in declared(operation)


@pytest.mark.parametrize("operation", MODELS, ids=lambda operation: operation.name)
def test_an_absurd_request_is_invalid_input(endpoint: Endpoint, operation: OperationModel) -> None:
    request = {name: {"x": ["y" * 3000]} for name in operation.input_shape.members}
    status, code, body = send(endpoint, operation, request)
    assert request == {} or (status, code) == (400, "InvalidInputException")
    assert len(body) < 6000


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(MODELS), JSON)
def test_any_json_is_a_request_or_invalid_input(operation: OperationModel, value: Any) -> None:
    body = json.dumps({name: value for name in operation.input_shape.members}).encode(errors="surrogatepass")
    try:
        request = parse(operation, body)
    except InvalidInputException:
        return
    assert validate(operation.input_shape, request) == request
