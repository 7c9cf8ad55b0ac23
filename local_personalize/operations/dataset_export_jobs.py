"""Dataset export jobs: the records of a dataset as CSV in S3."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.jobs import JobKind
from local_personalize.operations import labels, locations, paging, states
from local_personalize.resources import Document, Resource
from local_personalize.tasks import TaskFailed

KIND = "dataset-export-job"
INVALID_PATH = "Invalid S3 output path."


def create_dataset_export_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the export of a dataset: of what was put or streamed (the default), imported in bulk, or both."""
    locations.bucket_and_key(request["jobOutput"]["s3DataDestination"]["path"], INVALID_PATH)
    arn = arns.build(call.region, KIND, request["jobName"])
    doc = {"ingestionMode": "PUT", **request, "datasetExportJobArn": arn, "status": "CREATE PENDING"}
    tags = doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        dataset = resources.get(connection, request["datasetArn"], "dataset")
        states.ensure_settled(dataset)
        states.ensure_has_schema(dataset)
        states.ensure_few_moving(KIND, resources.of_kind(connection, KIND), call.region)
        resources.insert(connection, Resource(arn, KIND, dataset.arn, doc))
        labels.attach(connection, arn, tags)
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"datasetExportJobArn": arn}


def describe_dataset_export_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe an export job."""
    return {"datasetExportJob": resources.get(call.app.store.reader(), request["datasetExportJobArn"], KIND).doc}


def list_dataset_export_jobs(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the export jobs of the region, or of one dataset."""
    dataset = request.get("datasetArn")
    return paging.list_resources(call, request, KIND, "datasetExportJobs", lambda one: dataset in (None, one.parent))


def _prepare(app: Application, job: Resource) -> dict[str, Any]:
    connection = app.store.reader()
    dataset = resources.get(connection, job.parent, "dataset")
    path = job.doc["jobOutput"]["s3DataDestination"]["path"]
    bucket, folder = locations.bucket_and_key(path, INVALID_PATH)
    key = "/".join(filter(None, [folder.rstrip("/"), f"{job.doc['jobName']}.csv"]))
    try:
        locations.ensure_access(app, job.doc["roleArn"], bucket, key, actions=("s3:ListBucket", "s3:PutObject"))
    except TaskFailed as failure:
        kind = dataset.doc["datasetType"]
        raise TaskFailed(f"Failed to create a dataset export job for {kind} dataset. {failure}") from None
    return {
        "state": str(app.data / "state.db"),
        "dataset": dataset.arn,
        "stream": group_data.stream_of(dataset),
        "schema": resources.get(connection, dataset.doc["schemaArn"], "schema").doc["schema"],
        "files": [str(app.data / "imports" / name) for name in dataset.doc["_files"]],
        "mode": job.doc["ingestionMode"],
        "url": app.url,
        "bucket": bucket,
        "key": key,
    }


def _finish(app: Application, job: Resource, result: dict[str, Any]) -> Document:
    return {"_rows": result["rows"]}


jobs.KINDS[KIND] = JobKind(_prepare, "local_personalize.tasks.exports:run", _finish)
