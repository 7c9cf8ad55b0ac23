"""Exports a dataset to one CSV file in S3: what was imported in bulk, what was put or streamed, or both."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from local_personalize import avro
from local_personalize.avro import Field, Schema
from local_personalize.tasks.buckets import s3_client, upload
from local_personalize.tasks.csv_rows import ARROW_TYPES, arrow_schema
from local_personalize.worker import Report

pc: Any = pyarrow.compute  # its stubs tell apart more kinds of arrays than one function can take

EVENT_COLUMNS = {
    "USER_ID": "user",
    "ITEM_ID": "item",
    "ACTION_ID": "item",
    "TIMESTAMP": "sent",
    "EVENT_TYPE": "type",
    "EVENT_VALUE": "value",
}
"""Columns of Interactions and Action_Interactions datasets that have one of their own in the state."""

Row = dict[str, Any]


def run(payload: dict[str, Any], report: Report) -> dict[str, Any]:
    """Export {"state", "dataset", "stream", "schema", "files", "mode", "url", "bucket", "key"}; return {"rows"}."""
    schema = avro.parse(payload["schema"])
    report(0.0, "Reading the dataset")
    table = _table(payload, schema)
    report(0.5, f"Writing {table.num_rows:,} rows to S3")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        pacsv.write_csv(_escaped(table, schema), path, pacsv.WriteOptions(quoting_header="none"))  # type: ignore[call-arg]  # newer than its stubs
        upload(s3_client(payload["url"]), path, payload["bucket"], payload["key"])
    return {"rows": table.num_rows}


def _escaped(table: pa.Table, schema: Schema) -> pa.Table:
    """Double the backslashes of a table with texts, as an import of it reads them."""
    if not schema.has_texts:
        return table
    for place, field in enumerate(schema.fields):
        if field.type == "string":
            table = table.set_column(place, field.name, pc.replace_substring(table[field.name], "\\", "\\\\"))
    return table


def _table(payload: dict[str, Any], schema: Schema) -> pa.Table:
    """Return the rows, oldest first, each once; of both kinds together the newest of each item or user."""
    bulk, put = payload["mode"] in ("BULK", "ALL"), payload["mode"] in ("PUT", "ALL")
    parts = [_imported(Path(name), schema) for name in payload["files"] if bulk]
    if put:
        parts.append(_put(payload, schema))
    table = pa.concat_tables([arrow_schema(schema).empty_table(), *parts])
    one_each = payload["mode"] == "ALL" and schema.dataset_type not in avro.EVENTS
    return _distinct(table, list(avro.REQUIRED[schema.dataset_type]), "max") if one_each else _distinct(table)


def _distinct(table: pa.Table, by: list[str] | None = None, chosen: Literal["min", "max"] = "min") -> pa.Table:
    """Return the first (min) or last (max) of the rows that are equal in some columns, or in all, in their order."""
    numbered = table.append_column("", pa.array(range(table.num_rows), pa.int64()))  # no field has that name
    groups = numbered.group_by(by or table.column_names).aggregate([("", chosen)])
    return table.take(groups[f"_{chosen}"].combine_chunks().sort())


def _imported(path: Path, schema: Schema) -> pa.Table:
    """Read one imported file; fields that the schema got later are empty."""
    table = pq.read_table(path)
    columns = arrow_schema(schema)
    absent = [column for column in columns if column.name not in table.column_names]
    for column in absent:
        table = table.append_column(column, pa.nulls(table.num_rows, column.type))
    return table.select(columns.names)


def _put(payload: dict[str, Any], schema: Schema) -> pa.Table:
    with sqlite3.connect(f"{Path(payload['state']).as_uri()}?mode=ro", uri=True) as connection:
        connection.row_factory = sqlite3.Row
        events = schema.dataset_type in avro.EVENTS
        rows = list(_events(connection, payload["stream"]) if events else _records(connection, payload["dataset"]))
    connection.close()
    return pa.table([_column(rows, field) for field in schema.fields], schema=arrow_schema(schema))


def _events(connection: sqlite3.Connection, stream: str) -> Iterator[Row]:
    for event in connection.execute("SELECT * FROM events WHERE dataset_group = ? ORDER BY id", (stream,)):
        body = json.loads(event["body"])
        impression = "|".join(body.get("impression", [])) or None
        known = {column: event[name] for column, name in EVENT_COLUMNS.items()}
        further = {"IMPRESSION": impression, "RECOMMENDATION_ID": body.get("recommendationId")}
        yield {**further, **body.get("properties", {}), **known}


def _records(connection: sqlite3.Connection, dataset: str) -> Iterator[Row]:
    sql = "SELECT body FROM put_records WHERE dataset = ? ORDER BY put"
    return (json.loads(record["body"]) for record in connection.execute(sql, (dataset,)))


def _column(rows: Iterable[Row], field: Field) -> Any:
    """Return the values of a field as its type; what does not fit is empty."""
    cells = [row.get(field.name) for row in rows]
    if field.type == "string":
        return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    if field.type == "boolean":
        return pa.array([cell if isinstance(cell, bool) else None for cell in cells], pa.bool_())
    numbers = pa.array([float(cell) if isinstance(cell, int | float) else None for cell in cells], pa.float64())
    return numbers.cast(ARROW_TYPES[field.type], safe=False)
