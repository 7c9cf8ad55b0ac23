"""What a dataset group holds: imported files, streamed events and put records, read for training and for filters."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from local_personalize import avro, interaction_columns, resources
from local_personalize.avro import Field
from local_personalize.interaction_columns import InteractionColumns
from local_personalize.recommenders.base import Progress, silent
from local_personalize.recommenders.dataset import Interactions, Table
from local_personalize.resources import Resource

Kind = Literal["Interactions", "Items", "Users", "Actions", "Action_Interactions"]

ID_COLUMNS: dict[Kind, str] = {
    "Interactions": "USER_ID",
    "Items": "ITEM_ID",
    "Users": "USER_ID",
    "Actions": "ACTION_ID",
    "Action_Interactions": "USER_ID",
}
CORE_COLUMNS = ("USER_ID", "ITEM_ID", "ACTION_ID", "TIMESTAMP", "EVENT_TYPE", "EVENT_VALUE")
UNFILTERED_COLUMNS = ("IMPRESSION", "RECOMMENDATION_ID")
NUMBERS = ("int", "long", "float", "double")
READING, SORTING = "Reading the data", "Sorting the data"

_EVENTS = """
WITH owners AS (
    SELECT session, max(user) AS user FROM events WHERE dataset_group = :group AND user <> session
    GROUP BY session HAVING count(DISTINCT user) = 1
)
SELECT coalesce(owners.user, events.user) AS user, item, type, sent, value, body
FROM events LEFT JOIN owners ON events.user = events.session AND owners.session = events.session
WHERE dataset_group = :group AND id <= :watermark AND item <> '' ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class History:
    """All interactions of a dataset group, with what filters may ask about them."""

    interactions: Interactions
    texts: Mapping[str, tuple[NDArray[np.int32], list[str]]]
    """Further string columns in the order of interactions: codes and what they stand for."""
    numbers: Mapping[str, NDArray[np.float64]]
    """Further number columns, NaN where empty."""
    watermark: int
    """The last streamed event in here."""


def dataset_of(connection: sqlite3.Connection, group: str, kind: Kind) -> Resource | None:
    """Return the dataset of a kind in a dataset group, or None."""
    arn = f"{group.replace(':dataset-group/', ':dataset/')}/{kind.upper()}"
    return resources.find(connection, arn, "dataset")


def stream_of(dataset: Resource) -> str:
    """Return what the streamed events of a dataset are kept under: its group, or for action interactions itself."""
    return dataset.arn if dataset.doc["datasetType"] == avro.ACTION_INTERACTIONS else dataset.parent


def last_event(connection: sqlite3.Connection, stream: str) -> int:
    """Return the number of the newest streamed event that is kept under an ARN, 0 without one."""
    row = connection.execute("SELECT max(id) FROM events WHERE dataset_group = ?", (stream,)).fetchone()
    return row[0] or 0


def fields_of(connection: sqlite3.Connection, dataset: Resource) -> dict[str, Field]:
    """Return the fields of a dataset's schema by name."""
    schema = resources.get(connection, dataset.doc["schemaArn"], "schema")
    return {field.name: field for field in avro.parse(schema.doc["schema"]).fields}


def read_history(
    connection: sqlite3.Connection, data: Path, group: str, kind: Kind = "Interactions", progress: Progress = silent
) -> History:
    """Read all interactions: imported ones, and those streamed so far; of action interactions, actions are the items.

    Events of an anonymous session go to the user who was seen in that session later.
    """
    dataset = dataset_of(connection, group, kind)
    stream = group if dataset is None else stream_of(dataset)
    fields = {} if dataset is None else fields_of(connection, dataset)
    extra = {name: field for name, field in fields.items() if name not in (*CORE_COLUMNS, *UNFILTERED_COLUMNS)}
    watermark = last_event(connection, stream)
    files = [data / "imports" / name for name in files_of(dataset)]
    streamed = connection.execute(_EVENTS, {"group": stream, "watermark": watermark}).fetchall()
    numbers = [name for name, field in extra.items() if field.type in NUMBERS]
    rows = len(streamed) + sum(interaction_columns.rows_of(path) for path in files)
    columns = InteractionColumns(rows, [name for name in extra if name not in numbers], numbers)
    for path in files:
        for chunk in interaction_columns.chunks(path, [*CORE_COLUMNS, *extra]):
            progress(columns.filled / rows, READING)
            columns.add(chunk)
    columns.add(_streamed(streamed, extra))
    progress(1, SORTING)
    found = columns.sorted()
    pa.default_memory_pool().release_unused()
    return History(found.interactions, found.texts, found.numbers, watermark)


