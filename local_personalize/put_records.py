"""Single items and users that were put after a training, as the models that do not know them need them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Mapping

from local_personalize import clock, group_data, pace
from local_personalize.avro import Field
from local_personalize.group_data import Kind, as_cell
from local_personalize.recommenders.dataset import Table
from local_personalize.resources import Resource

AWS_UPDATE_SECONDS = 7200.0
"""How often AWS takes new items into the models that explore (guide: maintaining-relevance)."""

Cells = Mapping[str, str | float | None]


def moment() -> float:
    """Return the time of the latest automatic update: now, or at AWS's pace the last of every two hours."""
    now = clock.now()
    return now if pace.pace() == pace.FAST else now - now % AWS_UPDATE_SECONDS


def newest_item(connection: sqlite3.Connection, group: str, since: float) -> float | None:
    """Return when the last item was put after a time and before the latest update, or None."""
    dataset = group_data.dataset_of(connection, group, "Items")
    sql = "SELECT max(put) FROM put_records WHERE dataset = ? AND put > ? AND put <= ?"
    arn = "" if dataset is None else dataset.arn
    found: float | None = connection.execute(sql, (arn, since, moment())).fetchone()[0]
    return found


def items_between(
    connection: sqlite3.Connection, group: str, since: float, until: float, known: Container[str]
) -> Table | None:
    """Return the items put after one time and up to another that are not known; None where there are none."""
    dataset = group_data.dataset_of(connection, group, "Items")
    if dataset is None:
        return None
    sql = "SELECT id, body FROM put_records WHERE dataset = ? AND put > ? AND put <= ? ORDER BY id"
    rows = [row for row in connection.execute(sql, (dataset.arn, since, until)) if row["id"] not in known]
    fields = _metadata(connection, dataset, "Items")
    cells = [_cells(row["body"], fields) for row in rows]
    columns = {name: [row[name] for row in cells] for name in fields}
    return Table([row["id"] for row in rows], columns) if rows else None


def user(connection: sqlite3.Connection, group: str, user_id: str | None) -> Cells | None:
    """Return the row of a user who was put, or None."""
    dataset = group_data.dataset_of(connection, group, "Users")
    if dataset is None:
        return None
    sql = "SELECT body FROM put_records WHERE dataset = ? AND id = ?"
    row = connection.execute(sql, (dataset.arn, user_id)).fetchone()
    return None if row is None else _cells(row["body"], _metadata(connection, dataset, "Users"))


def _metadata(connection: sqlite3.Connection, dataset: Resource, kind: Kind) -> dict[str, Field]:
    fields = group_data.fields_of(connection, dataset)
    return {name: field for name, field in fields.items() if name != group_data.ID_COLUMNS[kind]}


def _cells(body: str, fields: Mapping[str, Field]) -> Cells:
    record = json.loads(body)
    return {name: as_cell(record.get(name), field) for name, field in fields.items()}
