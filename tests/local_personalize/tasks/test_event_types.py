from __future__ import annotations

import pytest

from tests.conftest import Clients
from tests.local_personalize.conftest import interaction_rows, solution_for, trained, version_for
from tests.local_personalize.operations.conftest import csv, ground_for


@pytest.mark.parametrize(("types", "status"), [(9, "ACTIVE"), (10, "CREATE FAILED")])
def test_event_types_and_optional_columns_are_ten_at_most(shared_clients: Clients, types: int, status: str) -> None:
    ground = ground_for(shared_clients)
    rows = [f"{row.rpartition(',')[0]},{'Type' if number % 2 else 'type'}-{number % types}"
            for number, row in enumerate(interaction_rows())]  # fmt: skip
    assert ground.imported(ground.dataset(), csv(rows))["status"] == "ACTIVE"
    version = trained(shared_clients, version_for(ground, solution_for(ground, "aws-popularity-count")))
    assert version["status"] == status
    expected = "more than 10 distinct event types and optional columns: 10 event types, and the columns EVENT_TYPE"
    assert (expected in version.get("failureReason", "")) == (status == "CREATE FAILED")
