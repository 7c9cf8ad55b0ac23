"""The job queue: moves resources through their statuses while imports, trainings and deployments run.

    queued --due--> prepare (endpoint) --> task (worker process) --> finish (endpoint) --> done, or failed with a reason

A job is a row in the state, queued in the transaction that inserted its resource. What a crash or a worker's death
left running is run once more. Every change of status is compare-and-set: a resource that was stopped or removed
meanwhile drops its job.
"""

from __future__ import annotations

import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local_personalize import clock, pace, resources, transitions
from local_personalize.errors import ServiceError
from local_personalize.resources import Document, Resource
from local_personalize.tasks import TaskFailed
from local_personalize.tasks.publish import sweep
from local_personalize.transitions import Job
from local_personalize.worker import Worker, WorkerDiedError

if TYPE_CHECKING:
    from local_personalize.application import Application
    from local_personalize.store import Store

PENDING_SECONDS = 0.4
"""How long a resource stays pending, so that the first Describe after its creation sees it so."""

DELETION_SECONDS = 0.15
ATTEMPTS = 2
POLL_SECONDS = 0.05
AWAKE_SECONDS = 5.0
"""How long after a job was queued the threads look for due ones that often; later they doze, to spare the machine."""

DOZE_SECONDS = 1.0
CLOSE_SECONDS = 2.0
LOCAL_JOBS = 3
"""Jobs without a task (deployments, deletions) that run at once, in threads of the endpoint."""

WARMED = ("local_personalize.tasks.imports", "local_personalize.tasks.training", "pandas")
"""What a worker imports before its first job, in the order in which newcomers need it; pyarrow asks for pandas."""

FREE = """NOT EXISTS (SELECT 1 FROM jobs AS other
                          WHERE other.kind = jobs.kind AND other.state = 'running' AND other.kind IN ({alone}))"""
"""Whether a job may run beside those that run."""

DIED = "The process that ran this job ended unexpectedly, twice. It may need more memory than this machine has."
CUT_OFF = "Local Personalize ended unexpectedly while this job ran, twice, so it was given up. Start it again."
BROKEN = "The job ended because of an internal failure; the endpoint's log has the details."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Statuses:
    """The names of the four stations of one kind of job."""

    pending: str = "CREATE PENDING"
    in_progress: str = "CREATE IN_PROGRESS"
    done: str = "ACTIVE"
    failed: str = "CREATE FAILED"


DELETE = Statuses("DELETE PENDING", "DELETE IN_PROGRESS", "DELETED", "ACTIVE")


def nothing_to_prepare(app: Application, resource: Resource) -> dict[str, Any]:
    """Prepare an empty payload."""
    return {}


def nothing_follows(app: Application, connection: sqlite3.Connection, arn: str) -> None:
    """Let a job that is done be the end of it."""


@dataclass(frozen=True, slots=True)
class JobKind:
    """What one kind of job does; prepare, task and finish may run again after a crash."""

    prepare: Callable[[Application, Resource], dict[str, Any]]
    """Returns the JSON-able payload; raise TaskFailed or a ServiceError to fail the job."""
    task: str | None
    """"module:function" for a worker process; None hands the payload straight to finish, in a thread."""
    finish: Callable[[Application, Resource, dict[str, Any]], Document | None]
    """Turns the result into changes of the document, merged as the job is done; None removes the resource."""
    statuses: Statuses = Statuses()
    within: str = ""
    """The member of the document that carries the status ("latestCampaignUpdate"); "" is the document itself."""
    then: Callable[[Application, sqlite3.Connection, str], None] = nothing_follows
    """What follows in the same transaction once the resource is done."""
    alone: bool = False
    """Whether no two of this kind run at once: both would write the same files."""


def deletion(clean: Callable[[Application, Resource], object] = nothing_to_prepare) -> JobKind:
    """Return the job that removes a resource and what lives in it; clean removes its files or rows before that."""

    def finish(app: Application, resource: Resource, payload: dict[str, Any]) -> None:
        clean(app, resource)

    return JobKind(nothing_to_prepare, None, finish, DELETE)


KINDS: dict[str, JobKind] = {}
"""Registered by the modules of operations: "solution-version", "campaign-update", "dataset-deletion" ..."""


