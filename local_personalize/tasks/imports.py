"""Imports CSV files from S3 into one Parquet file, as a stream: memory does not grow with the data."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from local_personalize import avro
from local_personalize.avro import Schema
from local_personalize.tasks import TaskFailed, attributions
from local_personalize.tasks.buckets import download_csv
from local_personalize.tasks.csv_rows import arrow_schema, read_batches
from local_personalize.tasks.publish import published
from local_personalize.worker import Report

LEAST_INTERACTIONS = 1000
"""Records that an import into an Interactions dataset must have (developer guide, page limits)."""

DOWNLOADED = 0.2
"""Share of the work that the download is, for the progress shown."""


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Import {"url", "bucket", "key", "schema", "target", "report"}; return {"rows"}. Raises TaskFailed."""
    schema, target = avro.parse(payload["schema"]), Path(payload["target"])
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".download-") as folder:
            report(0.0, "Reading from S3")
            files = download_csv(payload, Path(folder))
            rows = _convert(files, schema, target, report)
    except TaskFailed as failure:
        raise TaskFailed(f"Failed to create a data import job for {schema.dataset_type} dataset. {failure}") from None
    if payload["report"] is not None:
        attributions.publish_import(payload["report"], target)
    return {"rows": rows}


def _convert(files: dict[str, Path], schema: Schema, target: Path, report: Report) -> int:
    total, rows, done = sum(path.stat().st_size for path in files.values()), 0, 0
    with published(target) as draft:
        with pq.ParquetWriter(draft, arrow_schema(schema)) as writer:
            for name, path in files.items():
                for batch in read_batches(path, schema, name):
                    writer.write_batch(batch)
                    rows, done = rows + batch.num_rows, done + batch.nbytes
                    share = DOWNLOADED + (1 - DOWNLOADED) * min(done / total, 1)
                    report(share, f"{rows:,} rows read")
        _check_rows(rows, schema)
    return rows


def _check_rows(rows: int, schema: Schema) -> None:
    if rows == 0:
        raise TaskFailed("The input has no rows below its header.")
    if schema.dataset_type == avro.INTERACTIONS and rows < LEAST_INTERACTIONS:
        raise TaskFailed(
            f"The input has {rows} interactions; an import needs at least {LEAST_INTERACTIONS} interactions records."
        )
