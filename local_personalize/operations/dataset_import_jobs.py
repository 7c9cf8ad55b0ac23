"""Dataset import jobs: bulk data from S3 into a dataset."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, avro, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException
from local_personalize.jobs import JobKind
from local_personalize.operations import labels, locations, paging, states
from local_personalize.operations.metric_attributions import report_of_import
from local_personalize.resources import Document, Resource
from local_personalize.tasks import TaskFailed

KIND = "dataset-import-job"
INVALID_LOCATION = "Invalid Data location."


def create_dataset_import_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the import of a CSV file or a folder of them; INCREMENTAL adds to the bulk data, FULL replaces it."""
    locations.bucket_and_key(request["dataSource"].get("dataLocation", ""), INVALID_LOCATION)
    arn = arns.build(call.region, KIND, request["jobName"])
    doc = {
        "importMode": "FULL",
        **request,
        "datasetImportJobArn": arn,
        "status": "CREATE PENDING",
        "_file": f"{call.region}.{request['jobName']}.parquet",
    }
    tags = doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        dataset = resources.get(connection, request["datasetArn"], "dataset")
        states.ensure_settled(dataset)
        states.ensure_has_schema(dataset)
        states.ensure_few_moving(KIND, resources.of_kind(connection, KIND), call.region)
        if doc["importMode"] == "INCREMENTAL" and not dataset.doc["_files"]:
            raise InvalidInputException(
                "The dataset has no bulk data to add to. Import with the mode FULL before INCREMENTAL."
            )
        resources.insert(connection, Resource(arn, KIND, dataset.arn, doc))
        labels.attach(connection, arn, tags)
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"datasetImportJobArn": arn}


def describe_dataset_import_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe an import job."""
    return {"datasetImportJob": resources.get(call.app.store.reader(), request["datasetImportJobArn"], KIND).doc}


def list_dataset_import_jobs(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the import jobs of the region, or of one dataset."""
    dataset = request.get("datasetArn")
    return paging.list_resources(call, request, KIND, "datasetImportJobs", lambda one: dataset in (None, one.parent))


def _prepare(app: Application, job: Resource) -> dict[str, Any]:
    connection = app.store.reader()
    dataset = resources.get(connection, job.parent, "dataset")
    bucket, key = locations.bucket_and_key(job.doc["dataSource"]["dataLocation"], INVALID_LOCATION)
    try:
        actions = ("s3:ListBucket", "s3:GetObject")
        locations.ensure_access(app, job.doc.get("roleArn"), bucket, key, actions=actions)
    except TaskFailed as failure:
        kind = dataset.doc["datasetType"]
        raise TaskFailed(f"Failed to create a data import job for {kind} dataset. {failure}") from None
    publishes = dataset.doc["datasetType"] == avro.INTERACTIONS
    mode, to_s3 = job.doc["importMode"], job.doc.get("publishAttributionMetricsToS3", False)
    return {
        "url": app.url,
        "bucket": bucket,
        "key": key,
        "schema": resources.get(connection, dataset.doc["schemaArn"], "schema").doc["schema"],
        "target": str(app.data / "imports" / job.doc["_file"]),
        "report": report_of_import(app, dataset.parent, mode, to_s3) if publishes else None,
    }


def _finish(app: Application, job: Resource, result: dict[str, Any]) -> Document:
    """Show the new file in the dataset; a second run after a crash finds it there and adds nothing."""

    def show(connection: sqlite3.Connection) -> None:
        dataset = resources.get(connection, job.parent, "dataset")
        files, rows = dataset.doc["_files"], dataset.doc["_rows"]
        if job.doc["_file"] in files:
            return
        if job.doc["importMode"] == "FULL":
            files, rows = [], 0
        changes = {"_files": [*files, job.doc["_file"]], "_rows": rows + result["rows"]}
        resources.update(connection, dataset.arn, changes)

    app.store.write(show)
    return {"_rows": result["rows"]}


jobs.KINDS[KIND] = JobKind(_prepare, "local_personalize.tasks.imports:run", _finish)
