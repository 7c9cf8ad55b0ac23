"""Filters: expressions that say what recommendations and segments may hold."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from local_personalize import arns, group_data, jobs, resources
from local_personalize.application import Application, Call
from local_personalize.avro import Field
from local_personalize.errors import InvalidInputException, LimitExceededException, ResourceInUseException
from local_personalize.filtering import parsed
from local_personalize.filters import rules
from local_personalize.filters.tree import Condition, CurrentItem, Filter, FilterError, Parameter, SymbolError
from local_personalize.group_data import NUMBERS, UNFILTERED_COLUMNS, Kind
from local_personalize.jobs import JobKind, nothing_to_prepare
from local_personalize.operations import labels, paging, states
from local_personalize.quotas import quota
from local_personalize.resources import Document, Resource

KIND = "filter"
_DATASETS: dict[str, Kind] = {
    "Interactions": "Interactions",
    "Items": "Items",
    "Users": "Users",
    "Actions": "Actions",
    "Action_Interactions": "Action_Interactions",
    "CurrentUser": "Users",
}


def create_filter(call: Call, request: dict[str, Any]) -> dict[str, Any]:
    """Create a filter out of an expression that fits the schemas of the group's datasets."""
    arn = arns.build(call.region, KIND, request["name"])
    try:
        tree = parsed(request["filterExpression"])
        rules.check(tree)
    except SymbolError as failure:
        raise InvalidInputException(f"Could not create filter. Invalid input symbol: {failure}") from failure
    except FilterError as failure:
        raise _invalid(str(failure)) from failure

    def write(connection: sqlite3.Connection) -> None:
        group = resources.get(connection, request["datasetGroupArn"], "dataset-group")
        _ensure_usable(group)
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
        for job in _batch_jobs(connection):
            if states.moves(job) and job.doc.get("filterArn") == filter.arn:
                raise ResourceInUseException(f"Resource Arn {filter.arn} is in use by {job.arn}.")
        call.app.jobs.queue_deletion(connection, filter)

    call.app.store.write(write)
    return {}


def _batch_jobs(connection: sqlite3.Connection) -> Iterator[Resource]:
    for kind in ("batch-inference-job", "batch-segment-job"):
        yield from resources.of_kind(connection, kind)


def _ensure_usable(group: Resource) -> None:
    """Raise InvalidInputException while the group is made or deleted: CreateFilter knows no ResourceInUseException."""
    if states.moves(group):
        raise InvalidInputException(f"Resource Arn {group.arn} is in {group.doc['status']} state.")


def _invalid(why: str) -> InvalidInputException:
    return InvalidInputException(f"Could not create filter. Invalid Expression: {why}")


def _check_fields(connection: sqlite3.Connection, group: str, tree: Filter) -> None:
    for condition in tree.conditions:
        fields = _fields_of(connection, group, condition.dataset)
        field = _named(fields, condition.dataset, condition.field)
        _check_type(condition, field)
        for name in condition.current_fields:
            _check_pair(condition, field, _named(fields, "CurrentItem", name))


def _fields_of(connection: sqlite3.Connection, group: str, name: str) -> Mapping[str, Field]:
    dataset = group_data.dataset_of(connection, group, _DATASETS[name])
    if dataset is None:
        raise _invalid(f"the dataset group has no {_DATASETS[name]} dataset")
    return group_data.fields_of(connection, dataset)


def _named(fields: Mapping[str, Field], dataset: str, name: str) -> Field:
    field = {known.upper(): field for known, field in fields.items()}.get(name)
    if field is None:
        known = ", ".join(sorted(set(fields) - set(UNFILTERED_COLUMNS)))
        raise _invalid(f"{dataset} has no field {name}; it has {known}")
    if field.type == "boolean":
        raise _invalid(f"{dataset}.{name} is of type boolean, which filters cannot use; use a string or a number")
    if field.textual or field.name in UNFILTERED_COLUMNS:
        raise _invalid(f"{dataset}.{name} holds text or lists, which filters cannot use")
    return field


def _check_type(condition: Condition, field: Field) -> None:
    name = f"{condition.dataset}.{field.name}"
    numeric = field.type in NUMBERS
    if not numeric and condition.operator not in ("IN", "NOT IN", "=", "!="):
        raise _invalid(f"{condition.operator} compares numbers, and {name} is of type {field.type}")
    given = [value for value in condition.values if not isinstance(value, Parameter | CurrentItem)]
    if numeric and not all(isinstance(value, float) for value in given):
        raise _invalid(f"{name} is a number, and {given} is not")


def _check_pair(condition: Condition, field: Field, current: Field) -> None:
    if (field.type in NUMBERS) != (current.type in NUMBERS):
        raise _invalid(f"{condition.dataset}.{field.name} and CurrentItem.{current.name} are not of the same type")


def _check_quota(tree: Filter, others: list[Resource]) -> None:
    most = quota("filter-fields")
    if len(tree.fields) > most:
        raise LimitExceededException(f"A filter can use at most {most} distinct dataset fields.")
    most = quota("filter-fields-of-group")
    if len(tree.fields.union(*(parsed(other.doc["filterExpression"]).fields for other in others))) > most:
        raise LimitExceededException(f"The filters of a dataset group can use at most {most} distinct dataset fields.")


def _finish(app: Application, filter: Resource, payload: dict[str, Any]) -> Document:
    return {}


jobs.KINDS[KIND] = JobKind(nothing_to_prepare, None, _finish)
jobs.KINDS["filter-deletion"] = jobs.deletion()
