"""The transformation of the fourth tutorial's Glue job: ratings and films in, interactions and metadata out.

    movies.csv (movieId, title, genres)           ->  PREFIX/model_input/interactions.csv (ITEM_ID, USER_ID, TIMESTAMP)
    ratings.csv (userId, movieId, ..., timestamp)     PREFIX/metadata/metadata.csv (TITLE, GENRES, ITEM_ID)

A share of the ratings is drawn, those of unknown films are left out, and rows that occur twice are kept once.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from botocore.exceptions import ClientError
from pyarrow import compute, csv

from local_personalize.tasks import TaskFailed
from local_personalize.tasks.buckets import s3_client, split_location, upload
from local_personalize.worker import Report

SEED = 0
DEFAULT_FRACTION = "0.05"
"""Of the tutorial: of 25 million ratings it leaves about 1.25 million."""

RATINGS = {"userId": pa.int64(), "movieId": pa.int64(), "timestamp": pa.int64()}
MOVIES = {"movieId": pa.int64(), "title": pa.string(), "genres": pa.string()}


def transform(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Do the run of a Glue job: {"s3_input_path", "bucket", "s3_output_prefix", "ratings_resample_fraction"}.

    Returns how many rows were written. Raises TaskFailed.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _download(payload, folder)
        try:
            movies = _movies(folder / "movies.csv")
            report(0.2, "Drawing ratings")
            interactions = _interactions(folder / "ratings.csv", movies["movieId"], _fraction(payload))
        except (pa.ArrowInvalid, pa.ArrowKeyError) as wrong:
            raise TaskFailed(f"The ratings or films cannot be read: {wrong}") from wrong
        metadata = _metadata(movies, interactions["ITEM_ID"])
        report(0.8, "Writing")
        prefix = payload["s3_output_prefix"].rstrip("/")
        for table, key in ((interactions, "model_input/interactions.csv"), (metadata, "metadata/metadata.csv")):
            path = folder / Path(key).name
            csv.write_csv(table, path, csv.WriteOptions(quoting_style="needed"))
            upload(s3_client(payload["url"]), path, payload["bucket"], f"{prefix}/{key}")
    return {"interactions": len(interactions), "items": len(metadata)}


def _fraction(payload: dict[str, Any]) -> float:
    text = payload.get("ratings_resample_fraction", DEFAULT_FRACTION)
    try:
        fraction = float(text)
    except ValueError as wrong:
        raise TaskFailed(f"ratings_resample_fraction must be a number from 0 to 1, not {text}") from wrong
    if not 0 < fraction <= 1:
        raise TaskFailed(f"ratings_resample_fraction must be more than 0 and at most 1, not {text}")
    return fraction


def _download(payload: dict[str, Any], folder: Path) -> None:
    place = split_location(payload["s3_input_path"])
    if place is None:
        raise TaskFailed(f"s3_input_path must be s3://bucket/prefix, not {payload['s3_input_path']}")
    bucket, prefix = place
    s3 = s3_client(payload["url"])
    for name in ("movies.csv", "ratings.csv"):
        key = f"{prefix.rstrip('/')}/{name}"
        try:
            s3.download_file(bucket, key, str(folder / name))
        except ClientError as failure:
            raise TaskFailed(f"Reading s3://{bucket}/{key} failed: {failure.response['Error']['Message']}") from failure


def _movies(path: Path) -> pa.Table:
    options = csv.ConvertOptions(column_types=MOVIES, include_columns=list(MOVIES))
    return csv.read_csv(path, convert_options=options)


def _interactions(path: Path, known: pa.ChunkedArray[Any], fraction: float) -> pa.Table:
    """Return the drawn rows once each; only what was drawn is held in memory."""
    drawn = pa.Table.from_batches(list(_drawn(path, known, fraction)), schema=pa.schema(RATINGS.items()))
    distinct = drawn.group_by(list(RATINGS), use_threads=False).aggregate([])
    return pa.table(
        [distinct["movieId"], distinct["userId"], distinct["timestamp"]], ["ITEM_ID", "USER_ID", "TIMESTAMP"]
    )


def _drawn(path: Path, known: pa.ChunkedArray[Any], fraction: float) -> Iterator[pa.RecordBatch]:
    draw, items = np.random.default_rng(SEED), known.combine_chunks()
    options = csv.ConvertOptions(column_types=RATINGS, include_columns=list(RATINGS))
    for batch in csv.open_csv(path, convert_options=options):
        kept = compute.and_(pa.array(draw.random(len(batch)) < fraction), compute.is_in(batch["movieId"], items))
        yield batch.filter(kept)


def _metadata(movies: pa.Table, items: pa.ChunkedArray[Any]) -> pa.Table:
    found = movies.filter(compute.is_in(movies["movieId"], compute.unique(items)))
    return pa.table([found["title"], found["genres"], found["movieId"]], ["TITLE", "GENRES", "ITEM_ID"])
