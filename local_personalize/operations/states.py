"""What statuses and quotas allow: whether a resource may be used or deleted, and whether there is room for another."""

from __future__ import annotations

from collections.abc import Iterable

from local_personalize import arns
from local_personalize.errors import InvalidInputException, LimitExceededException, ResourceInUseException
from local_personalize.quotas import quota
from local_personalize.resources import Resource

MOVING = ("PENDING", "IN_PROGRESS", "IN PROGRESS", "STOPPING")


def moves(resource: Resource) -> bool:
    """Tell whether a resource is being made, changed or deleted."""
    return str(resource.doc.get("status", "")).endswith(MOVING)


def ensure_settled(resource: Resource) -> None:
    """Raise ResourceInUseException while a resource is being made, changed or deleted."""
    if moves(resource):
        raise ResourceInUseException(f"Resource Arn {resource.arn} is in {resource.doc['status']} state.")


def ensure_has_schema(dataset: Resource) -> None:
    """Raise InvalidInputException for the dataset that an event tracker made: only events fill it, no schema."""
    if dataset.doc.get("schemaArn") is None:
        raise InvalidInputException(f"Dataset {dataset.arn} has no schema: nothing is imported into it or exported.")


def ensure_active(resource: Resource) -> None:
    """Raise InvalidInputException unless a resource is ACTIVE."""
    if resource.doc.get("status") != "ACTIVE":
        raise InvalidInputException(f"Resource Arn {resource.arn} is not in ACTIVE state.")


def ensure_room(kind: str, there: int) -> None:
    """Raise LimitExceededException where as many resources of a kind as are there use up its quota."""
    limit = quota(kind)
    if there >= limit:
        raise LimitExceededException(f"More than {limit} resources in ACTIVE state. Please delete some and try again.")


def ensure_few_moving(kind: str, there: Iterable[Resource], region: str) -> None:
    """Raise LimitExceededException where those pending or in progress in a region use up the quota of a kind."""
    limit = quota(kind)
    if sum(moves(one) for one in there if arns.region_of(one.arn) == region) >= limit:
        raise LimitExceededException(f"More than {limit} resources with PENDING or IN_PROGRESS status.")
