"""What the status of a resource allows: whether it is settled, whether it may be used or deleted."""

from __future__ import annotations

from collections.abc import Iterable

from local_personalize.errors import InvalidInputException, LimitExceededException, ResourceInUseException
from local_personalize.resources import Resource

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


def ensure_room(of_kind: Iterable[Resource], limit: int) -> None:
    """Raise LimitExceededException where that many resources of a kind are there already."""
    if sum(1 for _ in of_kind) >= limit:
        raise LimitExceededException(f"More than {limit} resources in ACTIVE state. Please delete some and try again.")


def ensure_few_moving(of_kind: Iterable[Resource], limit: int) -> None:
    """Raise LimitExceededException where that many resources of a kind are pending or in progress."""
    if sum(map(moves, of_kind)) >= limit:
        raise LimitExceededException(f"More than {limit} resources with PENDING or IN_PROGRESS status.")
