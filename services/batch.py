"""Batch inference and batch segment jobs: which versions fit, starting one, and reading what it wrote."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services import policies, statuses
from services.batch_lines import json_lines
from services.connection import Connection
from services.errors import Problem
from services.objects import split_uri
from services.recipes import Recipe, hears_events
from services.resources import Resource, describe
from services.service_call import ServiceCall

Work = Literal["inference", "segment"]
KINDS: Mapping[Work, str] = {"inference": "batch-inference-job", "segment": "batch-segment-job"}
SEGMENT_RECIPE = "aws-item-affinity"
MAX_RESULTS: Mapping[Work, int] = {"inference": 500, "segment": 5_000_000}
_NOT_IN_BATCH = ("aws-trending-now",)


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do, apart from its input."""

    work: Work
    version: str
    """ARN of the solution version."""
    results: int
    """Items, or users of a segment, per line."""
    filter: str = ""
    """ARN of a saved filter, or "" for none."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a job reads and writes, and the role with which it may."""

    source: str
    target: str
    role: str


def job_name(version: str, work: Work) -> str:
    """Return a name that no other job has, since jobs cannot be deleted: kind, solution and time."""
    solution = version.split("/")[1]
    return f"{work}-{solution}"[:49] + f"-{int(time.time() * 1000)}"


def fitting_versions(resources: Iterable[Resource], recipes: Mapping[str, Recipe], work: Work) -> list[Resource]:
    """Return the active solution versions that can do this work: personal lists for users first, then by age."""
    found = [
        version
        for version in resources
        if version.kind == "solution-version"
        and version.status == statuses.ACTIVE
        and fits(recipes.get(version.recipe), work)
    ]
    newest = sorted(found, key=lambda version: str(version.created), reverse=True)
    return sorted(newest, key=lambda one: (recipes[one.recipe].purpose != "user", not hears_events(one.recipe)))


def fits(recipe: Recipe | None, work: Work) -> bool:
    """Tell whether versions of a recipe can do this work; no recipe means a solution of AutoML."""
    if recipe is None or recipe.purpose == "action" or recipe.name in _NOT_IN_BATCH:
        return False
    return (recipe.purpose == "segment") == (work == "segment")


def jobs(resources: Iterable[Resource]) -> list[Resource]:
    """Return the batch jobs among the resources, newest first."""
    found = [resource for resource in resources if resource.kind in KINDS.values()]
    return sorted(found, key=lambda job: str(job.created), reverse=True)


def work_of(job: Resource) -> Work:
    """Return which work a job does."""
    return "segment" if job.kind == KINDS["segment"] else "inference"


def create_call(order: Order, place: Place) -> ServiceCall:
    """Return CreateBatchInferenceJob or CreateBatchSegmentJob."""
    members: dict[str, Any] = {
        "jobName": order.name,
        "solutionVersionArn": order.version,
        "numResults": order.results,
        "jobInput": {"s3DataSource": {"path": place.source}},
        "jobOutput": {"s3DataDestination": {"path": place.target}},
        "roleArn": place.role,
    }
    members |= {"filterArn": order.filter} if order.filter else {}
    return ServiceCall("personalize", f"create_batch_{order.work}_job", members)


def planned_place(account: str, bucket: str, order: Order, source: str = "") -> Place:
    """Return where a job will read and write; source is the S3 path of an input that is there already."""
    folder = f"s3://{bucket}/batch/{order.name}"
    role = f"arn:aws:iam::{account}:role/{policies.ROLE}"
    return Place(source or f"{folder}/input/lines.json", f"{folder}/output/", role)


def start(connection: Connection, order: Order, lines: Sequence[Mapping[str, Any]], source: str = "") -> str:
    """Put the lines where the service may read them, start the job and return its ARN; source replaces the lines.

    Raises Problem, ClientError.
    """
    if source and not source.startswith("s3://"):
        raise Problem("This is no S3 path", f"A path looks like s3://bucket/folder/users.json, not {source[:80]}.")
    bucket = policies.default_bucket(connection)
    policies.ensure_bucket(connection, bucket)
    role = policies.ensure_role(connection, bucket)
    planned = planned_place(role.split(":")[4], bucket, order, source)
    if source:
        policies.ensure_role(connection, split_uri(source)[0])
    else:
        key = planned.source.removeprefix(f"s3://{bucket}/")
        connection.client("s3").put_object(Bucket=bucket, Key=key, Body=json_lines(lines))
    answer = create_call(order, Place(planned.source, planned.target, role)).run(connection)
    return str(answer[f"batch{order.work.capitalize()}JobArn"])


def train_segments(connection: Connection, group: str, solution: str | None, name: str) -> str:
    """Train a version of the solution that makes segments, created under that name where it is missing."""
    personalize = connection.client("personalize")
    if solution is None:
        recipe = f"arn:aws:personalize:::recipe/{SEGMENT_RECIPE}"
        solution = personalize.create_solution(
            name=name, datasetGroupArn=group, recipeArn=recipe, performAutoTraining=False
        )["solutionArn"]
    return str(personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"])


def request_of(connection: Connection, job: Resource) -> ServiceCall:
    """Return the call that made a job, from what Describe says of it. Raises ClientError."""
    described = describe(connection, job)
    order = Order(
        work_of(job), described["solutionVersionArn"], int(described.get("numResults") or 25),
        described.get("filterArn", ""), job.name,
    )  # fmt: skip
    paths = described["jobInput"]["s3DataSource"]["path"], described["jobOutput"]["s3DataDestination"]["path"]
    return create_call(order, Place(*paths, described["roleArn"]))
