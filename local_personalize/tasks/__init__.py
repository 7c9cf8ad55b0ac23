"""What runs in worker processes: imports.py, exports.py, training.py, batch.py.

A task is `run(payload, report) -> result`, JSON-able in and out; report(fraction, text) tells how far it is.
"""

from __future__ import annotations


class TaskFailed(Exception):  # noqa: N818  (an outcome, not a defect)
    """The job cannot succeed; the message becomes the resource's failureReason."""
