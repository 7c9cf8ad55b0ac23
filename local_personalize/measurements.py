"""The figures behind the metrics of a trained version: of the reported test users, and on request of every user."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from local_personalize import clock, jobs, resources
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException, ResourceNotFoundException
from local_personalize.jobs import JobKind, Statuses
from local_personalize.resources import Resource
from local_personalize.tasks.measurement import FILE

JOB = "measurement"
PART = "_measurement"
STATUSES = Statuses()
STOPPED = "CREATE STOPPED"
MOVING = (STATUSES.pending, STATUSES.in_progress)


def reported(app: Application, arn: str) -> dict[str, Any]:
    """Return the figures of the test users of a version or recommender, in columns."""
    return _read(app, _trained(app, arn), "evaluation.json")


def measure(app: Application, arn: str) -> dict[str, Any]:
    """Queue the measurement of a solution version on every user; while one is on its way there is no second."""

    def write(connection: sqlite3.Connection) -> dict[str, Any]:
        version = resources.get(connection, arn, "solution-version")
        if version.doc["status"] != "ACTIVE":
            raise InvalidInputException(f"{arn} is not ACTIVE: its status is {version.doc['status']}.")
        if version.doc.get(PART, {}).get("status") not in MOVING:
            resources.update(connection, arn, {PART: {"status": STATUSES.pending, "creationDateTime": clock.now()}})
            app.jobs.queue(connection, arn, JOB)
        return {"status": resources.get(connection, arn).doc[PART]["status"]}

    return app.store.write(write)


def stop(app: Application, arn: str) -> dict[str, Any]:
    """Stop the measurement of a version while it waits or runs; it can be asked for again."""

    def write(connection: sqlite3.Connection) -> dict[str, Any]:
        part = resources.get(connection, arn, "solution-version").doc.get(PART, {})
        if part.get("status") not in MOVING:
            raise InvalidInputException(f"No measurement of {arn} is waiting or running.")
        resources.update(connection, arn, {PART: {**part, "status": STOPPED}})
        connection.execute("DELETE FROM jobs WHERE arn = ? AND kind = ?", (arn, JOB))
        return {"status": STOPPED}

    answer = app.store.write(write)
    app.jobs.stop_job(arn)
    return answer


def measured(app: Application, arn: str) -> dict[str, Any]:
    """Return the status of that measurement, and once it is ACTIVE the figures of every user, in columns."""
    version = _trained(app, arn)
    part = version.doc.get(PART)
    if part is None:
        raise ResourceNotFoundException(f"{arn} was not measured on every user; POST asks for it.")
    figures = _read(app, version, FILE) if part["status"] == STATUSES.done else {}
    told = {name: part[name] for name in ("status", "failureReason", "creationDateTime") if name in part}
    return {**told, **figures}


def _trained(app: Application, arn: str) -> Resource:
    resource = resources.find(app.store.reader(), arn)
    if resource is None or not app.models.folder(resource.doc.get("_model", "")).joinpath("evaluation.json").is_file():
        raise ResourceNotFoundException(f"No trained model belongs to {arn}.")
    return resource


def _read(app: Application, resource: Resource, name: str) -> dict[str, Any]:
    path = app.models.folder(resource.doc["_model"]) / name
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def _prepare(app: Application, version: Resource) -> dict[str, Any]:
    return {"folder": str(app.models.folder(version.doc["_model"]))}


def _finish(app: Application, version: Resource, result: dict[str, Any]) -> dict[str, Any]:
    return result


jobs.KINDS[JOB] = JobKind(_prepare, "local_personalize.tasks.measurement:run", _finish, within=PART)
