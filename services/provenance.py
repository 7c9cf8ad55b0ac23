"""How a resource was made: the call that would make it again, and what of it is not at its default."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from services.connection import Connection
from services.resources import KINDS, Resource
from services.service_call import ServiceCall

DEFAULTS: dict[str, object] = {
    "minProvisionedTPS": 1,
    "minRecommendationRequestsPerSecond": 1,
    "performHPO": False,
    "performAutoML": False,
    "performAutoTraining": True,
    "performIncrementalUpdate": False,
    "trainingMode": "FULL",
    "trainingType": "MANUAL",
    "importMode": "FULL",
    "publishAttributionMetricsToS3": False,
    "numResults": 25,
    "batchInferenceJobMode": "BATCH_INFERENCE",
    "syncWithLatestSolutionVersion": False,
    "enableMetadataWithRecommendations": False,
    "explorationWeight": "0.3",
    "explorationItemAgeCutOff": "30",
    "schedulingExpression": "rate(7 days)",
}
"""Members of Create's requests with the values that they have when they are not given (API reference)."""


def creation_call(connection: Connection, resource: Resource, described: Mapping[str, Any]) -> ServiceCall:
    """Return the call that made a resource, as far as Describe tells; its tags it does not tell."""
    operation = f"create_{KINDS[resource.kind].operation}"
    model = connection.client("personalize").meta.service_model
    shape = model.operation_model(model_name(operation)).input_shape
    given = {name: described[name] for name in shape.members if described.get(name) not in (None, "", {}, [])}
    return ServiceCall("personalize", operation, given)


def model_name(operation: str) -> str:
    """Return an operation's name in the service's model: create_campaign is CreateCampaign."""
    return "".join(part.title() for part in operation.split("_"))


def changed(call: ServiceCall) -> dict[str, str]:
    """Return the settings that were not left at their defaults, nested ones under dotted names."""
    settings = _flat("", {name: value for name, value in call.parameters.items() if not _names(name)})
    return {name: text for name, (value, text) in settings.items() if not _is_default(name, value)}


def _names(member: str) -> bool:
    """Tell whether a member says what and from what, not how."""
    return member in ("name", "jobName", "domain", "schema", "filterExpression") or member.endswith("Arn")


def _is_default(name: str, value: object) -> bool:
    member = name.rsplit(".", 1)[-1]
    return member in DEFAULTS and str(DEFAULTS[member]) == str(value)


def _flat(name: str, value: Any) -> dict[str, tuple[object, str]]:
    if isinstance(value, dict):
        parts = [_flat(f"{name}.{member}" if name else member, inner) for member, inner in value.items()]
        return {key: found for part in parts for key, found in part.items()}
    return {name: (value, json.dumps(value, default=str) if isinstance(value, list) else str(value))}
