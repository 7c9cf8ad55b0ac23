"""Streamed data: what users do with items and actions, and single items, users and actions; acknowledged is on disk."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Mapping
from typing import Any

from local_personalize import clock, group_data, resources
from local_personalize.application import Call
from local_personalize.avro import LONGEST_ID, Field
from local_personalize.errors import InvalidInputException, ResourceNotFoundException
from local_personalize.group_data import ID_COLUMNS, NUMBERS, Kind
from local_personalize.long_texts import cut
from local_personalize.novelty import IMPLICIT
from local_personalize.operations import metric_attributions
from local_personalize.resources import Resource
from local_personalize.shown_lists import ShownLists

MOST_EVENT_BYTES = 10_240
INTEGER_BITS = {"int": 31, "long": 63}
ACTION_EVENTS = {"TAKEN": "Taken", "NOT_TAKEN": "Not Taken", "VIEWED": "Viewed"}
"""The event types that an action interaction may have, in the guide's spelling."""

_KEPT = ("recommendationId", "impression", "metricAttribution")
_INSERT_EVENT = """INSERT OR IGNORE INTO events (dataset_group, user, session, item, type, sent, value, body)
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""


def put_events(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Add events to a user's history; without a userId the session stands for the user. Same events count once."""
    group = _group_of(call, request["trackingId"])
    fields = group_data.fields_of(call.app.store.reader(), _events_dataset(call, group, "Interactions"))
    user, session = request.get("userId") or request["sessionId"], request["sessionId"]
    shown = call.app.shown
    rows = [(group, user, session, *_event(event, fields, shown)) for event in request["eventList"]]

    def write(connection: sqlite3.Connection) -> None:
        connection.executemany(_INSERT_EVENT, rows)
        metric_attributions.note_events(call.app, connection, group)

    call.app.store.write(write)
    return {}


