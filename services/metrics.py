"""The offline metrics of solution versions, and whether their differences are more than chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services import statuses
from services.connection import Connection
from services.local_insights import TestResults, read_test_results
from services.resources import Resource

DRAWS = 2000
MANY_USERS = 1000
"""From here on a mean is so nearly normal that drawing would bring the same interval, only slower."""
MIN_USERS = 10
"""Below this many test users in common, no interval is computed."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One of the numbers that GetSolutionMetrics reports; higher is better for all of them."""

    name: str
    label: str
    meaning: str


_NDCG = "Of the first {} items, how early come the ones that people then chose?"
_MRR = "How far down is the first item that people then chose? 1 is the top, 0.5 the second place."
_PRECISION = "Which share of the first {} items did people then choose?"
_COVERAGE = "Which share of the catalogue is shown to anybody at all?"
_CUTS = (5, 10, 25)

METRICS = (
    *(Metric(f"normalized_discounted_cumulative_gain_at_{k}", f"NDCG@{k}", _NDCG.format(k)) for k in _CUTS),
    Metric("mean_reciprocal_rank_at_25", "MRR@25", _MRR),
    *(Metric(f"precision_at_{k}", f"P@{k}", _PRECISION.format(k)) for k in _CUTS),
    Metric("coverage", "Coverage", _COVERAGE),
)
REWARDS = Metric(
    "average_rewards_at_k",
    "Rewards@25",
    "Of what the recommended items that people chose brought, which share came from the 25 that bring most? "
    "Reported for solutions with an optimization objective.",
)
BY_NAME = {metric.name: metric for metric in (*METRICS, REWARDS)}
BY_LABEL = {metric.label: metric for metric in (*METRICS, REWARDS)}


@dataclass(frozen=True, eq=False)
class VersionMetrics:
    """One trained version and what its test said."""

    arn: str
    name: str
    """The solution's name and the version's id: "top-picks/1bbe77cf"."""
    recipe: str
    trained: datetime | None
    values: dict[str, float] = field(default_factory=dict)
    results: TestResults | None = None
    hours: float | None = None
    imports: str = ""
    """The newest import before training began: versions are comparable only on the same data."""
    everyone: bool = False
    """Whether the figures are of every user, each judged once, and not of the reported test users."""

    @property
    def is_comparable(self) -> bool:
        """Tell whether the version reports any metric of lists; segment recipes report how many users they hit."""
        return bool(BY_NAME.keys() & self.values.keys())

    @property
    def solution(self) -> str:
        """Return the solution's name."""
        return self.name.split("/")[0]


@dataclass(frozen=True, slots=True)
class Difference:
    """A version minus the baseline, paired by test user, with a 95 % bootstrap interval."""

    version: str
    mean: float
    low: float
    high: float
    users: int
    everyone: bool = False

    @property
    def people(self) -> str:
        """Return on whom it was measured: "61 test users", "all 610 users"."""
        return f"all {self.users:,} users" if self.everyone else f"{self.users:,} test users"

    @property
    def certain(self) -> bool:
        """Tell whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


def metrics_of(versions: Iterable[VersionMetrics]) -> tuple[Metric, ...]:
    """Return what is worth a column for these versions: the eight metrics, and rewards where one reports them."""
    return (*METRICS, REWARDS) if any(REWARDS.name in version.values for version in versions) else METRICS


def read_metrics(connection: Connection, resources: Iterable[Resource]) -> list[VersionMetrics]:
    """Return the metrics of every active solution version among the resources. Raises ClientError."""
    listed = list(resources)
    versions = [found for found in listed if found.kind == "solution-version" and found.status == statuses.ACTIVE]
    return [_read(connection, version, listed) for version in versions]


def _read(connection: Connection, version: Resource, resources: list[Resource]) -> VersionMetrics:
    personalize = connection.client("personalize")
    values = personalize.get_solution_metrics(solutionVersionArn=version.arn)["metrics"]
    described = personalize.describe_solution_version(solutionVersionArn=version.arn)["solutionVersion"]
    return VersionMetrics(
        arn=version.arn,
        name=version.name,
        recipe=version.recipe,
        trained=version.created,
        values={name: float(value) for name, value in values.items()},
        results=read_test_results(connection, version.arn),
        hours=described.get("trainingHours"),
        imports=trained_on(version, resources),
    )


def trained_on(version: Resource, resources: list[Resource]) -> str:
    """Return the import jobs that were done when training began, as one text that can be compared."""
    jobs = [
        job.arn
        for job in resources
        if job.kind == "dataset-import-job"
        and job.status == statuses.ACTIVE
        and job.updated
        and version.created
        and job.updated <= version.created
    ]
    return " ".join(sorted(jobs))


def difference(metric: str, version: VersionMetrics, baseline: VersionMetrics) -> Difference | None:
    """Compare two versions user by user; None where either has no results per user, or they share too few users."""
    if version.results is None or baseline.results is None:
        return None
    mine, theirs = version.results.values.get(metric), baseline.results.values.get(metric)
    if mine is None or theirs is None:
        return None
    _, here, there = np.intersect1d(version.results.users, baseline.results.users, return_indices=True)
    if len(here) < MIN_USERS:
        return None
    gaps = mine[here] - theirs[there]
    everyone = version.everyone and baseline.everyone and len(gaps) == max(len(mine), len(theirs))
    return Difference(version.name, float(gaps.mean()), *interval(gaps), len(gaps), everyone)


def interval(gaps: NDArray[np.floating[Any]], seed: int = 0) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of the mean of differences (users,); of many, the normal one it tends to."""
    if len(gaps) >= MANY_USERS:
        reach = 1.96 * float(gaps.std(ddof=1)) / np.sqrt(len(gaps))
        return float(gaps.mean() - reach), float(gaps.mean() + reach)
    drawn = np.random.default_rng(seed).integers(0, len(gaps), (DRAWS, len(gaps)), dtype=np.uint16)
    low, high = np.quantile(gaps[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
