"""Resources: how long everything took here and takes on AWS."""

from __future__ import annotations

import pytest

from tests.conftest import Endpoint
from tests.pages.cinema import errors, open_page, tables, told


def test_every_import_training_and_campaign_has_both_times(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema, times="true")
    assert not errors(app)
    table = tables(app, "took to become active")[0]
    assert table.groupby("Type")["On AWS"].unique().map(list).to_dict() == {
        "Campaign": ["3 to 15 min"],
        "Dataset group": ["1 to 2 min"],
        "Import job": ["12 to 25 min"],
        "Solution version": ["25 to 50 min"],
    }
    assert table["Type"].value_counts().to_dict() == {
        "Campaign": 4, "Dataset group": 1, "Import job": 2, "Solution version": 4,
    }  # fmt: skip
    personalize = cinema.client("personalize")
    job = next(name for kind, name in zip(table["Type"], table["Name"], strict=True) if kind == "Import job")
    listed = personalize.list_dataset_import_jobs()["datasetImportJobs"]
    times = next(found for found in listed if found["jobName"] == job)
    seconds = (times["lastUpdatedDateTime"] - times["creationDateTime"]).total_seconds()
    assert table.loc[table["Name"] == job, "Took"].item() == f"{seconds:.1f} s"
    assert "on AWS about" in told(app)


def test_it_is_read_on_demand(monkeypatch: pytest.MonkeyPatch, cinema: Endpoint) -> None:
    app = open_page("resources", monkeypatch, cinema)
    assert not errors(app)
    assert not tables(app, "took to become active")
