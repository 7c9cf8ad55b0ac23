"""Sends what a user watched, and finds the event tracker that takes it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from services.connection import Connection
from services.service_call import ServiceCall


@dataclass(frozen=True, slots=True)
class Tracker:
    """The event tracker of a dataset group; a group has at most one."""

    arn: str
    tracking_id: str


@dataclass(frozen=True, slots=True)
class SentEvent:
    """One event that was acknowledged."""

    user_id: str
    item_id: str
    event_type: str
    sent_at: datetime


def find_tracker(connection: Connection, dataset_group: str) -> Tracker | None:
    """Return the dataset group's tracker, or None while it has none. Raises ClientError."""
    personalize = connection.client("personalize")
    listed = personalize.get_paginator("list_event_trackers").paginate(datasetGroupArn=dataset_group)
    arn = next((found["eventTrackerArn"] for found in listed.search("eventTrackers[]")), None)
    if arn is None:
        return None
    described = personalize.describe_event_tracker(eventTrackerArn=arn)["eventTracker"]
    return Tracker(arn, described["trackingId"])


def put_event_call(tracker: Tracker, user_id: str, session_id: str, item_id: str, event_type: str) -> ServiceCall:
    """Return the PutEvents call for one event that happens now."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    event = {"eventId": str(uuid.uuid4()), "eventType": event_type, "itemId": item_id, "sentAt": now}
    members = {"trackingId": tracker.tracking_id, "userId": user_id, "sessionId": session_id, "eventList": [event]}
    return ServiceCall("personalize-events", "put_events", members)


def send(
    connection: Connection, tracker: Tracker, user_id: str, session_id: str, item_id: str, event_type: str
) -> SentEvent:
    """Report one event; when this returns, the service has it. Raises ClientError."""
    call = put_event_call(tracker, user_id, session_id, item_id, event_type)
    call.run(connection)
    return SentEvent(user_id, item_id, event_type, datetime.now(UTC))
