"""Speaks the wire protocols of Amazon Personalize, driven by botocore's own service models.

    find_operation    X-Amz-Target (personalize, JSON 1.1) or path (runtime and events, rest-json) -> operation
    parse             body -> request, checked against the input shape
    serialise         what an operation returned -> the members that the output shape has
    answer            all of it: body in, Reply out

Operations return whole documents; describe_campaign and list_campaigns may return the same document, since the
output shapes choose what leaves. Times are seconds since the epoch on both sides.
"""

from __future__ import annotations

import functools
import json
import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from local_personalize import arns
from local_personalize.application import Call
from local_personalize.errors import (
    InternalFailure,
    InvalidInputException,
    ResourceNotFoundException,
    ServiceError,
    UnknownOperationException,
)
from local_personalize.validation import validate

log = logging.getLogger(__name__)

SERVICES = ("personalize", "personalize-runtime", "personalize-events")

MOST_BYTES = 2**21
"""Bytes of a request at most; ten items with the longest properties, escaped, are well below."""

DEEPEST = 32
"""Levels of a request at most; the deepest input shape has seven."""

Operation = Callable[[Call, dict[str, Any]], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    headers: dict[str, str]
    body: bytes


@functools.cache
def operations_by_name() -> dict[str, OperationModel]:
    """Return the models of all operations of the three services, by AWS's names."""
    session = botocore.session.get_session()
    models = [session.get_service_model(service) for service in SERVICES]
    return {name: model.operation_model(name) for model in models for name in model.operation_names}


@functools.cache
def operations_by_path() -> dict[str, OperationModel]:
    """Return the models of the runtime's and the events' operations by their paths."""
    operations = operations_by_name().values()
    return {operation.http["requestUri"]: operation for operation in operations if not _is_json(operation)}


def _is_json(operation: OperationModel) -> bool:
    return str(operation.metadata["protocol"]) == "json"


def find_operation(target: str | None, path: str) -> OperationModel:
    """Return the operation that an X-Amz-Target header or a path names, or raise UnknownOperationException."""
    if target is None:
        operation = operations_by_path().get(path)
    else:
        prefix, _, name = target.partition(".")
        operation = operations_by_name().get(name)
        if operation is not None and operation.metadata.get("targetPrefix") != prefix:
            operation = None
    if operation is None:
        raise UnknownOperationException(f"Amazon Personalize has no operation {target or path}")
    return operation


def answer(
    call: Call, operations: Mapping[str, Operation], *, method: str, target: str | None, path: str, body: bytes
) -> Reply:
    """Run the operation that a request asks for; every failure becomes AWS's form of an error."""
    request_id = str(uuid.uuid4())
    try:
        if method != "POST":
            raise UnknownOperationException(f"Amazon Personalize is asked by POST, not by {method}")
        model = find_operation(target, path)
        request = parse(model, body)
        return _success(model, _perform(call, operations, model, request), request_id)
    except ServiceError as error:
        return _failure(error, request_id)
    except Exception:  # the edge of the process: what no one foresaw is logged and answered
        log.exception("%s failed, request %s", target or path, request_id)
        return _failure(InternalFailure("An internal error occurred; the endpoint's log has the details"), request_id)


def _perform(
    call: Call, operations: Mapping[str, Operation], model: OperationModel, request: dict[str, Any]
) -> dict[str, Any]:
    operation = operations.get(model.name)
    if operation is None:
        raise UnknownOperationException(f"{model.name} is not part of this endpoint; docs/coverage.md lists what is")
    try:
        _refuse_foreign(call, model, request)
        return operation(call, request) or {}
    except ServiceError as error:
        raise _declared(model, error) from error


def _refuse_foreign(call: Call, model: OperationModel, request: dict[str, Any]) -> None:
    """Raise ResourceNotFoundException for a resource of another region; a List asked about one is merely empty."""
    if model.name.startswith("List") and model.name != "ListTagsForResource":
        return
    for name, value in request.items():
        if name.endswith("Arn") and arns.region_of(value) not in ("", call.region):
            raise ResourceNotFoundException(f"Resource Arn {value} does not exist.")


def _declared(model: OperationModel, error: ServiceError) -> ServiceError:
    """Return an error that the operation may answer with: what its model does not list is an invalid input."""
    if any(shape.name == error.code for shape in model.error_shapes):
        return error
    return InvalidInputException(error.message)


def parse(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """Return the request that a body holds, or raise InvalidInputException."""
    return validate(operation.input_shape, _parse_json(body) if body else {})


def _parse_json(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise InvalidInputException(f"The request is longer than {MOST_BYTES} bytes")
    try:
        request = json.loads(body, object_pairs_hook=_distinct, parse_constant=_refuse_constant)
        if b"\\u" in body:
            json.dumps(request, ensure_ascii=False).encode()  # half a surrogate pair is no text
        _refuse_depth(request)
    except (ValueError, RecursionError) as error:
        raise InvalidInputException(f"The request is not valid JSON: {str(error)[:200]}") from error
    if not isinstance(request, dict):
        raise InvalidInputException("The request is not a JSON object")
    return request


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a member is given twice")
    return members


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_depth(value: Any, depth: int = 0) -> None:
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} levels")
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for member in members:
        _refuse_depth(member, depth + 1)


def serialise(shape: Shape, value: Any) -> Any:
    """Return the JSON form of what an operation returned: members of the shape alone, nothing that is None."""
    if isinstance(shape, StructureShape):
        given = {name: value.get(name) for name in shape.members}
        return {name: serialise(shape.members[name], member) for name, member in given.items() if member is not None}
    if isinstance(shape, ListShape):
        return [serialise(shape.member, member) for member in value]
    if isinstance(shape, MapShape):
        return {key: serialise(shape.value, member) for key, member in value.items()}
    return round(value, 3) if shape.type_name == "timestamp" else value


def _success(operation: OperationModel, result: dict[str, Any], request_id: str) -> Reply:
    headers = {"x-amzn-requestid": request_id, "content-type": _content_type(operation)}
    if operation.output_shape is None:
        return Reply(200, headers, b"")
    body = json.dumps(serialise(operation.output_shape, result), allow_nan=False, ensure_ascii=False).encode()
    return Reply(200, headers, body)


def _content_type(operation: OperationModel) -> str:
    return "application/x-amz-json-1.1" if _is_json(operation) else "application/json"


def _failure(error: ServiceError, request_id: str) -> Reply:
    headers = {
        "x-amzn-requestid": request_id,
        "x-amzn-errortype": error.code,
        "content-type": "application/x-amz-json-1.1",
    }
    body = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Reply(error.status, headers, body)
