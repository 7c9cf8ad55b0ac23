"""Datasets: interactions, items, users, actions or action interactions of a dataset group, each of a schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from local_personalize import arns, avro, clock, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.avro import Schema
from local_personalize.errors import InvalidInputException, ResourceInUseException
from local_personalize.operations import labels, paging, states
from local_personalize.resources import Document, Resource

EVENT_INTERACTIONS = "EVENT_INTERACTIONS"
"""The dataset that an event tracker makes: a second name for the streamed events, which belong to Interactions too.

Programs of the service's first years describe and delete it. Those of today do not know it: it is not listed, has no
schema, and does not keep its group from being deleted.
"""


def create_dataset(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create an empty dataset; a group has one of each type, written in any case."""
    dataset_type = request["datasetType"].upper()
    if dataset_type not in avro.DATASET_TYPES:
        raise InvalidInputException(
            f"Invalid dataset type {request['datasetType']}. Use one of Interactions, Items, Users, "
            "Actions, Action_Interactions."
        )
    arn = arns.build(call.region, "dataset", arns.name_of(request["datasetGroupArn"]), dataset_type)

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        _schema_for(connection, request["schemaArn"], dataset_type, group)
        doc = {**request, "datasetArn": arn, "datasetType": dataset_type, "status": "ACTIVE", "_files": [], "_rows": 0}
        tags = doc.pop("tags", None)
        resources.insert(connection, Resource(arn, "dataset", group.arn, doc))
        labels.attach(connection, arn, tags)

    call.app.store.write(write)
    return {"datasetArn": arn}


def describe_dataset(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a dataset."""
    return {"dataset": resources.get(call.app.store.reader(), request["datasetArn"], "dataset").doc}


def list_datasets(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the datasets of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")

    def is_wanted(dataset: Resource) -> bool:
        return group in (None, dataset.parent) and not is_of_tracker(dataset)

    return paging.list_resources(call, request, "dataset", "datasets", is_wanted)


def update_dataset(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Replace the schema of a dataset by one with further fields, which the rows already there leave empty."""

    def write(connection: sqlite3.Connection) -> str:
        dataset = resources.get(connection, request["datasetArn"], "dataset")
        states.ensure_settled(dataset)
        _ensure_jobs_settled(connection, dataset)
        group = resources.get(connection, dataset.parent)
        new = _schema_for(connection, request["schemaArn"], dataset.doc["datasetType"], group)
        _ensure_extends(avro.parse(_text(connection, dataset.doc["schemaArn"])), new)
        now = clock.now()
        done = {"status": "ACTIVE", "creationDateTime": now, "lastUpdatedDateTime": now}
        changes = {
            "schemaArn": request["schemaArn"],
            "latestDatasetUpdate": {"schemaArn": request["schemaArn"], **done},
        }
        resources.update(connection, dataset.arn, changes)
        return dataset.arn

    return {"datasetArn": call.app.store.write(write)}


def delete_dataset(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a dataset with its data; not while it is imported, exported, trained from or rid of users."""

    def write(connection: sqlite3.Connection) -> None:
        dataset = resources.get(connection, request["datasetArn"], "dataset")
        states.ensure_settled(dataset)
        _ensure_jobs_settled(connection, dataset)
        for user in _users(connection, dataset.parent):
            if states.moves(user):
                raise ResourceInUseException(f"Resource Arn {dataset.arn} is in use by {user.arn}.")
        call.app.jobs.queue_deletion(connection, dataset)

    call.app.store.write(write)
    return {}


def ensure_event_interactions(connection: sqlite3.Connection, group: str, name: str) -> None:
    """Make the dataset of a group's event tracker, unless an earlier tracker did."""
    arn = f"{group.replace(':dataset-group/', ':dataset/')}/{EVENT_INTERACTIONS}"
    if resources.find(connection, arn) is None:
        described = {"name": name, "datasetArn": arn, "datasetGroupArn": group, "datasetType": EVENT_INTERACTIONS}
        doc: Document = {**described, "status": "ACTIVE", "_files": [], "_rows": 0}
        resources.insert(connection, Resource(arn, "dataset", group, doc))


def is_of_tracker(dataset: Resource) -> bool:
    """Tell whether a resource is the dataset that an event tracker made."""
    return dataset.kind == "dataset" and dataset.doc["datasetType"] == EVENT_INTERACTIONS


def _schema_for(connection: sqlite3.Connection, arn: str, dataset_type: str, group: Resource) -> Schema:
    """Return a schema that suits datasets of that type in that group, or raise InvalidInputException."""
    resource = resources.get(connection, arn, "schema")
    schema, domain = avro.parse(resource.doc["schema"]), group.doc.get("domain")
    if domain and dataset_type in (avro.ACTIONS, avro.ACTION_INTERACTIONS):
        raise InvalidInputException(f"A domain dataset group can have no dataset of type {dataset_type}.")
    if schema.dataset_type != dataset_type:
        raise InvalidInputException(
            f"The schema is for {schema.dataset_type}, not for datasets of type {dataset_type}."
        )
    if resource.doc.get("domain", domain) != domain:
        raise InvalidInputException(
            f"The domain of the schema, {resource.doc['domain']}, is not that of the dataset group, {domain or 'none'}."
        )
    avro.check_domain(schema, domain)
    return schema


def _ensure_extends(old: Schema, new: Schema) -> None:
    lost = [field.name for field in old.fields if new.field(field.name) is None]
    changed = [one.name for one in old.fields if (same := new.field(one.name)) and same.type != one.type]
    added = [field.name for field in new.fields if old.field(field.name) is None and not field.nullable]
    if lost or changed or added:
        raise InvalidInputException(
            "A new schema keeps the fields of the old one, with their types, and each field that it adds allows null. "
            f"Missing: {lost}. Of another type: {changed}. Without null: {added}."
        )


def _text(connection: sqlite3.Connection, schema: str) -> str:
    return str(resources.get(connection, schema, "schema").doc["schema"])


def _ensure_jobs_settled(connection: sqlite3.Connection, dataset: Resource) -> None:
    for job in resources.children(connection, dataset.arn):
        if states.moves(job):
            raise ResourceInUseException(f"Resource Arn {dataset.arn} is in use by {job.arn}.")


def _users(connection: sqlite3.Connection, group: str) -> Iterator[Resource]:
    """Yield what reads or writes the files of a group's datasets while it is being made."""
    for kind in ("recommender", "data-deletion-job"):
        yield from resources.children(connection, group, kind)
    for solution in resources.children(connection, group, "solution"):
        yield from resources.children(connection, solution.arn, "solution-version")


def _forget_data(app: Application, dataset: Resource) -> None:
    """Remove what was imported, replaced imports included, and what was put or streamed."""
    for job in resources.children(app.store.reader(), dataset.arn, "dataset-import-job"):
        (app.data / "imports" / job.doc["_file"]).unlink(missing_ok=True)

    def forget(connection: sqlite3.Connection) -> None:
        connection.execute("DELETE FROM put_records WHERE dataset = ?", (dataset.arn,))
        connection.execute("DELETE FROM events WHERE dataset_group = ?", (group_data.stream_of(dataset),))

    app.store.write(forget)


jobs.KINDS["dataset-deletion"] = jobs.deletion(_forget_data)
