"""Brings a table into Amazon Personalize: bucket, role, object, schema, dataset, import, until it is ACTIVE."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass

import pandas as pd
from boto3.s3.transfer import TransferConfig

from data.schemas import Field, schema
from services import datasets, policies
from services.catalog import TAG
from services.connection import Connection
from services.datasets import Undo
from services.progress import Progress, Step

_WHOLE_UP_TO = 16 << 20
_WHOLE = TransferConfig(multipart_threshold=_WHOLE_UP_TO, use_threads=False)
_PARTS = TransferConfig(multipart_threshold=_WHOLE_UP_TO, multipart_chunksize=8 << 20, max_concurrency=4)


@dataclass(frozen=True)
class Upload:
    """What is to be imported, and where to."""

    dataset_group: str
    dataset_type: str
    fields: tuple[Field, ...]
    table: pd.DataFrame
    """Its columns carry the fields' names."""
    domain: str = ""
    catalog: bytes | None = None
    """A CSV that names the items, kept beside the data for titles."""


def upload(connection: Connection, wanted: Upload, progress: Progress) -> str:
    """Import a table and return the dataset's ARN. On a failure nothing that was made for it stays."""
    undo: Undo = []
    try:
        return _upload(connection, wanted, progress, undo)
    except BaseException:
        with progress.cleaning():
            datasets.take_back(undo)
        raise


def _upload(connection: Connection, wanted: Upload, progress: Progress, undo: Undo) -> str:
    bucket, role = prepare(connection, progress)
    with progress.step(f"Create dataset group {wanted.dataset_group}"):
        group = datasets.ensure_dataset_group(connection, wanted.dataset_group, wanted.domain, undo, progress)
    with progress.step(f"Create schema and dataset {wanted.dataset_type}"):
        written = schema(wanted.dataset_type, wanted.fields)
        dataset = datasets.ensure_dataset(connection, group, wanted.dataset_type, written, undo, progress)
    with progress.step(f"Upload {len(wanted.table):,} rows to S3") as step:
        key = f"{wanted.dataset_group}/{wanted.dataset_type.lower()}"
        uri = put(connection, bucket, key, csv_of(wanted.table), step, undo)
    run_import(connection, dataset, uri, role, progress)
    if wanted.catalog is not None:
        with progress.step("Keep the titles") as step:
            keep_catalog(connection, group, bucket, wanted.catalog, step, undo)
    return dataset


def prepare(connection: Connection, progress: Progress) -> tuple[str, str]:
    """Make bucket, policies and role where they are missing; return the bucket's name and the role's ARN."""
    with progress.step("Prepare bucket, policies and role"):
        bucket = policies.default_bucket(connection)
        policies.ensure_bucket(connection, bucket)
        return bucket, policies.ensure_role(connection, bucket)


def run_import(connection: Connection, dataset: str, uri: str, role: str, progress: Progress) -> None:
    """Import an object into a dataset and wait until that is done. Raises Problem with the service's reason."""
    with progress.step(f"Import {dataset.rsplit('/', 1)[-1].capitalize()}") as step:
        job = datasets.import_data(connection, dataset, uri, role)
        datasets.wait(connection, "dataset_import_job", job, progress, step)


def put(connection: Connection, bucket: str, prefix: str, body: bytes, step: Step, undo: Undo) -> str:
    """Store a CSV under a name of its own, telling the step how much of it has arrived, and return its URI."""
    # Never the name of an earlier upload: what that one brought must be there still if this one fails.
    key = f"{prefix}-{time.time_ns() // 1_000_000}.csv"
    sent = 0

    def count(size: int) -> None:
        nonlocal sent
        sent += size
        step.fraction = min(sent / max(len(body), 1), 1.0)
        step.detail = f"{sent / 1e6:.1f} of {len(body) / 1e6:.1f} MB"

    s3 = connection.client("s3")
    config = _WHOLE if len(body) < _WHOLE_UP_TO else _PARTS
    s3.upload_fileobj(io.BytesIO(body), bucket, key, Callback=count, Config=config)
    undo.append(lambda: s3.delete_object(Bucket=bucket, Key=key))
    return f"s3://{bucket}/{key}"


def keep_catalog(connection: Connection, group: str, bucket: str, body: bytes, step: Step, undo: Undo) -> None:
    """Store the file that names the items and tell where it is in the dataset group's tag."""
    uri = put(connection, bucket, f"{group.rsplit('/', 1)[-1]}/catalog", body, step, undo)
    connection.client("personalize").tag_resource(resourceArn=group, tags=[{"tagKey": TAG, "tagValue": uri}])


def csv_of(table: pd.DataFrame) -> bytes:
    """Return the table as the CSV that an import job reads."""
    return table.to_csv(index=False).encode()
