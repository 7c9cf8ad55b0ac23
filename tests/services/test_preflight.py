"""What the checks foretell is what an import ends with: the same files are sent past the checks, with boto3 alone."""

from __future__ import annotations

import json
import time
from typing import Any

import pandas as pd
import pytest

from data.schemas import schema
from services import policies
from services.connection import Connection
from services.drafts import Prepared
from services.remedies import REMEDIES, mended
from services.uploads import csv_of
from tests.conftest import Clients
from tests.services.test_drafts import prepared, ratings

BROKEN = {
    "milliseconds": {"timestamp": "1500000000000"},
    "nobody": {"userId": ""},
    "long": {"movieId": "x" * 257},
    "words": {"rating": "good"},
}


def broken(values: dict[str, str]) -> pd.DataFrame:
    """Return good ratings with one bad cell in row 9."""
    table = ratings()
    [(name, value)] = values.items()
    table.loc[7, name] = value
    return table


@pytest.fixture(scope="module")
def files() -> dict[str, Prepared]:
    found = {name: prepared(broken(values), event_type="watch") for name, values in BROKEN.items()}
    return {**found, "few": prepared(ratings().head(999), event_type="watch")}


@pytest.fixture(scope="module")
def reasons(shared_clients: Clients, files: dict[str, Prepared]) -> dict[str, str]:
    """Import every file as it is, all at once, and return why each failed."""
    connection = Connection(endpoint=shared_clients.endpoint.url)
    bucket = policies.default_bucket(connection)
    policies.ensure_bucket(connection, bucket)
    role = policies.ensure_role(connection, bucket)
    dataset = _dataset(shared_clients, next(iter(files.values())))
    jobs = {name: _import(shared_clients, dataset, bucket, role, csv_of(file.table)) for name, file in files.items()}
    return {name: _reason(shared_clients, job) for name, job in jobs.items()}


@pytest.mark.parametrize("name", [*BROKEN, "few"])
def test_the_service_says_what_the_checks_foretold(
    name: str, files: dict[str, Prepared], reasons: dict[str, str]
) -> None:
    foretold = [finding.service for finding in files[name].findings if finding.level == "bad"]
    assert len(foretold) == 1
    assert reasons[name].endswith(foretold[0])


def test_every_repair_leaves_a_good_file_as_it_is() -> None:
    good = prepared(ratings(rating="0.5"), event_type="watch")
    assert mended(good.table, good.fields, REMEDIES.keys() - {"normalise"}).equals(good.table)


def _dataset(clients: Clients, file: Prepared) -> str:
    personalize, name = clients.personalize, clients.unique("preflight")
    group = personalize.create_dataset_group(name=name)["datasetGroupArn"]
    written = json.dumps(json.loads(schema("Interactions", file.fields)))
    arn = personalize.create_schema(name=name, schema=written)["schemaArn"]
    made = personalize.create_dataset(name=name, schemaArn=arn, datasetGroupArn=group, datasetType="Interactions")
    return str(made["datasetArn"])


def _import(clients: Clients, dataset: str, bucket: str, role: str, content: bytes) -> str:
    key = f"{clients.unique('preflight')}.csv"
    clients.s3.put_object(Bucket=bucket, Key=key, Body=content)
    source = {"dataLocation": f"s3://{bucket}/{key}"}
    job: Any = clients.personalize.create_dataset_import_job(
        jobName=clients.unique("preflight"), datasetArn=dataset, dataSource=source, roleArn=role
    )
    return str(job["datasetImportJobArn"])


def _reason(clients: Clients, job: str) -> str:
    deadline = time.monotonic() + 60
    while True:
        found = clients.personalize.describe_dataset_import_job(datasetImportJobArn=job)["datasetImportJob"]
        assert found["status"] != "ACTIVE"
        if found["status"] == "CREATE FAILED":
            return str(found["failureReason"])
        assert time.monotonic() < deadline
        time.sleep(0.1)
