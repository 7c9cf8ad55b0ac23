from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Clients, Endpoint
from tests.local_personalize.operations.conftest import csv, ground_for, interaction_rows


@pytest.fixture
def strict(start_endpoint: Callable[[Path], Endpoint], data_dir: Path) -> Clients:
    """An endpoint with AWS's own quotas."""
    return Clients.of(start_endpoint(data_dir))


def test_five_imports_may_wait_at_once(
    monkeypatch: pytest.MonkeyPatch, start_endpoint: Callable[[Path], Endpoint], data_dir: Path
) -> None:
    monkeypatch.setenv("LOCAL_PERSONALIZE_PACE", "aws")  # so that they still wait when the sixth comes
    slow = Clients.of(start_endpoint(data_dir))
    ground = ground_for(slow)
    dataset, location = ground.dataset(), ground.upload("data.csv", csv(interaction_rows(1000)))
    for _ in range(5):
        ground.start_import(dataset, location)
    with pytest.raises(slow.personalize.exceptions.LimitExceededException) as full:
        ground.start_import(dataset, location)
    assert "More than 5 resources with PENDING or IN_PROGRESS status" in str(full.value)


def test_ended_imports_make_room(strict: Clients) -> None:
    ground = ground_for(strict)
    dataset, location = ground.dataset(), ground.upload("data.csv", csv(interaction_rows(1000)))
    jobs = [ground.start_import(dataset, location) for _ in range(5)]
    assert {ground.ended(job)["status"] for job in jobs} == {"ACTIVE"}
    assert ground.ended(ground.start_import(dataset, location))["status"] == "ACTIVE"


def test_five_dataset_groups_fit(strict: Clients) -> None:
    for number in range(5):
        strict.personalize.create_dataset_group(name=f"group-{number}")
    with pytest.raises(strict.personalize.exceptions.LimitExceededException, match="More than 5 resources in ACTIVE"):
        strict.personalize.create_dataset_group(name="sixth")
    strict.endpoint.client("personalize", "eu-west-1").create_dataset_group(name="sixth")  # each region has five
