"""The statuses of Amazon Personalize's resources and what they mean."""

from __future__ import annotations

ACTIVE = "ACTIVE"
FAILED = "CREATE FAILED"
DELETED = "DELETED"
"""The service has no word for what is gone; this app remembers what it deleted."""

_RESTING = frozenset({ACTIVE, FAILED, DELETED, "CREATE STOPPED", "INACTIVE", "DELETE FAILED", "UPDATE FAILED"})


def is_moving(status: str) -> bool:
    """Tell whether a resource will change its status by itself."""
    return status not in _RESTING


def is_leaving(status: str) -> bool:
    """Tell whether a resource is being deleted; one whose deletion failed stays."""
    return status.startswith("DELETE ") and is_moving(status)


def is_failed(status: str) -> bool:
    """Tell whether something went wrong with a resource."""
    return status.endswith("FAILED")
