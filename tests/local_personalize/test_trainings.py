"""Trainings as jobs: they tell how far they are, stop at once, and queue without holding up answers."""

from __future__ import annotations

import json
import time
import urllib.parse
import urllib.request
from typing import Any

import numpy as np
import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import Cinema, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import Ground, csv, ground_for, wait_for

STAGES = ("Choosing weights", "which items go together", "which items follow")
"""Each comes at least twice in a training."""
LONG = {"hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "40"}}}
PERSONAL = "aws-user-personalization"
STOPPED_WITHIN = 2.0


def progress(clients: Clients, version: str) -> tuple[float | None, str | None]:
    url = f"{clients.endpoint.url}/_local/progress?{urllib.parse.urlencode({'arn': version})}"
    with urllib.request.urlopen(url, timeout=5) as answer:
        found = json.load(answer)
    return found["fraction"], found["text"]


def status(clients: Clients, version: str) -> str:
    described = clients.personalize.describe_solution_version(solutionVersionArn=version)["solutionVersion"]
    return str(described["status"])


@pytest.fixture(scope="module")
def crowd(shared_clients: Clients) -> Ground:
    """A dataset group whose trainings take several seconds: 120,000 interactions of 1,000 users with 3,000 items."""
    ground, draw = ground_for(shared_clients), np.random.default_rng(0)
    items = (3_000 * draw.random(120_000) ** 2).astype(int)
    rows = [f"u{row % 1_000},i{item},{1_600_000_000 + row},watch" for row, item in enumerate(items)]
    assert ground.imported(ground.dataset(), csv(rows))["status"] == "ACTIVE"
    return ground


def long_training(ground: Ground) -> str:
    """Start a search of so many trials, each of a second or more, that no test waits for its end."""
    return version_for(ground, solution_for(ground, PERSONAL, performHPO=True, solutionConfig=LONG))


def running(ground: Ground, version: str, stage: str = "hyperparameters") -> float:
    """Wait until a training's worker reports on a stage; return how far it is."""

    def describe() -> dict[str, Any]:
        fraction, text = progress(ground.clients, version)
        return {"status": "there" if stage in (text or "") else status(ground.clients, version), "fraction": fraction}

    found = wait_for(describe, ("there", "ACTIVE", "CREATE FAILED"))
    assert found["status"] == "there"
    return float(found["fraction"])


@pytest.mark.parametrize("stage", STAGES)
def test_a_training_tells_how_far_it_is_and_stops_within_two_seconds_at_any_stage(crowd: Ground, stage: str) -> None:
    clients, version = crowd.clients, version_for(crowd, solution_for(crowd, PERSONAL))
    assert 0 < running(crowd, version, stage) < 1
    started = time.monotonic()
    clients.personalize.stop_solution_version_creation(solutionVersionArn=version)
    while progress(clients, version) != (None, None):  # until the worker has let go of it
        assert time.monotonic() < started + STOPPED_WITHIN
        time.sleep(0.02)
    assert trained(clients, version)["status"] == "CREATE STOPPED"
    assert not (clients.endpoint.data / "models" / version.rsplit("/", 1)[1]).exists()


def test_a_waiting_training_is_stopped_and_never_runs(crowd: Ground) -> None:
    clients = crowd.clients
    versions = [long_training(crowd) for _ in range(2)]
    for version in versions:
        running(crowd, version)
    waiting = version_for(crowd, solution_for(crowd, "aws-popularity-count"))
    time.sleep(1)  # longer than a job stays pending where a worker is free
    assert status(clients, waiting) == "CREATE PENDING"
    for version in (waiting, *versions):
        clients.personalize.stop_solution_version_creation(solutionVersionArn=version)
    last = version_for(crowd, solution_for(crowd, "aws-popularity-count"))
    assert trained(clients, last)["status"] == "ACTIVE"
    assert status(clients, waiting) == "CREATE STOPPED"


def test_trainings_queue_and_hold_up_no_answer(cinema: Cinema) -> None:
    ground, clients = cinema.ground, cinema.clients
    recipes = (PERSONAL, "aws-similar-items", "aws-sims", PERSONAL)
    versions = [version_for(ground, solution_for(ground, recipe)) for recipe in recipes]
    answers = 0
    while any(status(clients, version).startswith("CREATE ") for version in versions):
        assert len(cinema.recommend(PERSONAL, "u1", numResults=5)) == 5
        answers += 1
    assert answers > 10
    assert {status(clients, version) for version in versions} == {"ACTIVE"}