def files_of(dataset: Resource | None) -> list[str]:
    """Return the imported files of a dataset, oldest first."""
    return [] if dataset is None else list(dataset.doc.get("_files", []))


def _streamed(rows: Sequence[sqlite3.Row], extra: Mapping[str, Field]) -> pa.Table:
    bodies = [json.loads(row["body"]).get("properties", {}) if extra else {} for row in rows]
    columns: dict[str, Any] = {
        "USER_ID": pa.array([row["user"] for row in rows], pa.string()).dictionary_encode(),
        "ITEM_ID": pa.array([row["item"] for row in rows], pa.string()).dictionary_encode(),
        "TIMESTAMP": pa.array([int(row["sent"]) for row in rows], pa.int64()),
        "EVENT_TYPE": pa.array([row["type"] for row in rows], pa.string()),
        "EVENT_VALUE": pa.array([row["value"] for row in rows], pa.float64()),
    }
    for name, field in extra.items():
        cells = [as_cell(body.get(name), field) for body in bodies]
        columns[name] = pa.array(cells, pa.float64() if field.type in NUMBERS else pa.string())
    return pa.table(columns)


def as_cell(value: object, field: Field) -> str | float | None:
    """Return a JSON value as a field holds it; what does not fit is missing."""
    if field.type not in NUMBERS:
        return None if value is None else str(value)
    return float(value) if isinstance(value, int | float) else None


def read_table(connection: sqlite3.Connection, data: Path, group: str, kind: Kind) -> Table | None:
    """Read the Items or the Users dataset with put records in it, or return None where there is none.

    A later file or a put record replaces the row with the same id.
    """
    dataset = dataset_of(connection, group, kind)
    if dataset is None:
        return None
    fields = fields_of(connection, dataset)
    id_column = ID_COLUMNS[kind]
    metadata = [field for name, field in fields.items() if name != id_column]
    ids, columns = list[str](), {field.name: list[str | float | None]() for field in metadata}
    for name in files_of(dataset):
        rows = pq.read_table(data / "imports" / name)
        ids.extend(map(str, rows[id_column].to_pylist()))
        for field in metadata:
            columns[field.name] += _cells(rows, field)
    for record in connection.execute("SELECT id, body FROM put_records WHERE dataset = ?", (dataset.arn,)):
        ids.append(record["id"])
        body = json.loads(record["body"])
        for field in metadata:
            columns[field.name].append(as_cell(body.get(field.name), field))
    newest = {row_id: row for row, row_id in enumerate(ids)}
    if len(newest) < len(ids):
        columns = {name: [cells[row] for row in newest.values()] for name, cells in columns.items()}
    return Table(list(newest), columns, frozenset(field.name for field in metadata if field.categorical))


def _cells(rows: pa.Table, field: Field) -> list[str | float | None]:
    """Return a column of a file as the field holds it; one that the file lacks is empty."""
    if field.name not in rows.column_names:
        return [None] * rows.num_rows
    column = rows[field.name]
    if field.type in NUMBERS and not pa.types.is_boolean(column.type):
        return list(column.cast(pa.float64(), safe=False).to_pylist())
    cells = column.to_pylist()
    return cells if pa.types.is_string(column.type) else [as_cell(cell, field) for cell in cells]
