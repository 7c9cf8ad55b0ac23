"""The steps of a job in the state, each in one transaction; a resource that moved on meanwhile is left alone."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_personalize import clock, resources
from local_personalize.resources import Document, Resource

if TYPE_CHECKING:
    from local_personalize.jobs import JobKind


@dataclass(frozen=True, slots=True)
class Job:
    """A job that was claimed to be run."""

    id: int
    arn: str
    kind: str
    attempts: int
    """This one included."""


def begin(connection: sqlite3.Connection, job: Job, kind: JobKind, wait: float = 0.0) -> Resource | None:
    """Set the resource in progress (it is already, the second time), or drop the job where it moved on.

    With a wait the job is put off by so many seconds after that, and None returned.
    """
    changes = {"status": kind.statuses.in_progress}
    if _move(connection, job.arn, kind, (kind.statuses.pending,), changes) and wait:
        sql = "UPDATE jobs SET state = 'queued', due = ?, attempts = attempts - 1 WHERE id = ?"
        connection.execute(sql, (clock.now() + wait, job.id))
        return None
    if _move(connection, job.arn, kind, (kind.statuses.in_progress,), changes):
        return resources.get(connection, job.arn)
    _drop(connection, job)
    return None


def finish(connection: sqlite3.Connection, job: Job, kind: JobKind, changes: Document | None) -> bool:
    """Merge the changes and set the resource done, or remove it where they are None; drop the job.

    Tell whether the resource is done now.
    """
    done = False
    if changes is None:
        _remove(connection, job.arn)
    elif done := _move(connection, job.arn, kind, (kind.statuses.in_progress,), {"status": kind.statuses.done}):
        resources.update(connection, job.arn, changes)
    _drop(connection, job)
    return done


def fail(connection: sqlite3.Connection, job: Job, kind: JobKind, reason: str) -> None:
    """Set the resource failed, with the reason, and drop the job."""
    changes = {"status": kind.statuses.failed, "failureReason": reason}
    _move(connection, job.arn, kind, (kind.statuses.pending, kind.statuses.in_progress), changes)
    _drop(connection, job)


def _move(connection: sqlite3.Connection, arn: str, kind: JobKind, before: tuple[str, ...], changes: Document) -> bool:
    """Merge changes into the part of the document that carries the status, if that is one of `before`."""
    resource = resources.find(connection, arn)
    if resource is None:
        return False
    part = resource.doc.get(kind.within, {}) if kind.within else resource.doc
    if part.get("status") not in before:
        return False
    if kind.within:
        changes = {kind.within: {**part, **changes, "lastUpdatedDateTime": clock.now()}}
    return resources.update(connection, arn, changes)


def _drop(connection: sqlite3.Connection, job: Job) -> None:
    connection.execute("DELETE FROM jobs WHERE id = ?", (job.id,))


def _remove(connection: sqlite3.Connection, arn: str) -> None:
    for child in resources.children(connection, arn):
        _remove(connection, child.arn)
    resources.delete(connection, arn)
