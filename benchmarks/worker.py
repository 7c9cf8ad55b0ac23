"""Prints what a whole training costs a worker process, reading included: python -m benchmarks.worker ROWS...

The rows of benchmarks.training lie in a Parquet file as an import leaves them, in the order of time. A fresh process
does what a worker does for a solution version of aws-user-personalization: read, choose weights, train on nine tenths
of the users, evaluate, train on all, save. Memory is the peak of the whole process; "waited" is the longest time
between two reports of progress.
"""

from __future__ import annotations

import itertools
import json
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.training import peak, synthetic
from local_personalize import resources
from local_personalize.resources import Resource
from local_personalize.store import Store
from local_personalize.tasks import training

ARN = "arn:aws:personalize:us-east-1:123456789012"
GROUP = f"{ARN}:dataset-group/bench"
GROUP_ROWS = 300_000
TYPES: dict[str, pa.DataType] = {"USER_ID": pa.string(), "ITEM_ID": pa.string(), "TIMESTAMP": pa.int64()}
COLUMNS = pa.schema(TYPES)
FIELDS = [{"name": field.name, "type": "long" if field.type == pa.int64() else "string"} for field in COLUMNS]
NAMESPACE = "com.amazonaws.personalize.schema"
SCHEMA = {"type": "record", "name": "Interactions", "namespace": NAMESPACE, "fields": FIELDS, "version": "1.0"}
HEADER = "| rows | seconds (CPU) | peak MB | longest waited s, doing what | NDCG@25, own hits |"
RULE = "|---|---|---|---|---|"


def prepare(data: Path, rows: int) -> None:
    """Write the file, and the state that names it."""
    (data / "imports").mkdir(parents=True)
    interactions = synthetic(rows).interactions
    order = np.argsort(interactions.timestamps, kind="stable")
    users, items = np.array(interactions.user_ids), np.array(interactions.item_ids)
    with pq.ParquetWriter(data / "imports" / "bench.parquet", COLUMNS) as writer:
        for start in range(0, rows, GROUP_ROWS):
            chosen = order[start : start + GROUP_ROWS]
            cells = (
                users[interactions.users[chosen]],
                items[interactions.items[chosen]],
                interactions.timestamps[chosen],
            )
            writer.write_table(pa.Table.from_arrays([pa.array(column) for column in cells], schema=COLUMNS))
    schema, dataset = f"{ARN}:schema/bench", f"{ARN}:dataset/bench/INTERACTIONS"
    document = {"schemaArn": schema, "datasetType": "INTERACTIONS", "_files": ["bench.parquet"]}
    store = Store(data / "state.db")
    store.write(lambda state: resources.insert(state, Resource(schema, "schema", "", {"schema": json.dumps(SCHEMA)})))
    store.write(lambda state: resources.insert(state, Resource(GROUP, "dataset-group", "", {"status": "ACTIVE"})))
    store.write(lambda state: resources.insert(state, Resource(dataset, "dataset", GROUP, document)))
    store.close()


def train(data: Path, rows: int | str) -> str:
    """Train like a worker; return a row of the table, which begins with the number of rows or another name."""
    started, computed = time.perf_counter(), time.process_time()
    reports = [(0.0, "")]

    def report(_fraction: float, text: str) -> None:
        reports.append((time.perf_counter() - started, text))

    lists: dict[str, list[str]] = {"recipes": ["aws-user-personalization"], "events": []}
    settings: dict[str, object] = {"parameters": {}, "tune": None, "metric": "", "included": {}, "excluded": {}}
    result = training.run({"data": str(data), "group": GROUP, "model": "bench", **lists, **settings}, report)
    report(1, "")
    waits = [(after - before, text) for (before, text), (after, _) in itertools.pairwise(reports)]
    longest, doing = max(waits)
    taken, computed = time.perf_counter() - started, time.process_time() - computed
    ndcg = result["metrics"]["normalized_discounted_cumulative_gain_at_25"]
    name = f"{rows:,}" if isinstance(rows, int) else rows
    return f"| {name} | {taken:.1f} ({computed:.1f}) | {peak():,.0f} | {longest:.1f}, {doing} | {ndcg:.3f} |"


def main() -> None:
    """Measure each of the given numbers of rows in a process of its own."""
    print(HEADER, RULE, sep="\n")
    for rows in map(int, sys.argv[1:]):
        with tempfile.TemporaryDirectory() as folder:
            for work in (prepare, train):
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    row = pool.apply(work, (Path(folder) / "data", rows))
            print(row, flush=True)


if __name__ == "__main__":
    main()
