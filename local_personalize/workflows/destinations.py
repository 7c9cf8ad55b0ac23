"""Destinations of Lambda functions: a topic or a queue is told how an invocation ended for which nobody waited."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from moto.sns.models import sns_backends
from moto.sqs.models import sqs_backends

log = logging.getLogger(__name__)


def invoke_and_tell(self: Any, invoke: Callable[..., Any], body: str, asked: Any, answered: dict[str, str]) -> Any:
    """Invoke, and tell the function's destination of an invocation for which nobody waits."""
    payload = invoke(self, body, asked, answered)
    if asked.get("x-amz-invocation-type") == "Event":
        failed = "x-amz-function-error" in answered
        place = _destination(self, failed)
        if place:
            _send(self.account_id, place, json.dumps(_record(self, body, payload, failed)))
    return payload


def _destination(function: Any, failed: bool) -> str:
    configured = [config.config.get("DestinationConfig", {}) for config in function.event_invoke_config]
    named = configured[0].get("OnFailure" if failed else "OnSuccess", {}) if configured else {}
    return str(named.get("Destination", ""))


def _record(function: Any, body: str, payload: Any, failed: bool) -> dict[str, Any]:
    """Return what a destination is told of an invocation, in the form of AWS."""
    return {
        "version": "1.0",
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "requestContext": {
            "requestId": str(uuid.uuid4()),
            "functionArn": f"{function.function_arn}:$LATEST",
            "condition": "RetriesExhausted" if failed else "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": json.loads(body),
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            **({"functionError": "Unhandled"} if failed else {}),
        },
        "responsePayload": json.loads(payload),
    }


def _send(account: str, place: str, message: str) -> None:
    service, region = place.split(":")[2:4]
    if service == "sns":
        sns_backends[account][region].publish(message, place)
    elif service == "sqs":
        sqs_backends[account][region].send_message(place.rpartition(":")[2], message)
    else:
        log.warning("Nothing here tells %s that a function has ended", place)
