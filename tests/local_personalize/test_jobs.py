from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_personalize import clock, jobs, pace, resources
from local_personalize.application import Application
from local_personalize.errors import InvalidInputException
from local_personalize.jobs import JobKind, Jobs
from local_personalize.resources import Document, Resource
from local_personalize.store import Store
from local_personalize.transitions import Job
from tests.local_personalize import job_tasks

Prepare = Callable[[Application, Resource], dict[str, Any]]
ARN = "arn:aws:personalize:us-east-1:123456789012:campaign/one"


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> dict[str, JobKind]:
    """The kinds of jobs of one test, instead of the service's own."""
    own: dict[str, JobKind] = {}
    monkeypatch.setattr(jobs, "KINDS", own)
    return own


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[], Application]]:
    """Start the jobs on one data directory, again after they were closed."""
    running: list[Application] = []

    def start() -> Application:
        store = Store(tmp_path / "state.db")
        app = Application(tmp_path, "", store, Jobs(store), None, None)  # type: ignore[arg-type]  # not used here
        app.jobs.start(app)
        running.append(app)
        return app

    yield start
    for app in running:
        app.jobs.close()
        app.store.close()


def kind(task: Callable[..., object] | None, prepare: Prepare = jobs.nothing_to_prepare, **options: Any) -> JobKind:
    """Return a kind of job that keeps the task's result."""
    name = f"{task.__module__}:{task.__name__}" if task else None
    return JobKind(prepare, name, lambda app, resource, result: result, **options)


def queue(app: Application, of: str, doc: Document | None = None, arn: str = ARN) -> None:
    """Create a resource with a job."""

    def write(connection: Any) -> None:
        resources.insert(connection, Resource(arn, "campaign", "", doc or {"status": "CREATE PENDING"}))
        app.jobs.queue(connection, arn, of, delay=0.2)

    app.store.write(write)


def document(app: Application) -> Document:
    return resources.get(app.store.reader(), ARN).doc


