"""Deletes resources in the order that the service accepts, waiting until each is gone.

The service deletes a solution's versions and a dataset's import jobs with it; batch jobs stay as records.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

from botocore.exceptions import ClientError

from services.connection import Connection
from services.errors import Problem
from services.resources import KINDS, Resource, describe

ORDER = ("campaign", "recommender", "event-tracker", "filter", "solution", "dataset", "dataset-group")
"""What depends on something comes before it; other kinds have no Delete operation of their own."""
PATIENCE = 900.0
"""Seconds that one deletion may take."""


def deletable(resource: Resource) -> bool:
    """Tell whether the service can delete it now."""
    return resource.kind in ORDER and not resource.moving


def dependents(resources: Iterable[Resource], arn: str) -> list[Resource]:
    """Return everything made, directly or not, from a resource."""
    listed = list(resources)
    direct = [resource for resource in listed if resource.parent == arn]
    return direct + [further for child in direct for further in dependents(listed, child.arn)]


def delete_plan(resources: Iterable[Resource], arn: str) -> list[Resource]:
    """Return what deleting a resource takes, in order, itself last; empty where the service has no such operation."""
    listed = list(resources)
    chosen = [resource for resource in listed if resource.arn == arn and resource.kind in ORDER]
    also = [resource for resource in dependents(listed, arn) if resource.kind in ORDER]
    unique = {resource.arn: resource for resource in (*also, *chosen)}
    return sorted(unique.values(), key=lambda resource: ORDER.index(resource.kind))


def vanishing(resources: Iterable[Resource], plan: Iterable[Resource]) -> list[Resource]:
    """Return what goes along without an operation of its own: versions and import jobs."""
    listed, planned = list(resources), {resource.arn for resource in plan}
    kinds = ("solution-version", "dataset-import-job")
    return [resource for resource in listed if resource.kind in kinds and resource.parent in planned]


def delete(connection: Connection, resource: Resource, poll: float = 0.3) -> None:
    """Delete one resource and wait until it is gone; one that is gone already is no error. Raises ClientError."""
    kind = KINDS[resource.kind]
    operation = getattr(connection.client("personalize"), f"delete_{kind.operation}")
    try:
        operation(**{kind.arn: resource.arn})
        _wait_until_gone(connection, resource, poll if connection.is_local else 5.0)
    except ClientError as refused:
        if refused.response["Error"]["Code"] != "ResourceNotFoundException":
            raise


def _wait_until_gone(connection: Connection, resource: Resource, poll: float) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        doc = describe(connection, resource)
        if doc.get("status", "").endswith("FAILED") and resource.status != doc["status"]:
            raise Problem(f"Could not delete {resource.name}", doc.get("failureReason") or doc["status"])
        time.sleep(poll)
    raise Problem(
        f"{resource.name} is still being deleted", "Look again in a while; nothing else was deleted after it."
    )
