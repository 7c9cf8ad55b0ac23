"""Filters: expressions that say what recommendations and segments may hold."""

from __future__ import annotations

import sqlite3
from typing import Any

from local_personalize import arns, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.avro import Field
from local_personalize.errors import InvalidInputException, LimitExceededException
from local_personalize.filtering import parsed
from local_personalize.filters.grammar import Condition, Filter, FilterError, Parameter
from local_personalize.group_data import NUMBERS, UNFILTERED_COLUMNS, Kind
from local_personalize.jobs import JobKind, nothing_to_prepare
from local_personalize.operations import labels, paging, states
from local_personalize.resources import Document, Resource

KIND = "filter"
MOST_FIELDS = 5
MOST_FIELDS_OF_GROUP = 10
_DATASETS: dict[str, Kind] = {
    "Interactions": "Interactions",
    "Items": "Items",
    "Users": "Users",
    "CurrentUser": "Users",
}


def create_filter(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create a filter out of an expression that fits the schemas of the group's datasets."""
    arn = arns.build(call.region, KIND, request["name"])
    try:
        tree = parsed(request["filterExpression"])
    except FilterError as failure:
        raise _invalid(str(failure)) from failure

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        states.ensure_settled(group)
        others = resources.children(connection, group.arn, KIND)
        states.ensure_room(KIND, len(others))
        _check_fields(connection, group.arn, tree)
        _check_quota(tree, others)
        doc = {**request, "filterArn": arn, "status": "CREATE PENDING"}
        doc.pop("tags", None)
        resources.insert(connection, Resource(arn, KIND, group.arn, doc))
        labels.attach(connection, arn, request.get("tags"))
        call.app.jobs.queue(connection, arn, KIND)

    call.app.store.write(write)
    return {"filterArn": arn}


def describe_filter(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Describe a filter."""
    return {"filter": resources.get(call.app.store.reader(), request["filterArn"], KIND).doc}


def list_filters(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """List the filters of the region, or of one dataset group."""
    group = request.get("datasetGroupArn")
    return paging.list_resources(call, request, KIND, "Filters", lambda one: group in (None, one.parent))


def delete_filter(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Delete a filter."""

    def write(connection: sqlite3.Connection) -> None:
        filter = resources.get(connection, request["filterArn"], KIND)
        states.ensure_settled(filter)
        call.app.jobs.queue_deletion(connection, filter)

    call.app.store.write(write)
    return {}


def _invalid(why: str) -> InvalidInputException:
    return InvalidInputException(f"Could not create filter. Invalid Expression: {why}")


def _check_fields(connection: sqlite3.Connection, group: str, tree: Filter) -> None:
    for condition in tree.conditions:
        dataset = group_data.dataset_of(connection, group, _DATASETS[condition.dataset])
        if dataset is None:
            raise _invalid(f"the dataset group has no {_DATASETS[condition.dataset]} dataset")
        fields = group_data.fields_of(connection, dataset)
        by_upper = {name.upper(): field for name, field in fields.items()}
        field = by_upper.get(condition.field)
        if field is None:
            known = ", ".join(sorted(set(fields) - set(UNFILTERED_COLUMNS)))
            raise _invalid(f"{condition.dataset} has no field {condition.field}; it has {known}")
        _check_type(condition, field)


def _check_type(condition: Condition, field: Field) -> None:
    name = f"{condition.dataset}.{field.name}"
    if field.type == "boolean":
        raise _invalid(f"{name} is of type boolean, which filters cannot use; use a string or a number")
    if field.textual or field.name in UNFILTERED_COLUMNS:
        raise _invalid(f"{name} holds text or lists, which filters cannot use")
    numeric = field.type in NUMBERS
    if not numeric and condition.operator not in ("IN", "NOT IN", "="):
        raise _invalid(f"{condition.operator} compares numbers, and {name} is of type {field.type}")
    if "*" in condition.values and (condition.dataset, field.name) != ("Interactions", "EVENT_TYPE"):
        raise _invalid("* can be used with Interactions.EVENT_TYPE only")
    given = [value for value in condition.values if not isinstance(value, Parameter)]
    if numeric and not all(isinstance(value, float) for value in given):
        raise _invalid(f"{name} is a number, and {given} is not")


def _check_quota(tree: Filter, others: list[Resource]) -> None:
    if len(tree.fields) > MOST_FIELDS:
        raise LimitExceededException(f"A filter can use at most {MOST_FIELDS} distinct dataset fields.")
    used = tree.fields.union(*(parsed(other.doc["filterExpression"]).fields for other in others))
    if len(used) > MOST_FIELDS_OF_GROUP:
        raise LimitExceededException(
            f"The filters of a dataset group can use at most {MOST_FIELDS_OF_GROUP} distinct dataset fields."
        )


def _finish(app: Application, filter: Resource, payload: dict[str, Any]) -> Document:
    return {}


jobs.KINDS[KIND] = JobKind(nothing_to_prepare, None, _finish)
jobs.KINDS["filter-deletion"] = jobs.deletion()
