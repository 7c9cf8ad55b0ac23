"""A copy of what a deletion would lose: settings, tags, metrics, imported rows, and the calls that make it again."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from services import policies
from services.api_calls import shell_call
from services.connection import Connection
from services.objects import csv_objects, read_object
from services.provenance import creation_call
from services.resources import KINDS, Resource, describe
from services.service_call import ServiceCall
from services.statuses import ACTIVE, is_moving

LARGEST = 100_000_000
"""Bytes of rows that a copy holds; of more it says where they are."""
RESOURCES, CALLS, METRICS, ELSEWHERE = "resources.json", "make-again.sh", "metrics.csv", "rows-left-on-s3.txt"


def archive(connection: Connection, going: Sequence[Resource]) -> bytes:
    """Return a zip of what goes, parents before what was made of them. Raises ClientError."""
    ordered = sorted(going, key=lambda resource: list(KINDS).index(resource.kind))
    described = [(resource, describe(connection, resource)) for resource in ordered]
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as copy:
        told = [_told(connection, resource, document) for resource, document in described]
        copy.writestr(RESOURCES, json.dumps(told, indent=2, default=str))
        calls = [creation_call(connection, resource, document) for resource, document in described]
        copy.writestr(CALLS, "\n".join(shell_call(connection, *_parts(call)) for call in calls) + "\n")
        if metrics := _metrics(connection, going):
            copy.writestr(METRICS, pd.DataFrame(metrics).to_csv(index=False))
        jobs = [document for resource, document in described if _imported(resource)]
        _write_rows(connection, copy, jobs)
    return written.getvalue()


def export_events(connection: Connection, dataset_arn: str) -> str:
    """Begin to write what was sent to a dataset, and not imported, to S3; return where. Raises ClientError."""
    bucket = policies.default_bucket(connection)
    policies.ensure_bucket(connection, bucket)
    group, kind = dataset_arn.rsplit("/", 2)[-2:]
    name = f"sent-{kind.lower()}-{time.time_ns() // 1_000_000}"
    folder = f"s3://{bucket}/{group}/exports/"
    members = {
        "jobName": name,
        "datasetArn": dataset_arn,
        "ingestionMode": "PUT",
        "roleArn": policies.ensure_role(connection, bucket),
        "jobOutput": {"s3DataDestination": {"path": folder}},
    }
    ServiceCall("personalize", "create_dataset_export_job", members).run(connection)
    return f"{folder}{name}.csv"


def export_status(connection: Connection, uri: str) -> str:
    """Return the status of the export that writes to a URI; "" where its dataset is gone. Raises ClientError."""
    name = uri.rpartition("/")[2].removesuffix(".csv")
    pages = connection.client("personalize").get_paginator("list_dataset_export_jobs").paginate()
    return next((str(job["status"]) for job in pages.search("datasetExportJobs[]") if job["jobName"] == name), "")


def await_exports(connection: Connection, uris: Sequence[str], seconds: float = 10.0) -> None:
    """Wait for the ends of exports, but no longer than this: on AWS they take minutes. Raises ClientError."""
    deadline = time.monotonic() + seconds
    while any(is_moving(export_status(connection, uri)) for uri in uris) and time.monotonic() < deadline:
        time.sleep(0.2)


def _parts(call: ServiceCall) -> tuple[str, str, dict[str, Any]]:
    plain: dict[str, Any] = json.loads(json.dumps(call.parameters, default=str))
    return call.service, call.operation, plain


def _told(connection: Connection, resource: Resource, described: dict[str, Any]) -> dict[str, Any]:
    """Return what Describe says of a resource, with its tags, and a dataset's schema."""
    personalize = connection.client("personalize")
    told: dict[str, Any] = {"type": resource.label, **described}
    if resource.kind != "schema":  # the one kind that takes no tags
        told["tags"] = personalize.list_tags_for_resource(resourceArn=resource.arn)["tags"]
    if resource.kind == "dataset":
        told["schema"] = json.loads(personalize.describe_schema(schemaArn=described["schemaArn"])["schema"]["schema"])
    return told


def _metrics(connection: Connection, going: Iterable[Resource]) -> list[dict[str, object]]:
    personalize = connection.client("personalize")
    return [
        {"version": found.name, "recipe": found.recipe}
        | personalize.get_solution_metrics(solutionVersionArn=found.arn)["metrics"]
        for found in going
        if found.kind == "solution-version" and found.status == ACTIVE
    ]


def _imported(resource: Resource) -> bool:
    return resource.kind == "dataset-import-job" and resource.status == ACTIVE


def _write_rows(connection: Connection, copy: zipfile.ZipFile, jobs: Iterable[dict[str, Any]]) -> None:
    """Write the files that were imported, by dataset; name those that are too large, and those that are gone."""
    taken, left = 0, []
    for job in jobs:
        location, kind = job["dataSource"]["dataLocation"], job["datasetArn"].rpartition("/")[2]
        found = list(csv_objects(connection, location))
        left += [] if found else [f"{location}: no longer there"]
        for uri, size in found:
            if taken + size > LARGEST:
                left.append(f"{uri}: {size:,} bytes")
                continue
            taken += size
            copy.writestr(f"data/{kind}/{uri.rpartition('/')[2]}", read_object(connection, uri))
    if left:
        copy.writestr(ELSEWHERE, "\n".join(left) + "\n")
