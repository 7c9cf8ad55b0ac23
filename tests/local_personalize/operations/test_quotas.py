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


def test_dataset_groups_and_pending_imports(strict: Clients) -> None:
    ground = ground_for(strict)
    dataset, location = ground.dataset(), ground.upload("data.csv", csv(interaction_rows(1000)))
    jobs = [ground.start_import(dataset, location) for _ in range(5)]
    with pytest.raises(strict.personalize.exceptions.LimitExceededException) as full:
        ground.start_import(dataset, location)
    assert "More than 5 resources with PENDING or IN_PROGRESS status" in str(full.value)
    assert {ground.ended(job)["status"] for job in jobs} == {"ACTIVE"}
    ground.ended(ground.start_import(dataset, location))
    for number in range(4):
        strict.personalize.create_dataset_group(name=f"group-{number}")
    with pytest.raises(strict.personalize.exceptions.LimitExceededException, match="More than 5 resources in ACTIVE"):
        strict.personalize.create_dataset_group(name="sixth")
