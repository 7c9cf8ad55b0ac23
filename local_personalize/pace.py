"""How long jobs take at least: as fast as this machine can, or as on AWS, for rehearsing a demonstration.

LOCAL_PERSONALIZE_PACE in the environment of the endpoint is "fast" (the default) or "aws". With "aws" a job stays
pending and in progress for about as long as the service usually takes; what it computes is the same.
"""

from __future__ import annotations

import functools
import os

SETTING = "LOCAL_PERSONALIZE_PACE"
FAST, AWS = "fast", "aws"

AWS_PENDING_SECONDS = 15.0
AWS_SECONDS = {
    "dataset-import-job": 300.0,
    "dataset-export-job": 240.0,
    "data-deletion-job": 300.0,
    "solution-version": 1500.0,
    "recommender": 1500.0,
    "recommender-update": 600.0,
    "campaign": 480.0,
    "campaign-update": 300.0,
    "batch-inference-job": 900.0,
    "batch-segment-job": 900.0,
    "event-tracker": 10.0,
    "metric-attribution": 10.0,
    "filter": 20.0,
}
"""Seconds in progress of small data sets; the service takes longer for larger ones."""


@functools.cache
def pace() -> str:
    """Return the pace that was set; raises ValueError for one that is unknown."""
    chosen = os.environ.get(SETTING) or FAST
    if chosen not in (FAST, AWS):
        raise ValueError(f"{SETTING} must be {FAST} or {AWS}, not {chosen}")
    return chosen


def pending_seconds(fast: float) -> float:
    """Return how long a new resource stays pending."""
    return fast if pace() == FAST else max(fast, AWS_PENDING_SECONDS)


def working_seconds(kind: str) -> float:
    """Return how long a job of a kind is in progress before it is done in fact."""
    return 0.0 if pace() == FAST else AWS_SECONDS.get(kind, 0.0)
