"""The offline metrics of solution versions, and whether their differences are more than chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from services import statuses
from services.connection import Connection
from services.local_insights import TestResults, read_test_results
from services.resources import Resource

DRAWS = 4000
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
BY_NAME = {metric.name: metric for metric in METRICS}
BY_LABEL = {metric.label: metric for metric in METRICS}


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
        imports=_trained_on(version, resources),
    )


def _trained_on(version: Resource, resources: list[Resource]) -> str:
    """Return the import jobs that were done when training began, as one text that can be compared."""
    jobs = [
        job.arn
        for job in resources
        if job.kind == "dataset-import-job" and job.updated and version.created and job.updated <= version.created
    ]
    return " ".join(sorted(jobs))


def difference(metric: str, version: VersionMetrics, baseline: VersionMetrics, seed: int = 0) -> Difference | None:
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
    draws = np.random.default_rng(seed).choice(gaps, (DRAWS, len(gaps))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    everyone = version.everyone and baseline.everyone and len(gaps) == max(len(mine), len(theirs))
    return Difference(version.name, float(gaps.mean()), float(low), float(high), len(gaps), everyone)
