"""Event trackers: where the events of a dataset group are sent to."""

from __future__ import annotations

import sqlite3
import uuid
from typing import Any

from local_personalize import arns, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import InvalidInputException
from local_personalize.jobs import JobKind, nothing_to_prepare
from local_personalize.operations import datasets, labels, paging, states
from local_personalize.resources import Document, Resource

KIND = "event-tracker"


def create_event_tracker(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create the event tracker of a dataset group, which can have one; events are taken at once."""
    tracking_id = str(uuid.uuid4())
    arn = arns.build(call.region, KIND, tracking_id.split("-")[0])

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        if resources.children(connection, group.arn, KIND):
            raise InvalidInputException(
                f"The dataset group {group.arn} has an event tracker already; there can be only one."
            )
        doc = {
            **request,
            "eventTrackerArn": arn,
            "accountId": arns.ACCOUNT,
            "trackingId": tracking_id,
            "status": "CREATE PENDING",
        }
        doc.pop("tags", None)
        resources.insert(connection, Resource(arn, KIND, group.arn, doc))
        labels.attach(connection, arn, request.get("tags"))
        datasets.ensure_event_interactions(connection, group.arn, request["name"])
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"eventTrackerArn": arn, "trackingId": tracking_id}


def describe_event_tracker(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe an event tracker."""
    return {"eventTracker": resources.get(call.app.store.reader(), request["eventTrackerArn"], KIND).doc}


def list_event_trackers(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the event trackers of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, KIND, "eventTrackers", lambda one: group in (None, one.parent))


def delete_event_tracker(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete an event tracker; the events stay, and the EVENT_INTERACTIONS dataset with them."""

    def write(connection: sqlite3.Connection) -> None:
        tracker = resources.get(connection, request["eventTrackerArn"], KIND)
        states.ensure_settled(tracker)
        call.app.jobs.queue_deletion(connection, tracker)

    call.app.store.write(write)
    return {}


def _finish(app: Application, tracker: Resource, payload: dict[str, Any]) -> Document:
    return {}


jobs.KINDS[KIND] = JobKind(nothing_to_prepare, None, _finish)
jobs.KINDS["event-tracker-deletion"] = jobs.deletion()
