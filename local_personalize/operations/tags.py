"""Tags of any resource."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import resources
from local_personalize.application import Call
from local_personalize.errors import InvalidInputException, TooManyTagKeysException
from local_personalize.operations import labels

UNTAGGED_KINDS = frozenset({"schema", "metric-attribution"})


def tag_resource(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Add tags to a resource."""

    def write(connection: sqlite3.Connection) -> None:
        labels.attach(connection, _taggable(connection, request), request["tags"])

    call.app.store.write(write)
    return {}


def untag_resource(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Remove tags from a resource."""

    if len(request["tagKeys"]) > labels.MOST_TAGS:
        raise TooManyTagKeysException(f"A request can name at most {labels.MOST_TAGS} tag keys.")

    def write(connection: sqlite3.Connection) -> None:
        labels.detach(connection, _taggable(connection, request), request["tagKeys"])

    call.app.store.write(write)
    return {}


def list_tags_for_resource(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the tags of a resource."""
    connection = call.app.store.reader()
    return {"tags": labels.attached(connection, _taggable(connection, request))}


def _taggable(connection: sqlite3.Connection, request: dict[str, Any]) -> str:
    resource = resources.get(connection, request["resourceArn"])
    if resource.kind in UNTAGGED_KINDS:
        raise InvalidInputException(f"Tags are not supported for the resource {resource.arn}.")
    return resource.arn
