"""Deletes users from imported files: each file that knows one of them is written anew, under its own name."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq

from local_personalize.avro import USERS, Field, Schema
from local_personalize.tasks import TaskFailed
from local_personalize.tasks.buckets import download_csv
from local_personalize.tasks.csv_rows import read_batches
from local_personalize.tasks.publish import published
from local_personalize.worker import Report

pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

USER_LIST = Schema(USERS, (Field("USER_ID", "string"),))
"""The columns of the file that names the users."""


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Delete the users listed at {"url", "bucket", "key"} from {"files"}; return {"users"}."""
    with tempfile.TemporaryDirectory() as folder:
        lists = download_csv(payload, Path(folder))
        found = {user for name, path in lists.items() for user in _users(path, name)}
    if not found:
        raise TaskFailed("The input has no rows below its header.")
    users = sorted(found)
    for number, file in enumerate(payload["files"]):
        report(number / len(payload["files"]), f"Deleting {len(users):,} users")
        _delete(Path(file), pa.array(users))
    return {"users": users}


def _users(path: Path, name: str) -> Iterable[str]:
    for batch in read_batches(path, USER_LIST, name):
        yield from map(str, batch.column("USER_ID").to_pylist())


def _delete(path: Path, users: Any) -> None:
    with pq.ParquetFile(path) as file:
        if not any(pc.any(_of(batch, users)).as_py() for batch in file.iter_batches(columns=["USER_ID"])):
            return
        with published(path) as draft, pq.ParquetWriter(draft, file.schema_arrow) as writer:
            for batch in file.iter_batches():
                writer.write_batch(batch.filter(pc.invert(_of(batch, users))))


def _of(batch: pa.RecordBatch, users: Any) -> Any:
    return pc.is_in(batch.column("USER_ID"), users)
