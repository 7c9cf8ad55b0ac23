"""Solution versions judged on every user once, not on a tenth of them: asked for, stopped, read, and compared by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import numpy as np

from services import statuses
from services.connection import Connection
from services.local_insights import InsightRefused, TestResults, ask, get, results_of
from services.metrics import VersionMetrics
from services.read_only import refuse_when_read_only
from services.resources import Resource

_PATH = "insights/evaluation"


@dataclass(frozen=True, eq=False)
class Measurement:
    """How the measurement of a version stands; results are there when it is ACTIVE."""

    status: str
    asked: datetime
    failure: str = ""
    results: TestResults | None = None

    @property
    def moving(self) -> bool:
        """Tell whether it waits or runs."""
        return statuses.is_moving(self.status)


def measure(connection: Connection, solution_version: str) -> bool:
    """Ask for the measurement of a version; False on AWS. Raises InsightRefused, URLError, Problem while locked."""
    refuse_when_read_only()
    return ask(connection, _path(solution_version), {}) is not None


def stop_measurement(connection: Connection, solution_version: str) -> bool:
    """Stop a measurement that waits or runs; False where there is none, as on AWS. Raises URLError."""
    try:
        return ask(connection, _path(solution_version), {}, method="DELETE") is not None
    except InsightRefused:
        return False


def read_measurement(connection: Connection, solution_version: str) -> Measurement | None:
    """Return how the measurement of a version stands; None on AWS and where none was asked for."""
    told = get(connection, _PATH, solutionVersionArn=solution_version, folds="10")
    if told is None:
        return None
    asked = datetime.fromtimestamp(told.pop("creationDateTime", 0), UTC)
    return Measurement(told.pop("status"), asked, told.pop("failureReason", ""), results_of(told))


def read_measurements(connection: Connection, solution_versions: Iterable[str]) -> dict[str, Measurement]:
    """Return the measurements of those versions of which one was asked for, by ARN."""
    found = {arn: read_measurement(connection, arn) for arn in solution_versions}
    return {arn: measurement for arn, measurement in found.items() if measurement is not None}


def measurable(versions: Iterable[VersionMetrics]) -> list[VersionMetrics]:
    """Return the versions that can be judged on every user: those of recipes whose test holds out users."""
    return [version for version in versions if version.results is not None and "coverage" in version.values]


def up_to_date(found: Mapping[str, Measurement], resources: Iterable[Resource]) -> dict[str, Measurement]:
    """Leave out finished measurements of older data than the newest import brought."""
    imports = [job.updated for job in resources if job.kind == "dataset-import-job" and job.updated]
    newest = max(imports, default=datetime.fromtimestamp(0, UTC))
    return {arn: measurement for arn, measurement in found.items() if measurement.moving or measurement.asked >= newest}


def judged_on_everyone(
    versions: Sequence[VersionMetrics], found: Mapping[str, Measurement]
) -> list[VersionMetrics] | None:
    """Return the versions with the figures of every user in place of the test users'; None while some have none.

    Coverage stays that of the one split, and so does whatever is not measured user by user.
    """
    results = {arn: measurement.results for arn, measurement in found.items() if measurement.results is not None}
    if not versions or any(version.arn not in results for version in measurable(versions)):
        return None
    return [_with(version, results[version.arn]) if version.arn in results else version for version in versions]


def _with(version: VersionMetrics, results: TestResults) -> VersionMetrics:
    means = {name: float(np.mean(column)) for name, column in results.values.items() if name in version.values}
    return replace(version, values={**version.values, **means}, results=results, everyone=True)


def _path(solution_version: str) -> str:
    return f"{_PATH}?{urlencode({'solutionVersionArn': solution_version})}"
