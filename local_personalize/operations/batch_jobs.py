"""Batch inference jobs and batch segment jobs: many requests from a file in S3, answered into another."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import Any

from local_personalize import arns, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException
from local_personalize.filtering import parsed
from local_personalize.filters import rules
from local_personalize.filters.tree import FilterError
from local_personalize.jobs import JobKind
from local_personalize.operations import labels, locations, paging, states, trained_models
from local_personalize.recipe_book import PERSONALIZED_ACTIONS, RECIPES, USER_SEGMENTATION, Recipe
from local_personalize.resources import Document, Resource
from local_personalize.tasks import TaskFailed

INFERENCE, SEGMENT = "batch-inference-job", "batch-segment-job"
TASK = "local_personalize.tasks.batch:run"
DEFAULT_RESULTS = 25
INVALID_INPUT, INVALID_OUTPUT = "Invalid S3 input path.", "Invalid S3 output path."
_NOT_IN_BATCH = ("aws-trending-now",)


def create_batch_inference_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue recommendations for each line of a file."""
    if request.get("batchInferenceJobMode") == "THEME_GENERATION":
        raise InvalidInputException("Themes cannot be generated on this endpoint; use the mode BATCH_INFERENCE.")
    trained_models.check_exploration(request.get("batchInferenceJobConfig"))
    defaults = {"batchInferenceJobMode": "BATCH_INFERENCE"}
    return {"batchInferenceJobArn": _create(call, request, INFERENCE, defaults, _check_inference)}


def create_batch_segment_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue a segment of users for each line of a file."""
    return {"batchSegmentJobArn": _create(call, request, SEGMENT, {}, _check_segment)}


def describe_batch_inference_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a batch inference job."""
    job = resources.get(call.app.store.reader(), request["batchInferenceJobArn"], INFERENCE)
    return {"batchInferenceJob": job.doc}


def describe_batch_segment_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a batch segment job."""
    return {"batchSegmentJob": resources.get(call.app.store.reader(), request["batchSegmentJobArn"], SEGMENT).doc}


def list_batch_inference_jobs(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the batch inference jobs of the region, or of one solution version."""
    version = request.get("solutionVersionArn")
    return paging.list_resources(
        call, request, INFERENCE, "batchInferenceJobs", lambda one: version in (None, one.parent)
    )


def list_batch_segment_jobs(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the batch segment jobs of the region, or of one solution version."""
    version = request.get("solutionVersionArn")
    return paging.list_resources(call, request, SEGMENT, "batchSegmentJobs", lambda one: version in (None, one.parent))


def _create(
    call: Call, request: dict[str, Any], kind: str, defaults: Document, check: Callable[[Recipe, str], None]
) -> str:
    arn = arns.build(call.region, kind, request["jobName"])
    _check_paths(request)
    member = "batchInferenceJobArn" if kind == INFERENCE else "batchSegmentJobArn"
    doc = {"numResults": DEFAULT_RESULTS, **defaults, **request, member: arn, "status": "CREATE PENDING"}
    doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        version = resources.get(connection, request["solutionVersionArn"], "solution-version")
        states.ensure_active(version)
        recipe = RECIPES[arns.name_of(version.doc["recipeArn"])]
        check(recipe, version.arn)
        if "filterArn" in request:
            filter = resources.get(connection, request["filterArn"], "filter")
            if filter.parent != version.doc["datasetGroupArn"]:
                raise InvalidInputException(f"{filter.arn} is not in the dataset group of {version.arn}.")
            states.ensure_active(filter)
            _check_filter(filter, recipe)
        states.ensure_few_moving(kind, resources.of_kind(connection, kind), call.region)
        resources.insert(connection, Resource(arn, kind, version.arn, doc))
        labels.attach(connection, arn, request.get("tags"))
        call.app.jobs.queue(connection, arn, kind)

    call.app.store.write(write)
    return arn


def _check_filter(filter: Resource, recipe: Recipe) -> None:
    try:
        rules.check_use(parsed(filter.doc["filterExpression"]), recipe)
    except FilterError as failure:
        raise InvalidInputException(f"The filter {filter.arn} cannot be applied: {failure}.") from failure


def _check_inference(recipe: Recipe, version: str) -> None:
    if recipe.type in (USER_SEGMENTATION, PERSONALIZED_ACTIONS) or recipe.name in _NOT_IN_BATCH:
        raise InvalidInputException(
            f"Batch inference is not supported for the recipe {recipe.name} of the solution version {version}."
        )


def _check_segment(recipe: Recipe, version: str) -> None:
    if recipe.type != USER_SEGMENTATION:
        raise InvalidInputException(
            f"A batch segment job needs a recipe of type USER_SEGMENTATION; the solution version {version} "
            f"was trained with {recipe.name}."
        )


def _check_paths(request: dict[str, Any]) -> None:
    source, target = _paths(request)
    locations.bucket_and_key(source, INVALID_INPUT)
    locations.bucket_and_key(target, INVALID_OUTPUT)
    if source.rstrip("/") == target.rstrip("/"):
        raise InvalidInputException(f"{INVALID_OUTPUT} It must be another location than the input.")


def _paths(doc: Document) -> tuple[str, str]:
    return doc["jobInput"]["s3DataSource"]["path"], doc["jobOutput"]["s3DataDestination"]["path"]


def _prepare(app: Application, job: Resource) -> dict[str, Any]:
    connection = app.store.reader()
    version = resources.get(connection, job.parent, "solution-version")
    source, target = _paths(job.doc)
    bucket, key = locations.bucket_and_key(source, INVALID_INPUT)
    to_bucket, folder = locations.bucket_and_key(target, INVALID_OUTPUT)
    role = job.doc["roleArn"]
    locations.ensure_access(app, role, bucket, key, actions=("s3:ListBucket", "s3:GetObject"))
    locations.ensure_access(app, role, to_bucket, folder, actions=("s3:PutObject",))
    return {
        "data": str(app.data),
        "group": version.doc["datasetGroupArn"],
        "model": version.doc["_model"],
        "count": job.doc["numResults"],
        "filter": _expression(connection, job),
        "exploration": (job.doc.get("batchInferenceJobConfig") or {}).get("itemExplorationConfig", {}),
        "url": app.url,
        "from": [bucket, key],
        "to": [to_bucket, folder],
    }


def _expression(connection: sqlite3.Connection, job: Resource) -> str | None:
    if "filterArn" not in job.doc:
        return None
    filter = resources.find(connection, job.doc["filterArn"], "filter")
    if filter is None:
        raise TaskFailed(f"Filter {job.doc['filterArn']} not found.")
    return str(filter.doc["filterExpression"])


def _finish(app: Application, job: Resource, result: dict[str, Any]) -> Document:
    return {"_lines": result["lines"], "_errors": result["errors"]}


jobs.KINDS[INFERENCE] = JobKind(_prepare, TASK, _finish)
jobs.KINDS[SEGMENT] = JobKind(_prepare, TASK, _finish)
