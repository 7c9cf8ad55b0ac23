"""The operations of Amazon Personalize: a module per resource, a function per operation, named as boto3 names it.

schemas, dataset_groups, datasets, dataset_import_jobs, dataset_export_jobs, tags; recipes, solutions,
solution_versions, campaigns, recommenders, event_trackers, filters, batch_jobs; runtime, events.
Shared by them: paging (Lists), labels (tags given at creation), states (what may be deleted), locations (S3 paths).
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator
from typing import Any

from local_personalize.application import Call

Operation = Callable[[Call, dict[str, Any]], dict[str, Any]]

MODULES = (
    "schemas",
    "dataset_groups",
    "datasets",
    "dataset_import_jobs",
    "dataset_export_jobs",
    "tags",
    "recipes",
    "solutions",
    "solution_versions",
    "campaigns",
    "recommenders",
    "event_trackers",
    "filters",
    "batch_jobs",
    "runtime",
    "events",
)
VERBS = ("create", "delete", "describe", "get", "list", "put", "start", "stop", "tag", "untag", "update")


def _collect() -> Iterator[tuple[str, Operation]]:
    for name in MODULES:
        path = f"{__name__}.{name}"
        if importlib.util.find_spec(path) is None:
            continue
        module = importlib.import_module(path)
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == path and function_name.split("_")[0] in VERBS:
                yield "".join(part.capitalize() for part in function_name.split("_")), function


OPERATIONS: dict[str, Operation] = dict(_collect())
"""What this endpoint can do: "CreateSchema" -> schemas.create_schema."""