def put_items(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Add items to an Items dataset, or replace those with the same ids."""
    return _put(call, request["datasetArn"], "Items", [(item["itemId"], item) for item in request["items"]])


def put_users(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Add users to a Users dataset, or replace those with the same ids."""
    return _put(call, request["datasetArn"], "Users", [(user["userId"], user) for user in request["users"]])


def put_actions(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Add actions to an Actions dataset, or replace those with the same ids."""
    return _put(call, request["datasetArn"], "Actions", [(action["actionId"], action) for action in request["actions"]])


def put_action_interactions(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Record what users did with actions; without a userId the session stands for the user."""
    connection = call.app.store.reader()
    dataset = _events_dataset(call, _group_of(call, request["trackingId"]), "Action_Interactions")
    fields, stream = group_data.fields_of(connection, dataset), group_data.stream_of(dataset)
    rows = [
        (stream, one.get("userId") or one["sessionId"], one["sessionId"], *_action_event(one, fields))
        for one in request["actionInteractions"]
    ]
    call.app.store.write(lambda writer: writer.executemany(_INSERT_EVENT, rows))
    return {}


def _group_of(call: Call, tracking_id: str) -> str:
    for tracker in resources.of_kind(call.app.store.reader(), "event-tracker"):
        if tracker.doc["trackingId"] == tracking_id and not tracker.doc["status"].startswith("DELETE"):
            return tracker.parent
    raise InvalidInputException(f"There is no event tracker with the tracking ID {tracking_id}.")


def _events_dataset(call: Call, group: str, kind: Kind) -> Resource:
    dataset = group_data.dataset_of(call.app.store.reader(), group, kind)
    if dataset is None:
        raise InvalidInputException(f"The dataset group {group} has no {kind} dataset to record events in.")
    return dataset


def _event(event: Mapping[str, Any], fields: Mapping[str, Field], shown: ShownLists) -> tuple[Any, ...]:
    """Return item, type, time, value and the rest of an event."""
    if len(json.dumps(event, ensure_ascii=False).encode()) > MOST_EVENT_BYTES:
        raise InvalidInputException(f"An event can have at most {MOST_EVENT_BYTES} bytes.")
    properties = _properties(event)
    item = _item_id(event.get("itemId") or properties.pop("itemId", ""))
    value = event.get("eventValue", properties.pop("eventValue", None))
    if value is not None and not _is_number(value):
        raise InvalidInputException("eventValue must be a number.")
    body = {key: event[key] for key in _KEPT if key in event}
    if "impression" not in event and (implied := shown.items_of(event.get("recommendationId", ""))):
        body[IMPLICIT] = list(implied)
    if properties:
        body["properties"] = _by_field(properties, fields)
    number = None if value is None else float(value)
    return item, event["eventType"], event["sentAt"], number, json.dumps(body, sort_keys=True)


def _item_id(value: object) -> str:
    """Return the id of an event's item, which properties may hold as a number."""
    text = str(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or len(text) > LONGEST_ID:
        raise InvalidInputException(f"itemId must be a string of at most {LONGEST_ID} characters.")
    return text


def _is_number(value: object) -> bool:
    """Tell whether a JSON value is a number that a double can hold."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= sys.float_info.max


def _action_event(event: Mapping[str, Any], fields: Mapping[str, Field]) -> tuple[Any, ...]:
    """Return action, type, time, no value and the rest of an action interaction."""
    event_type = ACTION_EVENTS.get(event["eventType"].upper().replace(" ", "_"))
    if event_type is None:
        raise InvalidInputException(f"eventType must be one of {', '.join(ACTION_EVENTS.values())}.")
    properties = _properties(event)
    body = {key: event[key] for key in _KEPT if key in event}
    if properties:
        body["properties"] = _by_field(properties, fields)
    return event["actionId"], event_type, event["timestamp"], None, json.dumps(body, sort_keys=True)


def _properties(entry: Mapping[str, Any]) -> dict[str, Any]:
    try:
        properties = json.loads(entry.get("properties") or "{}", parse_int=_integer)
        json.dumps(properties, ensure_ascii=False, allow_nan=False).encode()  # no infinite number, no half surrogate
    except (ValueError, RecursionError) as failure:
        raise InvalidInputException("Error parsing properties json") from failure
    if not isinstance(properties, dict):
        raise InvalidInputException("Error parsing properties json")
    return properties


def _integer(text: str) -> int:
    """Return a whole number that a double can hold, or raise ValueError."""
    number = int(text)
    if not _is_number(number):
        raise ValueError(f"{text[:20]}... is too large")
    return number


def _by_field(properties: Mapping[str, Any], fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return properties under the names of the schema: numRatings is NUM_RATINGS; unknown keys stay as they are."""
    names = {name.replace("_", "").lower(): name for name in fields}
    return {names.get(key.replace("_", "").lower(), key): value for key, value in properties.items()}


def _put(call: Call, arn: str, kind: Kind, entries: list[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    connection = call.app.store.reader()
    dataset = resources.get(connection, arn, "dataset")
    if dataset.doc["datasetType"] != kind.upper():
        raise InvalidInputException(f"The dataset {arn} is not of type {kind}.")
    if dataset.doc["status"].startswith("DELETE"):
        raise ResourceNotFoundException(f"Resource Arn {arn} does not exist.")
    fields = group_data.fields_of(connection, dataset)
    records = [(entry_id, _record(entry_id, entry, ID_COLUMNS[kind], fields)) for entry_id, entry in entries]
    call.app.store.write(lambda writer: _insert(writer, dataset, records))
    return {}


def _insert(connection: sqlite3.Connection, dataset: Resource, records: list[tuple[str, dict[str, Any]]]) -> None:
    now = clock.now()
    rows = [(dataset.arn, entry_id, json.dumps(record), now) for entry_id, record in records]
    connection.executemany("INSERT OR REPLACE INTO put_records (dataset, id, body, put) VALUES (?, ?, ?, ?)", rows)


def _record(entry_id: str, entry: Mapping[str, Any], id_column: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    """Return an item or a user by schema name, checked against the schema."""
    record = {**_by_field(_properties(entry), fields), id_column: entry_id}
    unknown = sorted(record.keys() - fields.keys())
    if unknown:
        raise InvalidInputException(f"The schema has no field for {', '.join(unknown)}.")
    for field in fields.values():
        value = record.get(field.name)
        if value is None and not field.nullable:
            raise InvalidInputException(f"The field {field.name} of {entry_id} is required.")
        if value is not None and not _fits(value, field):
            raise InvalidInputException(f"The field {field.name} of {entry_id} must be of type {field.type}.")
        if field.textual and isinstance(value, str):
            record[field.name] = cut(value)
        elif isinstance(value, str) and len(value) > field.longest:
            raise InvalidInputException(
                f"The field {field.name} of {entry_id} has more than {field.longest} characters."
            )
    return record


def _fits(value: object, field: Field) -> bool:
    if field.type == "boolean":
        return isinstance(value, bool)
    if field.type in NUMBERS:
        return _is_number(value) and (field.type not in INTEGER_BITS or _is_whole(value, INTEGER_BITS[field.type]))
    return isinstance(value, str)


def _is_whole(value: Any, bits: int) -> bool:
    return int(value) == value and not abs(int(value)) >> bits
