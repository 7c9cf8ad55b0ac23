"""Prints what trainings on strange data cost a worker process: python -m benchmarks.strange [CASE...]

As benchmarks.worker, on half a million interactions or a million that real data seldom resemble.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.worker import ARN, GROUP, HEADER, RULE, SCHEMA, train
from local_personalize import resources
from local_personalize.resources import Resource
from local_personalize.store import Store

pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

Places = NDArray[np.int64]
MILLION, HALF = 1_000_000, 500_000
FIRST, SECONDS = 1_600_000_000, 100_000_000


@dataclass(frozen=True, slots=True)
class Case:
    """Users and items of interactions by number, and how many items and users have metadata of a category each."""

    users: Callable[[np.random.Generator], Places]
    items: Callable[[np.random.Generator], Places]
    described_items: int = 0
    described_users: int = 0


def any_of(count: int, rows: int = HALF) -> Callable[[np.random.Generator], Places]:
    """Return what draws so many of count numbers."""
    return lambda draw: draw.integers(0, count, rows)


CASES = {
    "million-items": Case(any_of(5_000), any_of(MILLION), described_items=MILLION),
    "few-of-a-million-items": Case(any_of(100, 2_000), any_of(MILLION, 2_000), described_items=MILLION),
    "million-users": Case(lambda _: np.concatenate([np.arange(MILLION), np.arange(100)]), any_of(5_000, MILLION + 100)),
    "one-user": Case(
        lambda _: np.concatenate([np.zeros(HALF, dtype=np.int64), np.arange(100) // 2 + 1]), any_of(20_000, HALF + 100)
    ),
    "one-item": Case(any_of(5_000), any_of(1)),
    "million-described-users": Case(any_of(5_000), any_of(5_000), described_users=MILLION),
}


def prepare(data: Path, name: str) -> None:
    """Write the files, and the state that names them."""
    (data / "imports").mkdir(parents=True)
    case, draw = CASES[name], np.random.default_rng(0)
    users, items = case.users(draw), case.items(draw)
    times = pa.array(np.sort(FIRST + draw.integers(0, SECONDS, len(users))))
    columns = {"USER_ID": named("u", users), "ITEM_ID": named("i", items), "TIMESTAMP": times}
    tables: dict[str, tuple[pa.Table, dict[str, Any]]] = {"Interactions": (pa.table(columns), SCHEMA)}
    if case.described_items:
        tables["Items"] = described("Items", "ITEM_ID", case.described_items, draw)
    if case.described_users:
        tables["Users"] = described("Users", "USER_ID", case.described_users, draw)
    store = Store(data / "state.db")
    found = [Resource(GROUP, "dataset-group", "", {"status": "ACTIVE"})]
    for kind, (table, schema) in tables.items():
        pq.write_table(table, data / "imports" / f"{kind}.parquet")
        document = {"schemaArn": f"{ARN}:schema/{kind}", "datasetType": kind.upper(), "_files": [f"{kind}.parquet"]}
        found.append(Resource(f"{ARN}:schema/{kind}", "schema", "", {"schema": json.dumps(schema)}))
        found.append(Resource(f"{ARN}:dataset/bench/{kind.upper()}", "dataset", GROUP, document))
    for resource in found:
        store.write(partial(resources.insert, resource=resource))
    store.close()


def named(letter: str, numbers: Places) -> Any:
    """Return numbers as ids."""
    return pc.binary_join_element_wise(letter, pc.cast(pa.array(numbers), pa.string()), "")


def described(kind: str, id_column: str, rows: int, draw: np.random.Generator) -> tuple[pa.Table, dict[str, Any]]:
    """Return metadata in which no two rows share a category, and their schema."""
    ids = named(id_column[0].lower(), np.arange(rows))
    table = pa.table({id_column: ids, "CATEGORY": named("category ", draw.permutation(rows))})
    category = {"name": "CATEGORY", "type": ["null", "string"], "categorical": True}
    return table, {**SCHEMA, "name": kind, "fields": [{"name": id_column, "type": "string"}, category]}


def main() -> None:
    """Measure each of the given cases, or all, in a process of its own."""
    print(HEADER.replace("rows", "case"), RULE, sep="\n")
    for name in sys.argv[1:] or CASES:
        with tempfile.TemporaryDirectory() as folder:
            for work in (prepare, train):
                with multiprocessing.get_context("spawn").Pool(1) as pool:
                    row = pool.apply(work, (Path(folder) / "data", name))
            print(row, flush=True)


if __name__ == "__main__":
    main()
