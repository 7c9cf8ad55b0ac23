"""Dataset groups: the containers of datasets, solutions and all that is made of them."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.errors import ResourceInUseException
from local_personalize.operations import datasets, labels, paging, states
from local_personalize.resources import Resource

LEAVE_WITH_GROUP = ("filter", "data-deletion-job")
"""What lives in a group without keeping it from being deleted."""


def create_dataset_group(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create a dataset group, custom or for a domain; it can be used at once."""
    arn = arns.build(call.region, "dataset-group", request["name"])
    doc = {**request, "datasetGroupArn": arn, "status": "ACTIVE"}
    tags = doc.pop("tags", None)

    def write(connection: sqlite3.Connection) -> None:
        states.ensure_room("dataset-group", resources.count_in_region(connection, "dataset-group", call.region))
        resources.insert(connection, Resource(arn, "dataset-group", "", doc))
        labels.attach(connection, arn, tags)

    call.app.store.write(write)
    return {key: doc[key] for key in ("datasetGroupArn", "domain") if key in doc}


def describe_dataset_group(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a dataset group."""
    group = resources.get(call.app.store.reader(), request["datasetGroupArn"], "dataset-group")
    return {"datasetGroup": group.doc}


def list_dataset_groups(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the dataset groups of the region."""
    return paging.list_resources(call, request, "dataset-group", "datasetGroups")


def delete_dataset_group(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a dataset group that holds nothing but filters."""

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        held = [one.arn for one in resources.children(connection, group.arn) if not _leaves_with_group(one)]
        if held:
            raise ResourceInUseException(f"Resource Arn {group.arn} is in use; delete first: {', '.join(held)}.")
        call.app.jobs.queue_deletion(connection, group)

    call.app.store.write(write)
    return {}


def _leaves_with_group(resource: Resource) -> bool:
    return resource.kind in LEAVE_WITH_GROUP or datasets.is_of_tracker(resource)


def _forget_events(app: Application, group: Resource) -> None:
    """Remove the streamed events, which outlive their tracker but not their group."""
    app.store.write(lambda connection: connection.execute("DELETE FROM events WHERE dataset_group = ?", (group.arn,)))


jobs.KINDS["dataset-group-deletion"] = jobs.deletion(_forget_events)
