"""The operations of Amazon Personalize: a module per resource, a function per operation, named as boto3 names it.

schemas, dataset_groups, datasets, dataset_import_jobs, dataset_export_jobs, data_deletion_jobs, tags; recipes,
solutions, solution_versions, campaigns, recommenders, event_trackers, filters, metric_attributions, batch_jobs;
runtime, events.
Shared by them: paging (Lists), labels (tags given at creation), states (what may be used or deleted,
quotas), locations (S3 paths), trained_models.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from local_personalize.application import Call
from local_personalize.operations import (
    batch_jobs,
    campaigns,
    data_deletion_jobs,
    dataset_export_jobs,
    dataset_groups,
    dataset_import_jobs,
    datasets,
    event_trackers,
    events,
    filters,
    metric_attributions,
    recipes,
    recommenders,
    runtime,
    schemas,
    solution_versions,
    solutions,
    tags,
)

Operation = Callable[[Call, dict[str, Any]], dict[str, Any]]

MODULES = (
    schemas,
    dataset_groups,
    datasets,
    dataset_import_jobs,
    dataset_export_jobs,
    data_deletion_jobs,
    tags,
    recipes,
    solutions,
    solution_versions,
    campaigns,
    recommenders,
    event_trackers,
    filters,
    metric_attributions,
    batch_jobs,
    runtime,
    events,
)
VERBS = ("create", "delete", "describe", "get", "list", "put", "start", "stop", "tag", "untag", "update")


def _collect() -> Iterator[tuple[str, Operation]]:
    for module in MODULES:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and name.split("_")[0] in VERBS:
                yield "".join(part.capitalize() for part in name.split("_")), function


OPERATIONS: dict[str, Operation] = dict(_collect())
"""What this endpoint can do: "CreateSchema" -> schemas.create_schema."""
