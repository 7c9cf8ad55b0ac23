"""Adds up the metrics of a metric attribution in windows of 15 minutes: as CSV to S3, and to CloudWatch.

Of streamed events there is one file for each 15 minutes in which they arrived, written anew as more of them arrive;
an import job that publishes its metrics writes a file of its own. CloudWatch gets what was streamed or imported with
the mode INCREMENTAL (guide: metric-attribution-results).
"""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from botocore.exceptions import ClientError

from local_personalize import attribution, group_data
from local_personalize.attribution import UNDEFINED, WINDOW_SECONDS
from local_personalize.quotas import quota
from local_personalize.tasks import TaskFailed, cloudwatch
from local_personalize.tasks.buckets import s3_client
from local_personalize.worker import Report

HEADER = ("METRIC_NAME", "EVENT_TYPE", "VALUE", "MATH_FUNCTION", "EVENT_ATTRIBUTION_SOURCE", "TIMESTAMP")
BATCH_ROWS = 100_000
_EVENTS = "SELECT item, type, sent, value, body FROM events WHERE dataset_group = ? AND id > ? AND id <= ? ORDER BY id"


@dataclass(frozen=True, slots=True)
class Sample:
    """One event: its source, and its columns by schema name."""

    event_type: str
    item_id: str
    timestamp: float
    source: str
    columns: Mapping[str, Any]


Metric = Mapping[str, str]
Key = tuple[str, str, str, str, int]
"""Metric, event type, function, source and the second at which the window begins."""


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Publish the streamed events {"from", "to"} to S3, and those after {"counted"} of them to CloudWatch.

    The rest of the payload is {"data", "group", "metrics", "sources", "url", "s3": {"bucket", "key"} or None,
    "cloudwatch": region or None}. Returns {"to"}.
    """
    with sqlite3.connect(f"{Path(payload['data'], 'state.db').as_uri()}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        found, fresh = (
            connection.execute(_EVENTS, (payload["group"], payload[first], payload["to"])).fetchall()
            for first in ("from", "counted")
        )
    connection.close()
    report(0.2, f"Adding up {len(found):,} events")
    items = _items(payload)
    if payload["s3"]:
        _write(payload, _totals(payload, found, items))
    if payload["cloudwatch"]:
        cloudwatch.put(payload["url"], payload["cloudwatch"], payload["group"], _totals(payload, fresh, items))
    return {"to": payload["to"]}


def publish_import(payload: Mapping[str, Any], path: Path) -> None:
    """Publish the interactions of an imported file."""
    with pq.ParquetFile(path) as file:
        rows = (row for batch in file.iter_batches(BATCH_ROWS) for row in batch.to_pylist())
        samples = (_imported(row, payload["sources"]) for row in rows)
        totals = add_up(samples, payload["metrics"], _items(payload))
    if payload["s3"]:
        _write(payload, totals)
    if payload["cloudwatch"]:
        cloudwatch.put(payload["url"], payload["cloudwatch"], payload["group"], totals)


def _totals(
    payload: Mapping[str, Any], rows: Iterable[sqlite3.Row], items: Mapping[str, Mapping[str, Any]]
) -> dict[Key, float]:
    return add_up((_streamed(row, payload["sources"]) for row in rows), payload["metrics"], items)


def _write(payload: Mapping[str, Any], totals: Mapping[Key, float]) -> None:
    bucket, key = payload["s3"]["bucket"], payload["s3"]["key"]
    body = io.StringIO(newline="")
    writer = csv.writer(body, lineterminator="\n")
    writer.writerow(HEADER)
    for (name, event_type, function, source, window), value in sorted(totals.items()):
        writer.writerow((name, event_type, value, function, source, window))
    try:
        s3_client(payload["url"]).put_object(Bucket=bucket, Key=key, Body=body.getvalue())
    except ClientError as failure:
        reason = failure.response["Error"]["Message"]
        raise TaskFailed(f"Writing s3://{bucket}/{key} failed: {reason}") from failure


def add_up(
    samples: Iterable[Sample], metrics: Sequence[Metric], items: Mapping[str, Mapping[str, Any]]
) -> dict[Key, float]:
    """Return the totals; sources after the hundredth count as undefined, and an empty cell adds nothing.

    Event types are compared without regard to case; the total's is the metric's.
    """
    by_type: dict[str, list[Metric]] = defaultdict(list)
    for metric in metrics:
        by_type[metric["eventType"].lower()].append(metric)
    totals: dict[Key, float] = defaultdict(float)
    sources = {UNDEFINED}
    for sample in samples:
        source = (
            sample.source if sample.source in sources or len(sources) <= quota("attribution-sources") else UNDEFINED
        )
        sources.add(source)
        window = int(sample.timestamp // WINDOW_SECONDS) * WINDOW_SECONDS
        for metric in by_type.get(sample.event_type.lower(), ()):
            summed = attribution.parse(metric["expression"]) or attribution.Summed()
            cells = items.get(sample.item_id, {}) if summed.dataset == "Items" else sample.columns
            key = (metric["metricName"], metric["eventType"], summed.function, source, window)
            totals[key] += float(cells.get(summed.column) or 0.0) if summed.column else 1.0
    return dict(totals)


def _streamed(row: sqlite3.Row, sources: Sequence[str]) -> Sample:
    body = json.loads(row["body"])
    named = body.get("metricAttribution", {}).get("eventAttributionSource")
    columns = {**body.get("properties", {}), "EVENT_VALUE": row["value"]}
    numbers = {name: cell for name, cell in columns.items() if isinstance(cell, int | float)}
    return Sample(row["type"], row["item"], row["sent"], _source(named, body.get("recommendationId"), sources), numbers)


def _imported(row: dict[str, Any], sources: Sequence[str]) -> Sample:
    source = _source(row.get("EVENT_ATTRIBUTION_SOURCE"), row.get("RECOMMENDATION_ID"), sources)
    return Sample(row.get("EVENT_TYPE") or "", row["ITEM_ID"], row["TIMESTAMP"], source, row)


def _source(named: str | None, recommendation: str | None, sources: Sequence[str]) -> str:
    """Return the source that an event names, else the campaign that its recommendation came from."""
    return named or (attribution.source_of(recommendation, sources) if recommendation else None) or UNDEFINED


def _items(payload: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the item columns that the metrics sum, by item."""
    wanted = {summed.column for summed in _summed(payload["metrics"]) if summed.dataset == "Items"}
    if not wanted:
        return {}
    data = Path(payload["data"])
    with sqlite3.connect(f"{(data / 'state.db').as_uri()}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        table = group_data.read_table(connection, data, payload["group"], "Items")
    connection.close()
    if table is None:
        return {}
    columns = {name: column for name, column in table.columns.items() if name in wanted}
    return {one: {name: column[row] for name, column in columns.items()} for row, one in enumerate(table.ids)}


def _summed(metrics: Sequence[Metric]) -> Iterator[attribution.Summed]:
    return (found for metric in metrics if (found := attribution.parse(metric["expression"])))
