"""How long imports, trainings and campaigns took, beside what the second tutorial tells of AWS."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services import statuses
from services.connection import Connection
from services.measurements import read_measurements
from services.resources import Resource, describe

AWS_MINUTES = {
    "dataset-group": (1, 2),
    "dataset-import-job": (12, 25),
    "solution-version": (25, 50),
    "campaign": (3, 15),
}
"""Least and most minutes on AWS by kind, with MovieLens 100k: as the tutorial's notebook says."""


@dataclass(frozen=True, slots=True)
class Duration:
    """How long one resource took to become ACTIVE; seconds is None where nothing tells any more."""

    resource: Resource
    seconds: float | None

    @property
    def aws_minutes(self) -> tuple[int, int]:
        """Return the least and the most minutes that AWS would take."""
        return AWS_MINUTES[self.resource.kind]


def read_durations(connection: Connection, resources: Iterable[Resource]) -> list[Duration]:
    """Return what each ACTIVE resource of these kinds took, from its creation to its last update.

    A campaign that was updated and a version that was measured on every user have a later last update, so theirs is
    unknown. Raises ClientError, URLError.
    """
    made = [found for found in resources if found.kind in AWS_MINUTES and found.status == statuses.ACTIVE]
    versions = tuple(found.arn for found in made if found.kind == "solution-version")
    touched = set(read_measurements(connection, versions))
    touched |= {found.arn for found in made if found.kind == "campaign" and _updated(connection, found)}
    return [Duration(found, None if found.arn in touched else _seconds(found)) for found in made]


def totals(durations: Sequence[Duration]) -> tuple[float, int, int]:
    """Return the seconds here, and the least and most minutes on AWS, of all whose duration is known."""
    known = [found for found in durations if found.seconds is not None]
    least, most = (sum(found.aws_minutes[end] for found in known) for end in (0, 1))
    return sum(found.seconds or 0.0 for found in known), least, most


def _updated(connection: Connection, campaign: Resource) -> bool:
    return bool(describe(connection, campaign).get("latestCampaignUpdate"))


def _seconds(resource: Resource) -> float | None:
    if resource.created is None or resource.updated is None:
        return None
    return (resource.updated - resource.created).total_seconds()
