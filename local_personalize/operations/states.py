"""What statuses and quotas allow: whether a resource may be used or deleted, and whether there is room for another.

The quotas are AWS's own (developer guide, page limits). LOCAL_PERSONALIZE_QUOTAS='{"dataset-group": 100}' in the
environment of the endpoint stands for AWS's request to raise an adjustable one.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterable

from local_personalize.errors import InvalidInputException, LimitExceededException, ResourceInUseException
from local_personalize.resources import Resource

SETTING = "LOCAL_PERSONALIZE_QUOTAS"

QUOTAS = {
    "schema": 500,  # these two per region
    "dataset-group": 5,
    "solution": 10,  # these per dataset group
    "campaign": 5,
    "recommender": 5,
    "filter": 10,
    "dataset-import-job": 5,  # these per region, and only what is pending or in progress
    "dataset-export-job": 5,
    "data-deletion-job": 5,
    "batch-inference-job": 5,
    "batch-segment-job": 5,
    "solution-version": 20,
}

MOVING = ("PENDING", "IN_PROGRESS", "IN PROGRESS", "STOPPING")


def moves(resource: Resource) -> bool:
    """Tell whether a resource is being made, changed or deleted."""
    return str(resource.doc.get("status", "")).endswith(MOVING)


def ensure_settled(resource: Resource) -> None:
    """Raise ResourceInUseException while a resource is being made, changed or deleted."""
    if moves(resource):
        raise ResourceInUseException(f"Resource Arn {resource.arn} is in {resource.doc['status']} state.")


def ensure_active(resource: Resource) -> None:
    """Raise InvalidInputException unless a resource is ACTIVE."""
    if resource.doc.get("status") != "ACTIVE":
        raise InvalidInputException(f"Resource Arn {resource.arn} is not in ACTIVE state.")


@functools.cache
def quota(kind: str) -> int:
    """Return how many resources of a kind there may be."""
    raised: dict[str, int] = json.loads(os.environ.get(SETTING, "{}"))
    return raised.get(kind, QUOTAS[kind])


def ensure_room(kind: str, there: int) -> None:
    """Raise LimitExceededException where as many resources of a kind as are there use up its quota."""
    limit = quota(kind)
    if there >= limit:
        raise LimitExceededException(f"More than {limit} resources in ACTIVE state. Please delete some and try again.")


def ensure_few_moving(kind: str, there: Iterable[Resource]) -> None:
    """Raise LimitExceededException where those pending or in progress use up the quota of a kind."""
    limit = quota(kind)
    if sum(map(moves, there)) >= limit:
        raise LimitExceededException(f"More than {limit} resources with PENDING or IN_PROGRESS status.")
