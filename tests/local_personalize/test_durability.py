"""What was acknowledged survives kill -9, and what was interrupted is finished by the next start."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from tests.conftest import Clients, Endpoint
from tests.local_personalize.operations.conftest import csv, ground_for, interaction_rows

Start = Callable[[Path], Endpoint]

ROWS = interaction_rows(300_000)
"""Enough for an import to last."""


def wait_until_it_runs(clients: Clients, job: str) -> None:
    """Wait until a worker has begun an import, or, on a machine that stood still meanwhile, has ended it."""
    address = f"{clients.endpoint.url}/_local/progress?arn={job}"
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with urllib.request.urlopen(address) as answer:
            begun = json.load(answer)["fraction"] is not None
        described = clients.personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
        if begun or described["status"] == "ACTIVE":
            return
        time.sleep(0.01)
    raise AssertionError(f"{job} did not run within 90 s")


def children_of(process: int) -> list[int]:
    """Return the ids of the processes that a process started and that run."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in listed.splitlines()]
    return [int(row[0]) for row in rows if int(row[1]) == process and not row[2].startswith("Z")]


def ends(process: int) -> bool:
    """Tell whether a process ends within 10 s; one that only waits to be reaped has."""
    for _ in range(100):
        state = subprocess.run(["ps", "-p", str(process), "-o", "stat="], capture_output=True, text=True).stdout
        if not state.strip() or state.startswith("Z"):
            return True
        time.sleep(0.1)
    return False


def test_killed_in_the_middle_of_an_import(start_endpoint: Start, data_dir: Path) -> None:
    endpoint = start_endpoint(data_dir)
    ground = ground_for(Clients.of(endpoint))
    dataset = ground.dataset()
    job = ground.start_import(dataset, ground.upload("data.csv", csv(ROWS)))
    wait_until_it_runs(ground.clients, job)
    workers = children_of(endpoint.process.pid)
    endpoint.kill()
    assert workers
    assert all(ends(worker) for worker in workers)
    endpoint.start()
    assert ground.ended(job)["status"] == "ACTIVE"
    (file,) = (data_dir / "imports").iterdir()
    assert pq.read_table(file).column("TIMESTAMP").to_pylist() == [int(row.split(",")[2]) for row in ROWS]


def test_killed_twice_in_the_middle_of_an_import(start_endpoint: Start, data_dir: Path) -> None:
    endpoint = start_endpoint(data_dir)
    ground = ground_for(Clients.of(endpoint))
    job = ground.start_import(ground.dataset(), ground.upload("data.csv", csv(ROWS)))
    for _ in range(2):
        wait_until_it_runs(ground.clients, job)
        endpoint.kill()
        endpoint.start()
    failed = ground.ended(job)
    assert failed["status"] == "CREATE FAILED"
    assert failed["failureReason"].startswith("Local Personalize ended unexpectedly while this job ran, twice")


def test_resources_tags_and_objects_survive(start_endpoint: Start, data_dir: Path) -> None:
    endpoint = start_endpoint(data_dir)
    ground = ground_for(Clients.of(endpoint))
    personalize, tags = ground.clients.personalize, [{"tagKey": "key", "tagValue": "value"}]
    location = ground.upload("data.csv", csv(interaction_rows(1000)))
    dataset = ground.dataset()
    personalize.tag_resource(resourceArn=dataset, tags=tags)
    before = _without_answer(personalize.describe_dataset(datasetArn=dataset))
    endpoint.kill()
    endpoint.start()
    assert _without_answer(personalize.describe_dataset(datasetArn=dataset)) == before
    assert personalize.list_tags_for_resource(resourceArn=dataset)["tags"] == tags
    assert ground.ended(ground.start_import(dataset, location))["status"] == "ACTIVE"


def _without_answer(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "ResponseMetadata"}
