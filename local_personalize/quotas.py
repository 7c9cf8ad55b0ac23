"""The quotas of Amazon Personalize (developer guide, page limits), all adjustable by one setting.

LOCAL_PERSONALIZE_QUOTAS='{"dataset-group": 100}' in the environment of the endpoint stands for AWS's request to raise
them. Rates and sizes in gigabytes are not limited here.
"""

from __future__ import annotations

import functools
import json
import os

SETTING = "LOCAL_PERSONALIZE_QUOTAS"

BY_SCOPE = {
    "a region": {"schema": 500, "dataset-group": 5},
    "a region, pending or in progress": {
        "dataset-import-job": 5,
        "dataset-export-job": 5,
        "data-deletion-job": 5,
        "batch-inference-job": 5,
        "batch-segment-job": 5,
        "solution-version": 20,
    },
    "a dataset group": {
        "solution": 10,
        "campaign": 5,
        "recommender": 5,
        "filter": 10,
        "filter-fields-of-group": 10,
        "event-types-and-columns": 10,  # of its interactions: distinct types, and columns that are optional
    },
    "a schema, fields of one's own": {
        "interactions-metadata": 5,
        "items-metadata": 100,
        "users-metadata": 25,
        "actions-metadata": 10,
        "action-interactions-metadata": 5,
    },
    "a training": {"considered-items": 750_000},
    "a value": {
        "category-characters": 1000,
        "text-characters": 20_000,
        "chinese-japanese-text-characters": 7000,
    },
    "a filter": {"filter-fields": 5},
    "a metric attribution": {"metrics": 10, "attribution-sources": 100},
    "a batch job": {"batch-input-files": 1000},
    "a file of a batch segment job, lines": {"segment-item-queries": 500, "segment-attribute-queries": 10},
    "a filter, newest interactions per user and event type": {
        "filter-interactions": 100,
        "filter-action-interactions": 300,
    },
}
"""How many there may be, by what has them."""

QUOTAS = {name: most for quotas in BY_SCOPE.values() for name, most in quotas.items()}


class QuotasError(ValueError):
    """The setting cannot be understood; the text says why."""


@functools.cache
def raised() -> dict[str, int]:
    """Return the quotas that the setting names. Raises QuotasError."""
    try:
        given = json.loads(os.environ.get(SETTING, "{}"))
    except ValueError as failure:
        raise QuotasError(f"{SETTING} is not JSON: {failure}") from failure
    if not isinstance(given, dict) or not all(type(value) is int and value >= 0 for value in given.values()):
        raise QuotasError(f'{SETTING} must be a JSON object of whole numbers, such as {{"dataset-group": 50}}')
    unknown = sorted(given.keys() - QUOTAS.keys())
    if unknown:
        raise QuotasError(f"{SETTING} has no {', '.join(unknown)}; it has {', '.join(QUOTAS)}")
    return given


def quota(name: str) -> int:
    """Return how many there may be."""
    return raised().get(name, QUOTAS[name])
