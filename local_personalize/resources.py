"""Reads and writes resources: documents in the shape that Describe shows, with an ARN, a kind and a parent.

Every function takes the connection, so that an operation can check, insert and queue in one transaction
(`app.store.write(lambda connection: ...)`) or read from `app.store.reader()`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_personalize import clock
from local_personalize.errors import ResourceAlreadyExistsException, ResourceNotFoundException

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource; doc is what Describe answers, including its own ARN, status, creation and update times."""

    arn: str
    kind: str
    parent: str
    doc: Document


def insert(connection: sqlite3.Connection, resource: Resource) -> None:
    """Add a resource; creationDateTime and lastUpdatedDateTime are set here. Raises ResourceAlreadyExistsException."""
    created = clock.now()
    doc = {**resource.doc, "creationDateTime": created, "lastUpdatedDateTime": created}
    try:
        connection.execute(
            "INSERT INTO resources (arn, kind, parent, created, doc) VALUES (?, ?, ?, ?, ?)",
            (resource.arn, resource.kind, resource.parent, created, json.dumps(doc)),
        )
    except sqlite3.IntegrityError as taken:
        message = f"Another resource with Amazon Resource Name (ARN) {resource.arn} already exists."
        raise ResourceAlreadyExistsException(message) from taken


def find(connection: sqlite3.Connection, arn: str, kind: str | None = None) -> Resource | None:
    """Return the resource with that ARN (and kind), or None."""
    row = connection.execute("SELECT * FROM resources WHERE arn = ?", (arn,)).fetchone()
    if row is None or (kind is not None and row["kind"] != kind):
        return None
    return _resource(row)


def get(connection: sqlite3.Connection, arn: str, kind: str | None = None) -> Resource:
    """Return the resource with that ARN, or raise ResourceNotFoundException."""
    resource = find(connection, arn, kind)
    if resource is None:
        raise ResourceNotFoundException(f"Resource Arn {arn} does not exist.")
    return resource


def children(connection: sqlite3.Connection, parent: str, kind: str | None = None) -> list[Resource]:
    """Return what lives directly in a resource, oldest first."""
    sql = "SELECT * FROM resources WHERE parent = ? AND (? IS NULL OR kind = ?) ORDER BY created, arn"
    return [_resource(row) for row in connection.execute(sql, (parent, kind, kind))]


def of_kind(connection: sqlite3.Connection, kind: str) -> list[Resource]:
    """Return all resources of a kind, oldest first."""
    sql = "SELECT * FROM resources WHERE kind = ? ORDER BY created, arn"
    return [_resource(row) for row in connection.execute(sql, (kind,))]


def count(connection: sqlite3.Connection, kind: str, parent: str | None = None) -> int:
    """Return how many resources of a kind there are, or live directly in another."""
    where, given = ("kind = ?", (kind,)) if parent is None else ("parent = ? AND kind = ?", (parent, kind))
    return int(connection.execute(f"SELECT count(*) FROM resources WHERE {where}", given).fetchone()[0])


def count_in_region(connection: sqlite3.Connection, kind: str, region: str) -> int:
    """Return how many resources of a kind a region has."""
    sql = "SELECT count(*) FROM resources WHERE kind = ? AND arn LIKE ?"
    return int(connection.execute(sql, (kind, f"arn:aws:personalize:{region}:%")).fetchone()[0])


def walk(connection: sqlite3.Connection, kind: str, after: tuple[float, str] | None = None) -> Iterator[Resource]:
    """Yield the resources of a kind, oldest first, read as asked for, those after a creation time and ARN."""
    sql = "SELECT * FROM resources WHERE kind = ? AND (created, arn) > (?, ?) ORDER BY created, arn"
    return (_resource(row) for row in connection.execute(sql, (kind, *(after or (0.0, "")))))


def update(connection: sqlite3.Connection, arn: str, changes: Mapping[str, Any], *, only_if: str | None = None) -> bool:
    """Merge changes into a resource (a value None removes the key) and set lastUpdatedDateTime.

    With only_if, do so only while its status is that one: compare-and-set. Returns whether it was done.
    """
    resource = find(connection, arn)
    if resource is None or (only_if is not None and resource.doc.get("status") != only_if):
        return False
    doc = {**resource.doc, **changes, "lastUpdatedDateTime": clock.now()}
    doc = {key: value for key, value in doc.items() if value is not None}
    connection.execute("UPDATE resources SET doc = ? WHERE arn = ?", (json.dumps(doc), arn))
    return True


def delete(connection: sqlite3.Connection, arn: str) -> None:
    """Remove a resource and its tags."""
    connection.execute("DELETE FROM resources WHERE arn = ?", (arn,))
    connection.execute("DELETE FROM tags WHERE arn = ?", (arn,))


def _resource(row: sqlite3.Row) -> Resource:
    return Resource(row["arn"], row["kind"], row["parent"], json.loads(row["doc"]))
