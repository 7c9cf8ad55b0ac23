"""Data deletion jobs: forget users, in all datasets of a dataset group.

Models keep what they learned until the next training, as on AWS.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, avro, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.interaction_columns import rows_of
from local_personalize.jobs import JobKind, Statuses
from local_personalize.operations import labels, locations, paging, states
from local_personalize.resources import Document, Resource

KIND = "data-deletion-job"
INVALID_LOCATION = "Invalid Data location."
STATUSES = Statuses("PENDING", "IN_PROGRESS", "COMPLETED", "FAILED")


def create_data_deletion_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Queue the deletion of the users whom a CSV file with the column USER_ID names."""
    locations.bucket_and_key(request["dataSource"].get("dataLocation", ""), INVALID_LOCATION)
    arn = arns.build(call.region, KIND, request["jobName"])
    doc = {**request, "dataDeletionJobArn": arn, "status": STATUSES.pending}
    tags = doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        states.ensure_few_moving(KIND, resources.of_kind(connection, KIND), call.region)
        resources.insert(connection, Resource(arn, KIND, group.arn, doc))
        labels.attach(connection, arn, tags)
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"dataDeletionJobArn": arn}


def describe_data_deletion_job(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a data deletion job."""
    return {"dataDeletionJob": resources.get(call.app.store.reader(), request["dataDeletionJobArn"], KIND).doc}


def list_data_deletion_jobs(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the data deletion jobs of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, KIND, "dataDeletionJobs", lambda one: group in (None, one.parent))


def _prepare(app: Application, job: Resource) -> dict[str, Any]:
    bucket, key = locations.bucket_and_key(job.doc["dataSource"]["dataLocation"], INVALID_LOCATION)
    locations.ensure_access(app, job.doc["roleArn"], bucket, key, actions=("s3:ListBucket", "s3:GetObject"))
    names = [name for dataset in _with_users(app.store.reader(), job.parent) for name in dataset.doc["_files"]]
    files = [str(app.data / "imports" / name) for name in names]
    return {"url": app.url, "bucket": bucket, "key": key, "files": files}


def _with_users(connection: sqlite3.Connection, group: str) -> list[Resource]:
    datasets = resources.children(connection, group, "dataset")
    return [dataset for dataset in datasets if dataset.doc["datasetType"] not in (avro.ITEMS, avro.ACTIONS)]


def _finish(app: Application, job: Resource, result: dict[str, Any]) -> Document:
    """Forget what was streamed and put, and count; a second run after a crash adds what the first had left over."""
    users: list[str] = result["users"]

    def forget(connection: sqlite3.Connection) -> None:
        gone = job.doc.get("numDeleted", 0)
        for dataset in _with_users(connection, job.parent):
            rows = sum(rows_of(app.data / "imports" / name) for name in dataset.doc["_files"])
            events = [(group_data.stream_of(dataset), user) for user in users]
            put = [(dataset.arn, user) for user in users]
            gone += dataset.doc["_rows"] - rows
            gone += connection.executemany("DELETE FROM events WHERE dataset_group = ? AND user = ?", events).rowcount
            gone += connection.executemany("DELETE FROM put_records WHERE dataset = ? AND id = ?", put).rowcount
            resources.update(connection, dataset.arn, {"_rows": rows})
        resources.update(connection, job.arn, {"numDeleted": gone})

    app.store.write(forget)
    return {}


jobs.KINDS[KIND] = JobKind(_prepare, "local_personalize.tasks.deletions:run", _finish, STATUSES, alone=True)
