"""A file too large to be read whole is checked by its first rows and sent piece by piece; S3 data stays where it is."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from services import large_files, policies
from services.columns import match
from services.connection import Connection
from services.drafts import Draft, prepare
from services.errors import Problem
from services.large_files import LargeFile, find
from services.progress import Progress
from services.tables import read_table
from services.uploads import Upload, csv_of, upload
from tests.conftest import Clients
from tests.services.test_drafts import ratings


@pytest.fixture(autouse=True)
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a few thousand bytes for large."""
    monkeypatch.setattr(large_files, "READ_WHOLE", 5_000)
    monkeypatch.setattr(large_files, "HEAD", 4_000)
    monkeypatch.setattr(large_files, "ROWS", 100)


def draft_for(table: pd.DataFrame, *remedies: str) -> Draft:
    return Draft("Interactions", tuple(match(table, "Interactions")), frozenset(remedies), event_type="watch")


def written(folder: Path, table: pd.DataFrame, encoding: str = "utf-8") -> Path:
    path = folder / "ratings.csv"
    table.to_csv(path, index=False, sep=";", encoding=encoding)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_pieces_are_the_whole_file_mended(tmp_path: Path, encoding: str) -> None:
    table = ratings(timestamp=[f"{1_500_000_000 + place}000" for place in range(1200)])
    found = find(Connection(), str(written(tmp_path, table, encoding)))
    assert found.partial
    head = read_table(found.content).rows
    assert 50 < len(head) < 1200
    draft = draft_for(head, "milliseconds")
    sent = LargeFile(found.name, draft).stream().read()
    assert sent == csv_of(prepare(table, draft).table)


def test_a_bad_cell_far_below_stops_the_upload_with_its_row(tmp_path: Path) -> None:
    table = ratings()
    table.loc[1000, "timestamp"] = "soon"
    file = LargeFile(str(written(tmp_path, table)), draft_for(table))
    with pytest.raises(Problem, match="TIMESTAMP in row 1,002 is 'soon'"):
        list(file.pieces())


def test_a_large_file_is_imported_and_what_is_on_s3_stays_there(tmp_path: Path, clients: Clients) -> None:
    connection, name = Connection(endpoint=clients.endpoint.url), clients.unique("large")
    path = written(tmp_path, ratings())
    head = read_table(find(connection, str(path)).content).rows
    draft = draft_for(head)
    prepared = prepare(head, draft)
    wanted = Upload(name, "Interactions", prepared.fields, prepared.table, source=LargeFile(str(path), draft))
    dataset = upload(connection, wanted, Progress())
    first = job_of(clients, dataset)
    body = clients.s3.get_object(Bucket=policies.default_bucket(connection), Key=first.split("/", 3)[3])["Body"].read()
    assert body == csv_of(prepare(ratings(), draft).table)
    found = find(connection, first)
    assert found.partial
    again = Upload(name, "Interactions", prepared.fields, prepared.table, source=first, mode="INCREMENTAL")
    assert upload(connection, again, Progress()) == dataset
    assert job_of(clients, dataset) == first


def job_of(clients: Clients, dataset: str) -> str:
    """Return what the newest import job of a dataset read."""
    jobs = clients.personalize.list_dataset_import_jobs(datasetArn=dataset)["datasetImportJobs"]
    newest = max(jobs, key=lambda job: job["creationDateTime"])["datasetImportJobArn"]
    described = clients.personalize.describe_dataset_import_job(datasetImportJobArn=newest)["datasetImportJob"]
    assert described["status"] == "ACTIVE"
    return str(described["dataSource"]["dataLocation"])
