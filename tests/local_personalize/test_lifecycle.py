"""What time does: schedules that train, and the pace of AWS."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, Clients, Endpoint
from tests.local_personalize.conftest import solution_for, stocked, trained, version_for
from tests.local_personalize.operations.conftest import ground_for, wait_for

StartEndpoint = Callable[[Path], Endpoint]
DAY = 86_400
DAILY = {"autoTrainingConfig": {"schedulingExpression": "rate(1 day)"}}


def aged(data: Path, days: dict[str, float]) -> None:
    """Make all resources of some kinds older than they are, while no endpoint runs."""
    with closing(sqlite3.connect(data / "state.db", isolation_level=None)) as connection:
        for kind, shift in days.items():
            for arn, text in connection.execute("SELECT arn, doc FROM resources WHERE kind = ?", (kind,)).fetchall():
                doc = json.loads(text)
                for member in ("creationDateTime", "lastUpdatedDateTime"):
                    doc[member] -= shift * DAY
                connection.execute("UPDATE resources SET doc = ? WHERE arn = ?", (json.dumps(doc), arn))


def test_schedules_train_where_new_data_came(data_dir: Path, start_endpoint: StartEndpoint) -> None:
    endpoint = start_endpoint(data_dir)
    clients = Clients.of(endpoint)
    ground, _ = stocked(clients)
    daily = solution_for(ground, "aws-popularity-count", solutionConfig=DAILY)
    weekly = solution_for(ground, "aws-popularity-count")
    never = solution_for(ground, "aws-popularity-count", performAutoTraining=False)
    untrained = solution_for(ground, "aws-popularity-count")
    assert trained(clients, version_for(ground, daily))["trainingType"] == "MANUAL"
    assert trained(clients, version_for(ground, weekly))["status"] == "ACTIVE"

    def versions(solution: str) -> list[dict[str, Any]]:
        found = clients.personalize.list_solution_versions(solutionArn=solution)["solutionVersions"]
        return [trained(clients, one["solutionVersionArn"]) for one in found]

    def kinds(solution: str) -> list[str]:
        return [version["trainingType"] for version in versions(solution)]

    endpoint.stop()
    aged(data_dir, {"solution": 45 / 1440})
    endpoint.start()
    time.sleep(1)
    assert kinds(untrained) == []
    endpoint.stop()
    aged(data_dir, {"solution": 2, "solution-version": 2, "dataset-import-job": 3})
    endpoint.start()
    wait_for(lambda: {"status": "ACTIVE" if kinds(untrained) == ["AUTOMATIC"] else "waits"})
    assert [len(versions(solution)) for solution in (daily, weekly, never)] == [1, 1, 0]  # nothing new was imported
    endpoint.stop()
    aged(data_dir, {"dataset-import-job": -2})
    endpoint.start()
    wait_for(lambda: {"status": "ACTIVE" if len(versions(daily)) == 2 else "waits"})
    assert versions(daily)[-1]["trainingType"] == "AUTOMATIC"
    assert [len(versions(solution)) for solution in (daily, weekly, never)] == [2, 1, 0]


def test_a_schedule_names_one_to_thirty_days(clients: Clients) -> None:
    ground = ground_for(clients)
    for rate in ("rate(0 days)", "rate(31 days)"):
        config = {"autoTrainingConfig": {"schedulingExpression": rate}}
        with pytest.raises(clients.personalize.exceptions.InvalidInputException, match="1 to 30 days"):
            solution_for(ground, "aws-sims", solutionConfig=config)
    solution = solution_for(ground, "aws-sims")
    clients.personalize.update_solution(solutionArn=solution, solutionUpdateConfig=DAILY, performAutoTraining=True)
    described = clients.personalize.describe_solution(solutionArn=solution)["solution"]
    assert described["latestSolutionUpdate"]["solutionUpdateConfig"] == DAILY
    assert described["solutionConfig"] == DAILY


def test_the_pace_of_aws_holds_what_is_pending_and_what_is_in_progress(
    data_dir: Path, start_endpoint: StartEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_PERSONALIZE_PACE", "aws")
    endpoint = start_endpoint(data_dir)
    ground = ground_for(Clients.of(endpoint))
    job = ground.start_import(ground.dataset(), f"s3://{ground.bucket}/nothing")

    def status() -> dict[str, Any]:
        found = ground.clients.personalize.describe_dataset_import_job(datasetImportJobArn=job)
        return dict(found["datasetImportJob"])

    def hasten() -> None:
        """Let the wait of the moment be over."""
        endpoint.stop()
        with closing(sqlite3.connect(data_dir / "state.db", isolation_level=None)) as connection:
            connection.execute("UPDATE jobs SET due = 0")
        endpoint.start()

    time.sleep(2)  # at the fast pace the job has failed by then
    assert status()["status"] == "CREATE PENDING"
    hasten()
    wait_for(status, ("CREATE IN_PROGRESS", "CREATE FAILED"))
    time.sleep(2)
    assert status()["status"] == "CREATE IN_PROGRESS"
    hasten()
    assert wait_for(status, ("ACTIVE", "CREATE FAILED"))["status"] == "CREATE FAILED"


def test_an_unknown_pace_is_named(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_PERSONALIZE_PACE", "slow")
    command = [sys.executable, "-m", "local_personalize", "--port", "0", "--data-dir", str(data_dir)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (ended.returncode, ended.stderr) == (1, "LOCAL_PERSONALIZE_PACE must be fast or aws, not slow.\n")