class Jobs:
    """The jobs of one endpoint and the threads and processes that run them."""

    def __init__(self, store: Store, workers: int = 2) -> None:
        self._store = store
        self.stopping = threading.Event()
        """Set when the endpoint stops."""
        self._wake = threading.Event()
        self._queued_at = clock.now()
        self._idle: queue.LifoQueue[Worker] = queue.LifoQueue()
        self._running: dict[str, Worker] = {}
        self._progress: dict[str, tuple[float, str]] = {}
        lanes = [True] * workers + [False] * LOCAL_JOBS
        self._threads = [threading.Thread(target=self._serve, args=(lane,), daemon=True) for lane in lanes]

    def start(self, app: Application) -> None:
        """Take up what a crash left behind, start running jobs, and warm one worker."""
        self._app = app
        for folder in ("imports", "models"):
            sweep(app.data / folder)
        self._store.write(lambda connection: connection.execute("UPDATE jobs SET state = 'queued'"))
        self._idle.put(Worker(WARMED))
        for thread in self._threads:
            thread.start()

    def queue(self, connection: sqlite3.Connection, arn: str, kind: str, delay: float | None = None) -> None:
        """Queue a job inside the transaction that made its resource; it starts after the commit and the delay."""
        assert kind in KINDS, kind
        wait = pace.pending_seconds(PENDING_SECONDS) if delay is None else delay
        row = (arn, kind, clock.now() + wait)
        connection.execute("INSERT INTO jobs (arn, kind, due, state) VALUES (?, ?, ?, 'queued')", row)
        self._queued_at = clock.now()
        self._wake.set()

    def queue_deletion(self, connection: sqlite3.Connection, resource: Resource) -> None:
        """Mark a resource DELETE PENDING and queue its removal as the job "<its kind>-deletion"."""
        resources.update(connection, resource.arn, {"status": DELETE.pending})
        self.queue(connection, resource.arn, f"{resource.kind}-deletion", DELETION_SECONDS)

    def stop_job(self, arn: str) -> None:
        """Kill the worker that runs the job of a resource, if one does.

        Set its status before: a job whose resource is still in progress runs again.
        """
        worker = self._running.get(arn)
        if worker is not None:
            worker.kill()

    def progress(self, arn: str) -> tuple[float, str] | None:
        """Return how far the running job of a resource is (0 to 1) and what it does, or None."""
        return self._progress.get(arn)

    def close(self) -> None:
        """Stop all; what was running is queued again and does not count as an attempt."""
        self.stopping.set()
        self._wake.set()
        for worker in list(self._running.values()):
            worker.kill()
        deadline = clock.now() + CLOSE_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, deadline - clock.now()))
        while not self._idle.empty():
            self._idle.get().close()

    def _serve(self, in_worker: bool) -> None:
        kinds = [name for name, kind in KINDS.items() if (kind.task is not None) == in_worker]
        due = f"""SELECT id FROM jobs WHERE state = 'queued' AND due <= ? AND kind IN ({_quoted(kinds)}) AND {_free()}
                  ORDER BY due LIMIT 1"""
        while not self.stopping.is_set():
            self._pause()
            try:
                self._run_due(due)
            except sqlite3.Error:  # a full disk, say; the job at hand is taken up by the next start
                logger.exception("The state could not be read or written")

    def _run_due(self, due: str) -> None:
        while not self.stopping.is_set() and (found := self._store.read(due, [clock.now()])):
            job = self._claim(found[0]["id"])
            if job is not None:
                self._run(job, KINDS[job.kind])

    def _pause(self) -> None:
        if clock.now() - self._queued_at < AWAKE_SECONDS:
            self._wake.clear()
            self.stopping.wait(POLL_SECONDS)
        else:
            self._wake.wait(DOZE_SECONDS)

    def _claim(self, number: int) -> Job | None:
        def claim(connection: sqlite3.Connection) -> Job | None:
            # Due is asked again: another thread may have had the job since it was found, and put it off.
            sql = f"""UPDATE jobs SET state = 'running', attempts = attempts + 1
                      WHERE id = ? AND state = 'queued' AND due <= ? AND {_free()}
                      RETURNING id, arn, kind, attempts"""
            row = connection.execute(sql, (number, clock.now())).fetchone()
            return None if row is None else Job(*row)

        return self._store.write(claim)

    def _run(self, job: Job, kind: JobKind) -> None:
        if job.attempts > ATTEMPTS and kind.statuses != DELETE:  # of what is half removed only the rest can go
            self._fail(job, kind, CUT_OFF)
            return
        wait = pace.working_seconds(job.kind)
        resource = self._store.write(lambda connection: transitions.begin(connection, job, kind, wait))
        if resource is None:
            return
        try:
            result = kind.prepare(self._app, resource)
            if kind.task is not None:
                result = self._work(job.arn, kind.task, result)
            changes = kind.finish(self._app, resource, result)
        except WorkerDiedError:
            self._again(job, kind)
        except (TaskFailed, ServiceError) as failure:
            self._fail(job, kind, str(failure))
        except Exception:  # the edge of the job: it must not take the thread with it
            logger.exception("The job of %s broke", job.arn)
            self._fail(job, kind, BROKEN)
        else:
            self._store.write(lambda connection: self._done(connection, job, kind, changes))
        self._progress.pop(job.arn, None)

    def _done(self, connection: sqlite3.Connection, job: Job, kind: JobKind, changes: Document | None) -> None:
        if transitions.finish(connection, job, kind, changes):
            kind.then(self._app, connection, job.arn)

    def _work(self, arn: str, task: str, payload: dict[str, Any]) -> dict[str, Any]:
        def report(fraction: float, text: str) -> None:
            self._progress[arn] = (fraction, text)

        worker = self._running[arn] = self._take_worker()
        try:
            return worker.run(task, payload, report)
        finally:
            del self._running[arn]
            if worker.alive and not self.stopping.is_set():
                self._idle.put(worker)
            else:
                worker.close()

    def _take_worker(self) -> Worker:
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            return Worker(WARMED)
        if worker.alive:
            return worker
        worker.close()
        return self._take_worker()

    def _again(self, job: Job, kind: JobKind) -> None:
        if self.stopping.is_set():
            sql = "UPDATE jobs SET state = 'queued', attempts = attempts - 1 WHERE id = ?"
        elif job.attempts < ATTEMPTS:
            logger.warning("The worker of %s died; the job runs once more", job.arn)
            sql = "UPDATE jobs SET state = 'queued' WHERE id = ?"
        else:
            self._fail(job, kind, DIED)
            return
        self._store.write(lambda connection: connection.execute(sql, (job.id,)))

    def _fail(self, job: Job, kind: JobKind, reason: str) -> None:
        self._store.write(lambda connection: transitions.fail(connection, job, kind, reason))


def _free() -> str:
    return FREE.format(alone=_quoted(name for name, kind in KINDS.items() if kind.alone))


def _quoted(kinds: Iterable[str]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)
