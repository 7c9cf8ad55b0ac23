"""Brings a table into Amazon Personalize: bucket, role, object, schema, dataset, import, until it is ACTIVE."""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import IO

import pandas as pd
from boto3.s3.transfer import TransferConfig

from data.schemas import Field, schema
from services import datasets, policies
from services.catalog import TAG, TITLE_COLUMNS
from services.columns import TITLES, Column
from services.connection import Connection
from services.datasets import Undo
from services.drafts import FULL
from services.large_files import LargeFile
from services.objects import split_uri
from services.progress import Progress, Step

ORDER = ("Items", "Users", "Interactions")
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
    mode: str = FULL
    """Whether the rows replace what was imported before or come on top (INCREMENTAL)."""
    source: LargeFile | str | None = None
    """Where all rows are when the table holds only the first ones; an S3 URI is imported from where it is."""

    @property
    def amount(self) -> str:
        """Return how much is sent, in words."""
        if isinstance(self.source, LargeFile):
            return f"{self.source.path.stat().st_size / 1e6:,.0f} MB"
        return f"{len(self.table):,} rows"


def upload_all(connection: Connection, wanted: Iterable[Upload], progress: Progress, done: list[str]) -> None:
    """Import several tables, what they refer to first, and note in done the dataset types that have arrived."""
    for one in sorted(wanted, key=lambda one: ORDER.index(one.dataset_type)):
        upload(connection, one, progress)
        done.append(one.dataset_type)


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
    uri = _placed(connection, wanted, bucket, progress, undo)
    run_import(connection, dataset, uri, role, progress, wanted.mode)
    if wanted.catalog is not None:
        with progress.step("Keep the titles") as step:
            keep_catalog(connection, group, bucket, wanted.catalog, step, undo)
    return dataset


def _placed(connection: Connection, wanted: Upload, bucket: str, progress: Progress, undo: Undo) -> str:
    """Return the URI of the rows on S3, where they are brought unless they are there."""
    if isinstance(wanted.source, str):
        with progress.step(f"Let the service read {wanted.source}"):
            policies.ensure_role(connection, split_uri(wanted.source)[0])
        return wanted.source
    key = f"{wanted.dataset_group}/{wanted.dataset_type.lower()}"
    with progress.step(f"Upload {wanted.amount} to S3") as step:
        if wanted.source is None:
            return put(connection, bucket, key, csv_of(wanted.table), step, undo)
        size = wanted.source.path.stat().st_size
        return put_stream(connection, bucket, key, wanted.source.stream(), size, step, undo)


def prepare(connection: Connection, progress: Progress) -> tuple[str, str]:
    """Make bucket, policies and role where they are missing; return the bucket's name and the role's ARN."""
    with progress.step("Prepare bucket, policies and role"):
        bucket = policies.default_bucket(connection)
        policies.ensure_bucket(connection, bucket)
        return bucket, policies.ensure_role(connection, bucket)


def run_import(connection: Connection, dataset: str, uri: str, role: str, progress: Progress, mode: str = FULL) -> None:
    """Import an object into a dataset and wait until that is done. Raises Problem with the service's reason."""
    with progress.step(f"Import {dataset.rsplit('/', 1)[-1].capitalize()}") as step:
        job = datasets.import_data(connection, dataset, uri, role, mode)
        datasets.wait(connection, "dataset_import_job", job, progress, step)


def put(connection: Connection, bucket: str, prefix: str, body: bytes, step: Step, undo: Undo) -> str:
    """Store a CSV under a name of its own, telling the step how much of it has arrived, and return its URI."""
    return put_stream(connection, bucket, prefix, io.BytesIO(body), len(body), step, undo)


def put_stream(
    connection: Connection, bucket: str, prefix: str, body: IO[bytes], size: int, step: Step, undo: Undo
) -> str:
    """Store what a file gives, as put does; size is how many bytes that will be, more or less."""
    # Never the name of an earlier upload: what that one brought must be there still if this one fails.
    key = f"{prefix}-{time.time_ns() // 1_000_000}.csv"
    sent = 0

    def count(more: int) -> None:
        nonlocal sent
        sent += more
        step.fraction = min(sent / max(size, 1), 1.0)
        step.detail = f"{sent / 1e6:.1f} of {size / 1e6:.1f} MB"

    s3 = connection.client("s3")
    s3.upload_fileobj(body, bucket, key, Callback=count, Config=_WHOLE if size < _WHOLE_UP_TO else _PARTS)
    undo.append(lambda: s3.delete_object(Bucket=bucket, Key=key))
    return f"s3://{bucket}/{key}"


def keep_catalog(connection: Connection, group: str, bucket: str, body: bytes, step: Step, undo: Undo) -> None:
    """Store the file that names the items and tell where it is in the dataset group's tag."""
    uri = put(connection, bucket, f"{group.rsplit('/', 1)[-1]}/catalog", body, step, undo)
    connection.client("personalize").tag_resource(resourceArn=group, tags=[{"tagKey": TAG, "tagValue": uri}])


def csv_of(table: pd.DataFrame) -> bytes:
    """Return the table as the CSV that an import job reads."""
    return table.to_csv(index=False).encode()


def title_column(table: pd.DataFrame) -> str | None:
    """Return the column that names the items, None where none does."""
    named = [str(name) for name in table.columns if "".join(filter(str.isalnum, str(name).lower())) in TITLES]
    return next((name for name in named if name.lower() in TITLE_COLUMNS), named[0] if named else None)


def titles_of(table: pd.DataFrame, columns: Sequence[Column]) -> bytes | None:
    """Return the catalogue that a file of items holds, None where no column names them."""
    identity = next((column.source for column in columns if column.field == "ITEM_ID"), None)
    title = title_column(table)
    if identity is None or title is None:
        return None
    rest = table.drop(columns=[name for name in table.columns if str(name).lower() in ("item_id", title.lower())])
    return csv_of(rest.assign(item_id=table[identity], title=table[title]))
