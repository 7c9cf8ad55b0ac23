"""Items that were put or imported after a training, and users that were put, for the models that do not know them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Container, Mapping
from pathlib import Path

import pyarrow.parquet as pq

from local_personalize import clock, group_data, pace, resources
from local_personalize.avro import Field
from local_personalize.group_data import ID_COLUMNS, Kind, as_cell
from local_personalize.recommenders.dataset import Table
from local_personalize.resources import Resource

AWS_UPDATE_SECONDS = 7200.0
"""How often AWS takes new items into the models that explore (guide: maintaining-relevance)."""

ITEM_ID = ID_COLUMNS["Items"]

Cells = Mapping[str, str | float | None]


def moment() -> float:
    """Return the time of the latest automatic update: now, or at AWS's pace the last of every two hours."""
    now = clock.now()
    return now if pace.pace() == pace.FAST else now - now % AWS_UPDATE_SECONDS


def newest_item(connection: sqlite3.Connection, group: str, since: float) -> float | None:
    """Return when the last item came after a time and before the latest update, or None."""
    dataset = group_data.dataset_of(connection, group, "Items")
    if dataset is None:
        return None
    until = moment()
    sql = "SELECT max(put) FROM put_records WHERE dataset = ? AND put > ? AND put <= ?"
    put: float | None = connection.execute(sql, (dataset.arn, since, until)).fetchone()[0]
    imported = [ended for ended, _ in _imports(connection, dataset, since, until)]
    return max([*imported, *([] if put is None else [put])], default=None)


def items_between(
    connection: sqlite3.Connection, data: Path, group: str, since: float, until: float, known: Container[str]
) -> Table | None:
    """Return the items that came after one time and up to another and are not known; None where there are none."""
    dataset = group_data.dataset_of(connection, group, "Items")
    if dataset is None:
        return None
    fields = _metadata(connection, dataset, "Items")
    found: dict[str, Cells] = {}
    for _, file in _imports(connection, dataset, since, until):
        found |= _imported(data / "imports" / file, fields, known)
    sql = "SELECT id, body FROM put_records WHERE dataset = ? AND put > ? AND put <= ? ORDER BY id"
    put = connection.execute(sql, (dataset.arn, since, until))
    found |= {row["id"]: _cells(row["body"], fields) for row in put if row["id"] not in known}
    columns = {name: [cells[name] for cells in found.values()] for name in fields}
    return Table(list(found), columns) if found else None


def user(connection: sqlite3.Connection, group: str, user_id: str | None) -> Cells | None:
    """Return the row of a user who was put, or None."""
    dataset = group_data.dataset_of(connection, group, "Users")
    if dataset is None:
        return None
    sql = "SELECT body FROM put_records WHERE dataset = ? AND id = ?"
    row = connection.execute(sql, (dataset.arn, user_id)).fetchone()
    return None if row is None else _cells(row["body"], _metadata(connection, dataset, "Users"))


def _imports(connection: sqlite3.Connection, dataset: Resource, since: float, until: float) -> list[tuple[float, str]]:
    """Return when imports between two times ended, and their files, oldest first; those that were replaced are gone."""
    if dataset.doc["lastUpdatedDateTime"] <= since:  # as nearly always: the jobs need not be read
        return []
    jobs = resources.children(connection, dataset.arn, "dataset-import-job")
    held = set(group_data.files_of(dataset))
    ended = [(job.doc["lastUpdatedDateTime"], job.doc["_file"]) for job in jobs if job.doc["_file"] in held]
    return sorted((when, file) for when, file in ended if since < when <= until)


def _imported(file: Path, fields: Mapping[str, Field], known: Container[str]) -> dict[str, Cells]:
    """Return the rows of a file by item, those of unknown items alone."""
    ids = pq.read_table(file, columns=[ITEM_ID])[ITEM_ID].to_pylist()
    places = [place for place, item_id in enumerate(ids) if item_id not in known]
    if not places:
        return {}
    rows = pq.read_table(file).take(places).to_pylist()
    return {row[ITEM_ID]: {name: as_cell(row.get(name), field) for name, field in fields.items()} for row in rows}


def _metadata(connection: sqlite3.Connection, dataset: Resource, kind: Kind) -> dict[str, Field]:
    fields = group_data.fields_of(connection, dataset)
    return {name: field for name, field in fields.items() if name != ID_COLUMNS[kind]}


def _cells(body: str, fields: Mapping[str, Field]) -> Cells:
    record = json.loads(body)
    return {name: as_cell(record.get(name), field) for name, field in fields.items()}