def until(condition: Callable[[], object]) -> None:
    """Wait for a condition, at most 20 s."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(app: Application) -> Document:
    """Return the document when no job is left."""
    until(lambda: not app.store.read("SELECT 1 FROM jobs"))
    return document(app)


def test_result_of_a_worker(kinds: dict[str, JobKind], run: Callable[[], Application]) -> None:
    kinds["double"] = kind(job_tasks.double, lambda app, resource: {"number": 21})
    app = run()
    queue(app, "double")
    assert document(app)["status"] == "CREATE PENDING"
    done = ended(app)
    assert (done["status"], done["number"]) == ("ACTIVE", 42)
    until(lambda: app.jobs.progress(ARN) is None)


def test_job_without_a_task(kinds: dict[str, JobKind], run: Callable[[], Application]) -> None:
    kinds["deploy"] = kind(None, lambda app, resource: {"loaded": resource.arn})
    app = run()
    queue(app, "deploy")
    assert ended(app)["loaded"] == ARN


def refuse(app: Application, resource: Resource) -> dict[str, Any]:
    raise InvalidInputException("The role may not read the bucket.")


REASONS = {
    "by the task": (kind(job_tasks.fail), "The data is too sparse."),
    "by prepare": (kind(None, refuse), "The role may not read the bucket."),
    "by a defect": (kind(job_tasks.break_down), jobs.BROKEN),
}


@pytest.mark.parametrize(("failing", "reason"), REASONS.values(), ids=REASONS)
def test_failure(kinds: dict[str, JobKind], run: Callable[[], Application], failing: JobKind, reason: str) -> None:
    kinds["failing"] = failing
    app = run()
    queue(app, "failing")
    failed = ended(app)
    assert (failed["status"], failed["failureReason"]) == ("CREATE FAILED", reason)


@pytest.mark.parametrize(("times", "status", "runs"), [(1, "ACTIVE", 2), (9, "CREATE FAILED", 2)])
def test_worker_dies(
    kinds: dict[str, JobKind], run: Callable[[], Application], tmp_path: Path, times: int, status: str, runs: int
) -> None:
    deaths = tmp_path / "deaths"
    kinds["die"] = kind(job_tasks.die, lambda app, resource: {"deaths": str(deaths), "times": times})
    app = run()
    queue(app, "die")
    assert ended(app)["status"] == status
    assert deaths.stat().st_size == runs


def lingering(app: Application) -> int:
    """Return the id of the process that runs the job, once it does."""
    until(lambda: app.jobs.progress(ARN))
    progress = app.jobs.progress(ARN)
    assert progress is not None
    return int(progress[1])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_stopped_job_ends_its_worker_and_stays_stopped(
    kinds: dict[str, JobKind], run: Callable[[], Application]
) -> None:
    kinds["linger"] = kind(job_tasks.linger)
    app = run()
    queue(app, "linger")
    process = lingering(app)
    app.store.write(lambda connection: resources.update(connection, ARN, {"status": "CREATE STOPPED"}))
    app.jobs.stop_job(ARN)
    assert ended(app)["status"] == "CREATE STOPPED"
    assert not is_alive(process)


def test_closed_jobs_run_again_later(kinds: dict[str, JobKind], run: Callable[[], Application]) -> None:
    kinds["linger"] = kind(job_tasks.linger)
    for _ in range(3):
        app = run()
        if not app.store.read("SELECT 1 FROM jobs"):
            queue(app, "linger")
        process = lingering(app)
        app.jobs.close()
        assert not is_alive(process)
        assert document(app)["status"] == "CREATE IN_PROGRESS"
    kinds["linger"] = kind(job_tasks.double, lambda app, resource: {"number": 1})
    assert ended(run())["status"] == "ACTIVE"


def test_update_beside_the_resource(kinds: dict[str, JobKind], run: Callable[[], Application]) -> None:
    kinds["update"] = kind(None, lambda app, resource: {"version": 2}, within="latestUpdate")
    app = run()
    queue(app, "update", {"status": "ACTIVE", "version": 1, "latestUpdate": {"status": "CREATE PENDING"}})
    assert document(app)["version"] == 1
    done = ended(app)
    assert (done["status"], done["version"], done["latestUpdate"]["status"]) == ("ACTIVE", 2, "ACTIVE")


def test_deletion_removes_what_lives_inside(kinds: dict[str, JobKind], run: Callable[[], Application]) -> None:
    cleaned: list[str] = []
    kinds["campaign-deletion"] = jobs.deletion(lambda app, resource: cleaned.append(resource.arn))
    app = run()
    resource = Resource(ARN, "campaign", "", {"status": "ACTIVE"})

    def write(connection: Any) -> None:
        resources.insert(connection, resource)
        resources.insert(connection, Resource("child", "filter", ARN, {}))
        app.jobs.queue_deletion(connection, resource)

    app.store.write(write)
    assert document(app)["status"] == "DELETE PENDING"
    until(lambda: not app.store.read("SELECT 1 FROM resources"))
    assert cleaned == [ARN]


def test_a_deletion_goes_on_however_often_it_was_cut_off(
    kinds: dict[str, JobKind], run: Callable[[], Application]
) -> None:
    kinds["campaign-deletion"] = jobs.deletion()
    app = run()
    queue(app, "campaign-deletion", {"status": jobs.DELETE.in_progress})
    app.store.write(lambda connection: connection.execute("UPDATE jobs SET attempts = 7"))
    until(lambda: not app.store.read("SELECT 1 FROM jobs"))
    assert app.store.read("SELECT 1 FROM resources") == []


@pytest.mark.parametrize("alone", [True, False])
def test_jobs_of_a_kind_that_writes_the_same_files_run_one_by_one(
    kinds: dict[str, JobKind], run: Callable[[], Application], alone: bool
) -> None:
    inside, most = set[str](), list[int]()

    def write(app: Application, resource: Resource) -> dict[str, Any]:
        inside.add(resource.arn)
        time.sleep(0.1)
        most.append(len(inside))
        inside.remove(resource.arn)
        return {}

    kinds["write"] = kind(None, write, alone=alone)
    app = run()
    for name in "abc":
        queue(app, "write", arn=name)
    until(lambda: len(most) == 3)
    assert (max(most) == 1) is alone


def test_at_the_pace_of_aws_a_job_stays_in_progress(
    kinds: dict[str, JobKind], run: Callable[[], Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, begun = list[float](), list[float]()

    def working_seconds(kind: str) -> float:
        asked.append(clock.now())
        return 0.5

    def begin(app: Application, resource: Resource) -> dict[str, Any]:
        begun.append(clock.now())
        return {"seen": resource.doc["status"]}

    monkeypatch.setattr(pace, "working_seconds", working_seconds)
    kinds["work"] = kind(None, begin)
    app = run()
    queue(app, "work")
    done = ended(app)
    assert (done["seen"], done["status"]) == ("CREATE IN_PROGRESS", "ACTIVE")
    assert begun[0] - asked[0] >= 0.5


def test_a_job_that_another_thread_put_off_is_not_taken_before_it_is_due(
    kinds: dict[str, JobKind], tmp_path: Path
) -> None:
    kinds["work"] = kind(None)
    store = Store(tmp_path / "state.db")
    waiting = Jobs(store)
    store.write(lambda connection: waiting.queue(connection, ARN, "work", delay=60))
    assert waiting._claim(1) is None
    store.write(lambda connection: connection.execute("UPDATE jobs SET due = due - 60"))
    assert waiting._claim(1) == Job(1, ARN, "work", 1)
    store.close()
