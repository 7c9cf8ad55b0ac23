"""Runs of Glue jobs: a job with the arguments of the ratings-to-interactions script does that work in a worker process.

Scripts of Glue need Spark, which is not here. A job of other arguments fails and says so.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moto.core.utils import utcnow
from moto.glue import models
from moto.settings import test_server_mode_endpoint

from local_personalize.tasks import TaskFailed
from local_personalize.worker import Worker, WorkerBrokenError, WorkerDiedError

TASK = "local_personalize.tasks.ratings:transform"
ARGUMENTS = ("--s3_input_path", "--bucket", "--s3_output_prefix")
UNKNOWN = (
    f"Scripts of Glue need Spark, which is not on this machine. A job with the arguments {', '.join(ARGUMENTS)} "
    "turns ratings.csv and movies.csv into interactions.csv and metadata.csv."
)

log = logging.getLogger(__name__)


class JobRun(models.FakeJobRun):
    """One run of a Glue job, which moves on by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._state, self._failure = "STARTING", ""
        self._ended: datetime | None = None
        threading.Thread(target=self._work, name="glue", daemon=True).start()

    @property  # type: ignore[misc]
    def status(self) -> str:
        """Return the state as Glue names it."""
        return self._state

    def as_dict(self) -> dict[str, Any]:
        """Return what GetJobRun tells."""
        ended = self._ended or utcnow()
        told = {
            **super().as_dict(),
            "CompletedOn": self._ended,
            "ExecutionTime": int((ended - self.started_on).total_seconds()),
            "LogGroupName": "/aws-glue/jobs",
            "ErrorMessage": self._failure or None,
        }
        return {name: value for name, value in told.items() if value is not None}

    def _work(self) -> None:
        self._state = "RUNNING"
        try:
            _transform(self.arguments or {})
            state = "SUCCEEDED"
        except (TaskFailed, WorkerDiedError) as failure:
            state, self._failure = "FAILED", str(failure)
        except WorkerBrokenError:
            log.exception("The run %s of the Glue job %s broke", self.job_run_id, self.job_name)
            state, self._failure = "FAILED", "The run ended by an internal failure; see the endpoint's log."
        self._ended = self.modified_on = utcnow()
        self._state = state


def install() -> None:
    """Let jobs of moto's Glue run."""
    vars(models)["FakeJobRun"] = JobRun


def _transform(arguments: Mapping[str, str]) -> None:
    if not all(arguments.get(name) for name in ARGUMENTS):
        raise TaskFailed(UNKNOWN)
    payload = {name.removeprefix("--"): value for name, value in arguments.items()}
    worker = Worker()
    try:
        worker.run(TASK, {**payload, "url": test_server_mode_endpoint()}, lambda fraction, text: None)
    finally:
        worker.close()
