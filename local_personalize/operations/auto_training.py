"""Automatic training: solutions with performAutoTraining get a new version when their schedule says so.

On AWS the first automatic version starts within an hour of the solution's creation and others follow every 7 days, or
as the schedulingExpression says. Here too, but for one rule: without new data since the last version nothing is
trained, and without data at all neither.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading

from local_personalize import clock, group_data, resources
from local_personalize.application import Application
from local_personalize.errors import ServiceError
from local_personalize.operations import solution_versions, states
from local_personalize.resources import Resource

CHECK_SECONDS = 60.0
FIRST_SECONDS = 3000.0
"""After its creation a solution is first trained: within the hour, and late enough to train it by hand before."""

DAY_SECONDS = 86_400.0
DEFAULT_RATE = "rate(7 days)"

log = logging.getLogger(__name__)


def start(app: Application, stopping: threading.Event) -> None:
    """Look for solutions to train, now and every minute, in a thread that ends when told to stop."""
    threading.Thread(target=_watch, args=(app, stopping), name="auto-training", daemon=True).start()


def train_due(app: Application) -> list[str]:
    """Queue a version of every solution whose time has come; returns their ARNs."""
    connection = app.store.reader()
    return [
        arn
        for solution in resources.of_kind(connection, "solution")
        if is_due(connection, solution) and (arn := _train(app, solution)) is not None
    ]


def is_due(connection: sqlite3.Connection, solution: Resource) -> bool:
    """Tell whether the schedule of a solution wants a version now, and there is new data for it."""
    if not solution.doc["performAutoTraining"] or solution.doc["status"] != "ACTIVE":
        return False
    versions = resources.children(connection, solution.arn, "solution-version")
    if not versions:
        return clock.now() >= solution.doc["creationDateTime"] + FIRST_SECONDS and _has_data(connection, solution, 0.0)
    last = versions[-1].doc["creationDateTime"]
    fresh = _has_data(connection, solution, last, versions[-1].doc.get("_events", 0))
    return clock.now() >= last + _interval(solution) and not any(map(states.moves, versions)) and fresh


def _interval(solution: Resource) -> float:
    config = solution.doc.get("solutionConfig", {}).get("autoTrainingConfig", {})
    days = re.search(r"\d+", config.get("schedulingExpression", DEFAULT_RATE))
    assert days is not None
    return int(days[0]) * DAY_SECONDS


def _has_data(connection: sqlite3.Connection, solution: Resource, since: float, event: int = 0) -> bool:
    """Tell whether anything was imported, put or streamed into the solution's dataset group since then."""
    if group_data.last_event(connection, solution.parent) > event:
        return True
    sql = "SELECT 1 FROM put_records WHERE dataset = ? AND put > ? LIMIT 1"
    for dataset in resources.children(connection, solution.parent, "dataset"):
        jobs = resources.children(connection, dataset.arn, "dataset-import-job")
        if any(job.doc["status"] == "ACTIVE" and job.doc["lastUpdatedDateTime"] > since for job in jobs):
            return True
        if connection.execute(sql, (dataset.arn, since)).fetchone():
            return True
    return False


def _train(app: Application, solution: Resource) -> str | None:
    request = {"solutionArn": solution.arn}
    try:
        return app.store.write(
            lambda connection: solution_versions.queue_version(app, connection, request, automatic=True)
        )
    except ServiceError as refused:  # a quota, say: the next minute tries again
        log.warning("The automatic training of %s waits: %s", solution.arn, refused)
        return None


def _watch(app: Application, stopping: threading.Event) -> None:
    while True:
        try:
            train_due(app)
        except sqlite3.Error:  # a full disk, say; the next minute tries again
            log.exception("The state could not be read or written")
        if stopping.wait(CHECK_SECONDS):
            return
